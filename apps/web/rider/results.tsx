// The answer: ways to go as cards, what was not possible and why.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { OfferedJourney, PlanAnswer, Problem, Party } from "../shared/api";
import { clock, dayInWords, dayOf, duration, grammes, metres, money, priceInWords } from "../shared/format";
import { ChevronIcon, ClockIcon } from "../shared/icons";
import { JourneySteps, JourneyTimes, LegStrip, PickupWindow } from "../shared/journey";
import { useSpeech } from "../shared/language";
import { refusalSentence } from "../shared/sentences";
import { BookingPanel } from "./booking_panel";
import type { Rider } from "./booking_panel";

export interface Chosen {
  /** Which card is open; none is at first. Only bookable journeys have an offer to tell them by. */
  open: number | null;
  booking: boolean;
}

interface Props {
  answer: PlanAnswer;
  timezone: string;
  askedDay: string;
  party: Party;
  chosen: Chosen;
  rider: Rider;
  onChoose: (chosen: Chosen) => void;
  onRider: (rider: Rider) => void;
  onGone: (problem: Problem) => void;
  onPage: (page: string) => void;
  /** On narrow screens the map sits inside the open card. */
  mapSlot: ComponentChildren;
}

const SHOWN_AT_FIRST = 6;

/** Best at everything needs no four badges. */
const MOST_REASONS = 2;

/** What a journey is only better in than some others; all else says that it is best. */
const BETTER = new Set([
  "earlier_arrival",
  "later_departure",
  "cheaper",
  "fewer_changes",
  "less_walking",
  "fewer_rides",
  "another_way",
]);

/** A long list hides the choice: the first few, and whatever is best at something. */
const worthFirst = (journey: OfferedJourney, index: number): boolean =>
  index < SHOWN_AT_FIRST || journey.reasons.some((reason) => !BETTER.has(reason));

