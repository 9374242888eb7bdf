// The ticket: what is promised, the code to show, and the way back out.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { asProblem, bookingPath, getBooking, getCity } from "../shared/api";
import type { Booking, City, Problem, Ride } from "../shared/api";
import { followEvents } from "../shared/event_stream";
import { clock, dayInWords, dayOf, money, priceInWords } from "../shared/format";
import { CheckIcon, ClockIcon, CrossIcon } from "../shared/icons";
import { JourneySteps, PickupWindow } from "../shared/journey";
import { Footer, Header } from "../shared/layout";
import { useSpeech, useTitle } from "../shared/language";
import { ProblemNotice } from "../shared/problem_notice";
import { LiveCode } from "./live_code";
import { CancelBox, ChangeBox } from "./ticket_changes";

const idFromAddress = (): string => decodeURIComponent(location.pathname.split("/").filter(Boolean).pop() ?? "");

/** The booking, kept fresh: every event only says that something changed, so we look again. */
function useBooking(id: string) {
  const [booking, setBooking] = useState<Booking | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [live, setLive] = useState(true);

  const refresh = useCallback(async (): Promise<void> => {
    try {
      setBooking(await getBooking(id));
      setProblem(null);
      setLive(true);
    } catch (error) {
      setLive(false);
      setProblem(asProblem(error));
    }
  }, [id]);

  useEffect(() => {
    void refresh();
    const end = new AbortController();
    // A burst of events is one change to the eye.
    let pause: number | undefined;
    const soon = (): void => {
      window.clearTimeout(pause);
      pause = window.setTimeout(() => void refresh(), 150);
    };
    const listener = { onChange: soon, onLive: setLive };
    void followEvents(`${bookingPath(id)}/events`, {}, listener, end.signal);
    const seen = (): void => {
      if (document.visibilityState === "visible") soon();
    };
    document.addEventListener("visibilitychange", seen);
    window.addEventListener("online", soon);
    return () => {
      window.clearTimeout(pause);
      end.abort();
      document.removeEventListener("visibilitychange", seen);
      window.removeEventListener("online", soon);
    };
  }, [id, refresh]);

  return { booking, setBooking, problem, live, refresh };
}

export function TicketPage() {
  const { language, words } = useSpeech();
  const [id] = useState(idFromAddress);
  const [city, setCity] = useState<City | null>(null);
  const { booking, setBooking, problem, live, refresh } = useBooking(id);
  useTitle(`${words.ticketTitle} – ${words.siteName}`);
  useEffect(() => {
    getCity().then(setCity, () => undefined);
  }, []);
  const spoken = useRef(language);
  useEffect(() => {
    if (spoken.current === language) return;
    spoken.current = language;
    void refresh();
  }, [language, refresh]);

  return (
    <>
      <Header city={city} />
      <main id="main" class="ticket-page">
        {booking && city ? (
          <>
            <Ticket booking={booking} timezone={city.timezone} />
            <p class={live ? "live" : "live lost"} role="status">
              {live ? words.ticketLive : words.ticketOffline}
            </p>
            <div class="ticket-actions">
              <ChangeBox booking={booking} timezone={city.timezone} onChanged={setBooking} />
              <CancelBox booking={booking} onChanged={setBooking} />
              <a class="button quiet-button" href={`/bookings/${encodeURIComponent(id)}/print?language=${language}`}>
                {words.print}
              </a>
              <a class="button quiet-button" href="/">
                {words.newSearch}
              </a>
            </div>
            <p class="quiet keep">{words.ticketKeep}</p>
          </>
        ) : problem ? (
          <>
            <ProblemNotice problem={problem} onRetry={() => void refresh()} />
            <a class="button quiet-button" href="/">
              {words.newSearch}
            </a>
          </>
        ) : (
          <p role="status">{words.loading}</p>
        )}
      </main>
      <Footer city={city} />
    </>
  );
}

const OVER = new Set(["cancelled", "completed", "no_show", "refused", "interrupted", "dropped"]);

