// A journey drawn twice: as a strip of legs to compare, and as a list of steps to follow.
import type { Journey, Leg, Route, Window } from "./api";
import { clock, dayOf, duration, metres, minutesOf, secondsBetween } from "./format";
import { ArrowIcon, ChevronIcon, ClockIcon, ModeIcon } from "./icons";
import { useSpeech } from "./language";
import { lineColours } from "./line_colours";
import type { Words } from "./words";

export function modeName(mode: string, words: Words): string {
  const names: Record<string, string> = {
    WALK: words.walk,
    BUS: words.bus,
    RAIL: words.rail,
    TRAM: words.tram,
    SUBWAY: words.subway,
    FERRY: words.ferry,
    ON_DEMAND: words.onDemand,
  };
  return names[mode] ?? words.otherRide;
}

const routeName = (route: Route | null | undefined): string =>
  route ? route.short_name || route.long_name : "";

/** What riders call the thing they board. */
export const rideName = (leg: Leg, words: Words): string =>
  leg.service?.name || routeName(leg.route) || modeName(leg.mode, words);

/** Where to wait at a stop: a platform of a railway, a bay of buses. */
function waitingPlace(leg: Leg, words: Words): string {
  if (!leg.from.platform) return "";
  const onRails = ["RAIL", "SUBWAY", "TRAM", "MONORAIL"].includes(leg.mode);
  return onRails ? words.platform(leg.from.platform) : words.bay(leg.from.platform);
}

export const legSeconds = (leg: Leg): number => secondsBetween(leg.departure, leg.arrival);

/** Walks of under a minute only say that one changes platforms; they clutter the strip. */
const worthShowing = (leg: Leg): boolean => leg.mode !== "WALK" || legSeconds(leg) >= 45;

export function LegStrip({ legs }: { legs: Leg[] }) {
  const { words } = useSpeech();
  const shown = legs.filter(worthShowing);
  return (
    <span class="strip">
      {shown.map((leg, index) => (
        <span class="strip-part" key={index}>
          {index > 0 && <ArrowIcon size={16} />}
          {leg.mode === "WALK" ? (
            <span class="strip-walk">
              <ModeIcon mode="WALK" size={20} />
              <span class="visually-hidden">{words.walk} </span>
              {words.minutes(minutesOf(legSeconds(leg)))}
            </span>
          ) : (
            <span class="line-pill" style={lineColours(leg)}>
              <ModeIcon mode={leg.mode} size={20} />
              <span class="visually-hidden">{modeName(leg.mode, words)} </span>
              <span class="line-pill-name">{rideName(leg, words)}</span>
            </span>
          )}
        </span>
      ))}
    </span>
  );
}

interface TimesProps {
  journey: Journey;
  timezone: string;
}

interface StepsProps extends TimesProps {
  /** Once booked, the deadline for booking is no longer of use. */
  booked?: boolean;
}

export function JourneyTimes({ journey, timezone }: TimesProps) {
  const { words } = useSpeech();
  const nextDay = dayOf(journey.departure, timezone) !== dayOf(journey.arrival, timezone);
  return (
    <span class="times">
      <span class="visually-hidden">{words.departure} </span>
      <time dateTime={journey.departure}>{clock(journey.departure, timezone)}</time>
      <ArrowIcon size={22} />
      <span class="visually-hidden">{words.arrival} </span>
      {nextDay && <small>{words.nextDay} </small>}
      <time dateTime={journey.arrival}>{clock(journey.arrival, timezone)}</time>
    </span>
  );
}

/** The promised pickup window as a sentence whose two times stay on one line. */
export function PickupWindow({ span, timezone }: { span: Window; timezone: string }) {
  const { words } = useSpeech();
  const earliest = clock(span.earliest, timezone);
  const latest = clock(span.latest, timezone);
  const sentence = words.pickupWindow(earliest, latest);
  const start = sentence.indexOf(earliest);
  const end = sentence.indexOf(latest, start + earliest.length) + latest.length;
  return (
    <span>
      {sentence.slice(0, start)}
      <span class="together">{sentence.slice(start, end)}</span>
      {sentence.slice(end)}
    </span>
  );
}

function IntermediateStops({ leg, timezone }: { leg: Leg; timezone: string }) {
  const { words } = useSpeech();
  const stops = leg.intermediate_stops ?? [];
  if (stops.length === 0) return null;
  return (
    <details class="intermediate">
      <summary>
        {words.intermediate(stops.length)} <ChevronIcon size={20} />
      </summary>
      <ol>
        {stops.map((stop, index) => (
          <li key={index}>
            <time>{clock(stop.departure ?? stop.arrival, timezone)}</time> {stop.name}
          </li>
        ))}
      </ol>
    </details>
  );
}