export function Results(props: Props) {
  const { language, words } = useSpeech();
  const { answer, timezone } = props;
  const { journeys } = answer;
  const [all, setAll] = useState(false);
  useEffect(() => setAll(false), [answer]);
  const hidden = journeys.filter((journey, index) => !worthFirst(journey, index)).length;
  // That nothing was found is said above in our own words.
  const notes = answer.notes.filter(({ code }) => code !== "no_journey");
  const refusals = [
    ...new Set(answer.refusals.map((refusal) => refusalSentence(refusal, words, language, timezone))),
  ];
  return (
    <>
      {journeys.length === 0 && (
        <div class="nothing">
          <p class="problem-what">{words.foundNone}</p>
          <p>{words.foundNoneHint}</p>
        </div>
      )}
      {notes.map((note) => (
        <p class="note" key={note.code}>
          {note.message}
        </p>
      ))}
      <ol class="journeys">
        {journeys.map(
          (journey, index) =>
            (all || worthFirst(journey, index)) && (
              <JourneyCard key={index} journey={journey} index={index} {...props} />
            ),
        )}
      </ol>
      {hidden > 0 && !all && (
        <button
          type="button"
          class="button quiet-button"
          data-testid="more-journeys"
          onClick={() => setAll(true)}
        >
          {words.moreJourneys(hidden)}
        </button>
      )}
      <PageTurns answer={answer} onPage={props.onPage} />
      {refusals.length > 0 && (
        <section class="refusals" aria-labelledby="refusals-title" data-testid="refusals">
          <h3 id="refusals-title">{words.refusalsTitle}</h3>
          <ul>
            {refusals.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </section>
      )}
      {answer.alternatives.length > 0 && (
        <section aria-labelledby="alternatives-title" data-testid="alternatives">
          <h3 id="alternatives-title">{words.alternativesTitle}</h3>
          <ol class="journeys">
            {answer.alternatives.map((other, index) => (
              <JourneyCard
                key={other.kind}
                journey={other.journey}
                index={journeys.length + index}
                said={other.message}
                {...props}
              />
            ))}
          </ol>
        </section>
      )}
    </>
  );
}

/** All cards, in the order of their numbers: what was asked for, then what could be had instead. */
export const cardsOf = (answer: PlanAnswer): OfferedJourney[] => [
  ...answer.journeys,
  ...answer.alternatives.map((other) => other.journey),
];

/** To the journeys before and after these. */
function PageTurns({ answer, onPage }: Pick<Props, "answer" | "onPage">) {
  const { words } = useSpeech();
  const { earlier, later } = answer;
  if (!earlier && !later) return null;
  return (
    <div class="page-turns">
      {earlier && (
        <button
          type="button"
          class="button quiet-button"
          data-testid="earlier"
          onClick={() => onPage(earlier)}
        >
          {words.earlier}
        </button>
      )}
      {later && (
        <button type="button" class="button quiet-button" data-testid="later" onClick={() => onPage(later)}>
          {words.later}
        </button>
      )}
    </div>
  );
}

interface CardProps extends Props {
  journey: OfferedJourney;
  index: number;
  /** What is to be known of it before its times. */
  said?: string;
}

function JourneyCard(props: CardProps) {
  const { language, words } = useSpeech();
  const { journey, index, timezone, chosen, onChoose, askedDay } = props;
  const open = chosen.open === index;
  const card = useRef<HTMLLIElement>(null);
  const bodyId = `journey-${index}`;
  const departureDay = dayOf(journey.departure, timezone);
  const onFoot = journey.legs.every((leg) => leg.mode === "WALK");
  const unpriced = journey.price === null && !onFoot;
  const ride = journey.legs.find((leg) => leg.mode === "ON_DEMAND");

  useEffect(() => {
    if (open) card.current?.scrollIntoView({ block: "nearest" });
  }, [open]);

  return (
    <li
      ref={card}
      class={open ? "journey open" : "journey"}
      data-testid="journey"
      data-modes={journey.legs.map((leg) => leg.mode).join(",")}
      data-bookable={journey.bookable}
    >
      <button
        type="button"
        class="journey-head"
        data-testid="journey-open"
        aria-expanded={open}
        aria-controls={bodyId}
        onClick={() => onChoose({ open: open ? null : index, booking: false })}
      >
        {props.said && <span class="promise-words">{props.said}</span>}
        {!props.said && journey.reasons.length > 0 && (
          <span class="reasons">
            {journey.reasons.slice(0, MOST_REASONS).map((reason) => (
              <span
                class={BETTER.has(reason) ? "reason reason-better" : `reason reason-${reason}`}
                key={reason}
              >
                {words.reasons[reason] ?? reason}
              </span>
            ))}
          </span>
        )}
        {departureDay !== askedDay && <span class="other-day">{dayInWords(departureDay, language)}</span>}
        <span class="journey-main">
          <JourneyTimes journey={journey} timezone={timezone} />
          <span class={unpriced ? "price price-unknown" : "price"} data-testid="price">
            {onFoot ? words.free : priceInWords(journey.price, words, language)}
          </span>
        </span>
        <span class="journey-facts">
          <span>{duration(journey.duration_s, words)}</span>
          <span>{journey.transfers === 0 ? words.noChanges : words.changes(journey.transfers)}</span>
          {journey.walk_m > 0 && <span>{words.walkTotal(metres(journey.walk_m))}</span>}
        </span>
        <LegStrip legs={journey.legs} />
        {ride?.pickup_window && (
          <span class="promise">
            <ClockIcon size={22} />
            <span class="promise-words">
              <PickupWindow span={ride.pickup_window} timezone={timezone} />
              {ride.booking_deadline && (
                <span class="deadline">{words.bookUntil(clock(ride.booking_deadline, timezone))}</span>
              )}
            </span>
          </span>
        )}
        <span class="journey-more">
          {open ? words.lessDetails : words.details} <ChevronIcon size={22} />
        </span>
      </button>
      <div id={bodyId} class="journey-body" hidden={!open}>
        {open && <JourneyBody {...props} />}
      </div>
    </li>
  );
}

/** How firm the ground is: the tightest change, and what the way costs the air. */
function JourneyFooting({ journey }: { journey: OfferedJourney }) {
  const { words } = useSpeech();
  const { weakest_connection: weakest, co2_g: grams, car_co2_g: byCar } = journey;
  const known = grams !== null && grams !== undefined;
  if (!weakest && !known) return null;
  const minutes = weakest ? Math.floor(weakest.margin_s / 60) : 0;
  const spare = minutes > 0 ? words.minutes(minutes) : words.noSpare;
  return (
    <ul class="footing">
      {weakest && <li data-testid="weakest">{words.weakest(weakest.at.name, spare)}</li>}
      {known && (
        <li data-testid="co2">
          {words.co2(grammes(grams))}
          {byCar ? words.co2ByCar(grammes(byCar)) : ""}
        </li>
      )}
    </ul>
  );
}

function JourneyBody(props: CardProps) {
  const { language, words } = useSpeech();
  const { journey, index, timezone, chosen, onChoose } = props;
  const lines = journey.price?.lines ?? [];
  return (
    <>
      <JourneySteps journey={journey} timezone={timezone} />
      <JourneyFooting journey={journey} />
      {props.mapSlot}
      {lines.length > 0 && journey.price && (
        <dl class="fare">
          <dt class="visually-hidden">{words.priceTitle}</dt>
          {lines.map((line, index) => (
            <dd key={index}>
              <span>
                {line.label}
                {line.count > 1 ? ` × ${line.count}` : ""}
              </span>
              <span>{money(line.amount_minor, journey.price?.currency ?? "JPY", language)}</span>
            </dd>
          ))}
        </dl>
      )}
      {chosen.booking && journey.offer ? (
        <BookingPanel
          journey={journey}
          offer={journey.offer}
          party={props.party}
          timezone={timezone}
          rider={props.rider}
          onRider={props.onRider}
          onBack={() => onChoose({ open: index, booking: false })}
          onGone={props.onGone}
        />
      ) : journey.bookable && journey.offer ? (
        <button
          type="button"
          class="button main-button"
          data-testid="book"
          onClick={() => onChoose({ open: index, booking: true })}
        >
          {words.book}
        </button>
      ) : (
        <p class="no-booking">
          {journey.legs.some((leg) => leg.mode === "ON_DEMAND")
            ? words.notBookableHere
            : journey.legs.some((leg) => leg.mode !== "WALK")
              ? words.noBookingNeeded
              : ""}
        </p>
      )}
    </>
  );
}