function Ticket({ booking, timezone }: { booking: Booking; timezone: string }) {
  const { language, words } = useSpeech();
  const { journey, party } = booking;
  const over = OVER.has(booking.state);
  const calledOff = booking.state === "cancelled" || booking.state === "no_show";
  const Sign = calledOff ? CrossIcon : CheckIcon;
  return (
    <article class={`ticket ticket-${booking.state}`} data-testid="ticket" data-state={booking.state}>
      <div class="ticket-state" role="status">
        <Sign size={30} />
        <h1>{words.ticketStates[booking.state] ?? booking.state}</h1>
      </div>
      {booking.state === "cancelled" && booking.fee.amount_minor === 0 && (
        <p class="ticket-over">{words.cancelledHint}</p>
      )}
      {booking.fee.amount_minor > 0 && (
        <p class="ticket-over" data-testid="fee">
          {words.feeOwed(money(booking.fee.amount_minor, booking.fee.currency, language))}
        </p>
      )}
      <p class="ticket-day">{dayInWords(dayOf(journey.departure, timezone), language)}</p>
      {booking.rides.map((ride) => (
        <RideOnTicket key={ride.id} ride={ride} timezone={timezone} />
      ))}
      {!over && <LiveCode id={booking.id} />}
      <dl class="ticket-facts">
        {!calledOff && (
          <div>
            <dt>{words.toPay}</dt>
            <dd>
              <strong data-testid="price">{priceInWords(booking.price, words, language)}</strong>{" "}
              <span class="quiet">{words.payOnBoard}</span>
            </dd>
          </div>
        )}
        <div>
          <dt>{words.riderName}</dt>
          <dd>
            {words.riderOf(booking.rider.name)}{" "}
            <span class="quiet">
              {words.partySummary(party)}
            </span>
          </dd>
        </div>
        {booking.other_way && (
          <div>
            <dt>{words.otherWay[booking.other_way.direction]}</dt>
            <dd>
              <a href={`/bookings/${encodeURIComponent(booking.other_way.id)}`} data-testid="other-way">
                {booking.other_way.departure
                  ? `${dayInWords(dayOf(booking.other_way.departure, timezone), language)} ${clock(booking.other_way.departure, timezone)}`
                  : booking.other_way.id}
              </a>
            </dd>
          </div>
        )}
        <div>
          <dt>{words.ticketNumber}</dt>
          <dd class="number">{booking.id}</dd>
        </div>
      </dl>
      <section class="ticket-journey" aria-labelledby="whole-journey">
        <h2 id="whole-journey">{words.wholeJourney}</h2>
        <JourneySteps journey={journey} timezone={timezone} booked />
      </section>
    </article>
  );
}

function RideOnTicket({ ride, timezone }: { ride: Ride; timezone: string }) {
  const { words } = useSpeech();
  return (
    <section class={`ride ride-${ride.state}`}>
      <p class="ride-window" data-testid="ticket-window">
        <ClockIcon size={30} />
        <PickupWindow span={ride.pickup_window} timezone={timezone} />
      </p>
      <dl class="ticket-facts">
        <div>
          <dt>{words.pickupPlace}</dt>
          <dd>{ride.from.name}</dd>
        </div>
        <div>
          <dt>{words.dropoffPlace}</dt>
          <dd>
            {ride.to.name} <span class="quiet">{words.arriveLatest(clock(ride.arrival_latest, timezone))}</span>
          </dd>
        </div>
        <div>
          <dt>{words.vehicle}</dt>
          <dd data-testid="ticket-vehicle" data-vehicle={ride.vehicle.id}>
            {ride.vehicle.name}
          </dd>
        </div>
      </dl>
      {ride.changes.length > 0 && !OVER.has(ride.state) && (
        <p class="ride-state" role="status">
          {words.promiseChanged}
        </p>
      )}
      {ride.state !== "cancelled" && words.rideStates[ride.state] && <p class="ride-state">{words.rideStates[ride.state]}</p>}
    </section>
  );
}
