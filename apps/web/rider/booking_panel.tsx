// The one form between a rider and a seat: what is promised, what it costs, who rides.
import { useEffect, useRef, useState } from "preact/hooks";
import { asProblem, book, keyOf } from "../shared/api";
import type { BookingOrder, OfferedJourney, Party, Problem } from "../shared/api";
import { clock, priceInWords } from "../shared/format";
import { CheckIcon, ClockIcon } from "../shared/icons";
import { useSpeech } from "../shared/language";
import { ProblemNotice } from "../shared/problem_notice";
import { ReturnField } from "./return_field";

export interface Rider {
  name: string;
  phone: string;
  note: string;
}

interface Props {
  journey: OfferedJourney;
  offer: string;
  party: Party;
  timezone: string;
  rider: Rider;
  onRider: (rider: Rider) => void;
  onBack: () => void;
  /** The offer is gone; the results must be looked up again. */
  onGone: (problem: Problem) => void;
}

const GONE = new Set([
  "offer_expired",
  "offer_invalid",
  "ride_gone",
  "price_changed",
  "not_bookable",
  "idempotency_key_reused",
]);

const looksLikePhone = (text: string): boolean =>
  /^[+0-9０-９()（）\s.ー－-]+$/.test(text) && text.replace(/[^0-9０-９]/g, "").length >= 6;

export function BookingPanel({ journey, offer, party, timezone, rider, onRider, onBack, onGone }: Props) {
  const { language, words } = useSpeech();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const [checked, setChecked] = useState(false);
  const [back, setBack] = useState<OfferedJourney | null>(null);
  const name = useRef<HTMLInputElement>(null);
  const phone = useRef<HTMLInputElement>(null);
  useEffect(() => name.current?.focus(), []);

  const nameMissing = checked && !rider.name.trim();
  const phoneWrong = checked && !looksLikePhone(rider.phone.trim());

  const confirm = async (event?: Event): Promise<void> => {
    event?.preventDefault();
    if (busy) return;
    setChecked(true);
    if (!rider.name.trim()) return name.current?.focus();
    if (!looksLikePhone(rider.phone.trim())) return phone.current?.focus();
    const order: BookingOrder = {
      offer,
      // NFKC turns full-width digits, which Japanese keyboards give, into plain ones.
      rider: { name: rider.name.trim(), phone: rider.phone.normalize("NFKC").trim() },
      language,
      payment: "on_board",
      ...(back?.offer ? { return_offer: back.offer } : {}),
      ...(rider.note.trim() ? { note: rider.note.trim() } : {}),
    };
    setBusy(true);
    setProblem(null);
    try {
      const booking = await book(order, keyOf(order));
      location.assign(`/bookings/${encodeURIComponent(booking.id)}`);
    } catch (error) {
      const failed = asProblem(error);
      setBusy(false);
      if (GONE.has(failed.code)) onGone(failed);
      else setProblem(failed);
    }
  };

  return (
    <form class="booking" onSubmit={confirm} noValidate aria-labelledby="booking-title">
      <h3 id="booking-title">{words.bookingTitle}</h3>
      <Promises journey={journey} timezone={timezone} />
      <label class="field">
        <span>{words.riderName}</span>
        <input
          ref={name}
          type="text"
          data-testid="rider-name"
          autocomplete="name"
          maxLength={80}
          value={rider.name}
          placeholder={words.riderNameHint}
          aria-invalid={nameMissing || undefined}
          aria-describedby="booking-why"
          onInput={(event) => onRider({ ...rider, name: event.currentTarget.value })}
        />
        {nameMissing && <span class="field-error">{words.fillName}</span>}
      </label>
      <label class="field">
        <span>{words.riderPhone}</span>
        <input
          ref={phone}
          type="tel"
          data-testid="rider-phone"
          autocomplete="tel"
          maxLength={30}
          value={rider.phone}
          placeholder={words.riderPhoneHint}
          aria-invalid={phoneWrong || undefined}
          aria-describedby="booking-why"
          onInput={(event) => onRider({ ...rider, phone: event.currentTarget.value })}
        />
        {phoneWrong && <span class="field-error">{words.fillPhone}</span>}
      </label>
      <label class="field">
        <span>{words.noteToDriver}</span>
        <input
          type="text"
          data-testid="rider-note"
          maxLength={300}
          value={rider.note}
          placeholder={words.noteHint}
          onInput={(event) => onRider({ ...rider, note: event.currentTarget.value })}
        />
      </label>
      <p class="quiet" id="booking-why">
        {words.whyAsked}
      </p>
      <ReturnField journey={journey} party={party} timezone={timezone} onChoose={setBack} />
      {problem && (
        <ProblemNotice problem={problem} onRetry={() => void confirm()}>
          {problem.status === 0 && <p>{words.retrySafe}</p>}
        </ProblemNotice>
      )}
      <p class="pay">
        <strong>{priceInWords(bothWays(journey, back), words, language)}</strong> {words.payOnBoard}
      </p>
      <button
        type="submit"
        class="button main-button"
        data-testid="confirm-booking"
        aria-busy={busy}
        disabled={busy}
      >
        {busy ? words.booking : words.confirmBooking}
      </button>
      <button type="button" class="button quiet-button" onClick={onBack}>
        {words.back}
      </button>
    </form>
  );
}

/** The price of the way there, and of the way back where it is booked too. */
const bothWays = (there: OfferedJourney, back: OfferedJourney | null): OfferedJourney["price"] =>
  there.price && back?.price
    ? { ...there.price, amount_minor: there.price.amount_minor + back.price.amount_minor }
    : there.price;

/** What the service binds itself to, in the rider's words. */
function Promises({ journey, timezone }: { journey: OfferedJourney; timezone: string }) {
  const { words } = useSpeech();
  return (
    <ul class="promises">
      {journey.legs.map(
        (leg, index) =>
          leg.pickup_window && (
            <li key={index}>
              <ClockIcon size={24} />
              {words.promisePickup(
                leg.from.name,
                clock(leg.pickup_window.earliest, timezone),
                clock(leg.pickup_window.latest, timezone),
              )}
            </li>
          ),
      )}
      <li>
        <CheckIcon size={24} />
        {words.promiseArrival(journey.legs.at(-1)?.to.name ?? "", clock(journey.arrival, timezone))}
      </li>
    </ul>
  );
}