interface RideProps {
  leg: Leg;
  timezone: string;
  booked: boolean;
}

/** How late a bus or train leaves, and what its operator wants riders to know. */
function LiveNews({ leg }: { leg: Leg }) {
  const { words } = useSpeech();
  const minutes = Math.round((leg.delay_s ?? 0) / 60);
  const known = leg.realtime && leg.delay_s != null;
  const said = minutes > 0 ? words.late(minutes) : minutes < 0 ? words.early(-minutes) : words.onTime;
  return (
    <>
      {known && <p class={minutes === 0 ? "quiet" : "delay"}>{said}</p>}
      {(leg.alerts ?? []).map((alert, index) => (
        <p class="alert" key={index}>
          {alert.header || alert.description}
        </p>
      ))}
    </>
  );
}

function RideStep({ leg, timezone, booked }: RideProps) {
  const { words } = useSpeech();
  const name = rideName(leg, words);
  const long = leg.route?.long_name;
  return (
    <div class="step-ride">
      <p class="step-line">
        <span class="line-pill" style={lineColours(leg)}>
          <ModeIcon mode={leg.mode} size={22} />
          <span class="line-pill-name">{name}</span>
        </span>
        {leg.headsign && <span class="headsign">{words.headsign(leg.headsign)}</span>}
        {leg.stay_seated && <span class="headsign">{words.staySeated}</span>}
      </p>
      {leg.mode === "ON_DEMAND" && leg.pickup_window ? (
        <>
          <p class="promise">
            <ClockIcon size={22} />
            <PickupWindow span={leg.pickup_window} timezone={timezone} />
          </p>
          {leg.booking_deadline && !booked && (
            <p class="deadline">{words.bookUntil(clock(leg.booking_deadline, timezone))}</p>
          )}
          <p class="quiet">{words.sharedRideNote}</p>
        </>
      ) : (
        <p class="quiet">
          {long && long !== name ? `${long} · ` : ""}
          {words.rideFor(duration(legSeconds(leg), words))}
        </p>
      )}
      <LiveNews leg={leg} />
      <IntermediateStops leg={leg} timezone={timezone} />
    </div>
  );
}

function WalkStep({ leg }: { leg: Leg }) {
  const { words } = useSpeech();
  return (
    <div class="step-walk">
      <ModeIcon mode="WALK" size={22} />
      <span>{words.walkFor(duration(legSeconds(leg), words), metres(leg.distance_m ?? 0))}</span>
    </div>
  );
}

/** Every place once, with the time one leaves it, and between places how one gets on. */
export function JourneySteps({ journey, timezone, booked = false }: StepsProps) {
  const { words } = useSpeech();
  const last = journey.legs[journey.legs.length - 1];
  return (
    <ol class="steps">
      {journey.legs.map((leg, index) => {
        const before = journey.legs[index - 1];
        const waited = before !== undefined && secondsBetween(before.arrival, leg.departure) >= 60;
        const colour = lineColours(leg);
        return (
          <li key={index} class={leg.mode === "WALK" ? "step walking" : "step riding"} style={colour}>
            <div class="step-place">
              <span class="step-time">
                {waited && before.mode !== "WALK" && (
                  <time class="step-arrival">{clock(before.arrival, timezone)}</time>
                )}
                <time>{clock(leg.departure, timezone)}</time>
              </span>
              <span class="step-dot" />
              <span class="step-name">
                {leg.from.name}
                {leg.from.platform && <small> {waitingPlace(leg, words)}</small>}
              </span>
            </div>
            <div class="step-how">
              {leg.mode === "WALK" ? <WalkStep leg={leg} /> : <RideStep leg={leg} timezone={timezone} booked={booked} />}
            </div>
          </li>
        );
      })}
      {last && (
        <li class="step last" style={lineColours(last)}>
          <div class="step-place">
            <span class="step-time">
              <time>{clock(last.arrival, timezone)}</time>
            </span>
            <span class="step-dot" />
            <span class="step-name">
              {last.to.name}
              {last.mode === "ON_DEMAND" && (
                <small class="quiet"> {words.arriveLatest(clock(last.arrival, timezone))}</small>
              )}
            </span>
          </div>
        </li>
      )}
    </ol>
  );
}
