// What a rider may still do with a booking: change it or give it up, the cost always before the press.
import { useEffect, useRef, useState } from "preact/hooks";
import type { ComponentChildren } from "preact";
import { asProblem, cancelBooking, changeBooking, changeOffers, costOfCancelling, keyOf } from "../shared/api";
import type { Amount, Booking, ChangePlan, ChangeWish, Cost, OfferedJourney, Party, Problem } from "../shared/api";
import { clock, dayInWords, dayOf, money, wallInputs } from "../shared/format";
import { PickupWindow } from "../shared/journey";
import { useSpeech } from "../shared/language";
import { ProblemNotice } from "../shared/problem_notice";
import { PartyField } from "./party_field";
import { PlaceBox, queryOf } from "./place_box";
import type { PlaceChoice } from "./place_box";

interface Props {
  booking: Booking;
  timezone: string;
  onChanged: (booking: Booking) => void;
}

/** Nobody has boarded: the booking can still become another one, or none. */
export const mayChange = (booking: Booking): boolean =>
  booking.state === "confirmed" && booking.rides.every(({ state }) => state === "planned");

function CostLines({ cost, children }: { cost: Cost; children?: ComponentChildren }) {
  return (
    <ul class="cost" data-testid="cost" data-fee={cost.fee.amount_minor}>
      {children}
      {cost.consequences.map(({ code, message }) => (
        <li key={code}>{message}</li>
      ))}
    </ul>
  );
}

export function CancelBox({ booking, onChanged }: Omit<Props, "timezone">) {
  const { language, words } = useSpeech();
  const [cost, setCost] = useState<Cost | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const keep = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (cost) keep.current?.focus();
  }, [cost]);
  if (!mayChange(booking)) return null;

  const attempt = async (work: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      await work();
    } catch (error) {
      setProblem(asProblem(error));
      setCost(null);
    } finally {
      setBusy(false);
    }
  };
  const ask = (): Promise<void> => attempt(async () => setCost(await costOfCancelling(booking.id)));
  const cancel = (agreed: Cost): Promise<void> =>
    attempt(async () => {
      onChanged(await cancelBooking(booking.id, agreed.fee.amount_minor));
      setCost(null);
      window.scrollTo({ top: 0 });
    });

  return (
    <>
      {problem && <ProblemNotice problem={problem} onRetry={() => void ask()} />}
      {cost ? (
        <div class="sure" role="group" aria-label={words.cancelSure}>
          <p>{words.cancelSure}</p>
          <CostLines cost={cost}>
            {cost.fee.amount_minor > 0 && (
              <li class="fee">
                {words.cancelFee}: <strong>{money(cost.fee.amount_minor, cost.fee.currency, language)}</strong>
              </li>
            )}
          </CostLines>
          <button type="button" class="button" ref={keep} onClick={() => setCost(null)}>
            {words.cancelNo}
          </button>
          <button
            type="button"
            class="button danger-button"
            data-testid="cancel-confirm"
            disabled={busy}
            onClick={() => void cancel(cost)}
          >
            {busy ? words.cancelling : words.cancelYes}
          </button>
        </div>
      ) : (
        <button
          type="button"
          class="button quiet-button"
          data-testid="cancel"
          disabled={busy}
          onClick={() => void ask()}
        >
          {words.cancel}
        </button>
      )}
    </>
  );
}

interface ChangeForm {
  from: PlaceChoice;
  to: PlaceChoice;
  date: string;
  time: string;
  party: Party;
}

function asBooked({ journey, party }: Booking, timezone: string): ChangeForm {
  const named = (text: string): PlaceChoice => ({ text, place: null });
  return {
    from: named(journey.legs[0]?.from.name ?? ""),
    to: named(journey.legs.at(-1)?.to.name ?? ""),
    ...wallInputs(new Date(journey.departure), timezone),
    party: { ...party, child_seats: party.child_seats ?? 0, luggage: party.luggage ?? 0 },
  };
}

/** Only what differs is asked for: the rest stays as it is booked, to the metre. */
function wishOf(form: ChangeForm, before: ChangeForm, language: string): ChangeWish {
  return {
    language,
    party: form.party,
    depart: `${form.date}T${form.time}`,
    ...(form.from.text === before.from.text ? {} : { from: queryOf(form.from) }),
    ...(form.to.text === before.to.text ? {} : { to: queryOf(form.to) }),
  };
}

export function ChangeBox({ booking, timezone, onChanged }: Props) {
  const { words } = useSpeech();
  const [open, setOpen] = useState(false);
  useEffect(() => setOpen(false), [booking]);
  if (!mayChange(booking)) return null;
  if (!open) {
    return (
      <button
        type="button"
        class="button main-button"
        data-testid="change"
        onClick={() => setOpen(true)}
      >
        {words.changeBooking}
      </button>
    );
  }
  return (
    <ChangeFields
      booking={booking}
      timezone={timezone}
      onChanged={onChanged}
      onClose={() => setOpen(false)}
    />
  );
}

function ChangeFields({ booking, timezone, onChanged, onClose }: Props & { onClose: () => void }) {
  const { language, words } = useSpeech();
  const [before] = useState(() => asBooked(booking, timezone));
  const [form, setForm] = useState(before);
  const [found, setFound] = useState<ChangePlan | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);

  const set = (more: Partial<ChangeForm>): void => {
    setForm({ ...form, ...more });
    setFound(null);
  };
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      await work();
    } catch (error) {
      setFound(null);
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  const look = (event: Event): void => {
    event.preventDefault();
    void attempt(async () => setFound(await changeOffers(booking.id, wishOf(form, before, language))));
  };
  const take = (offer: string, fee: Amount): void => {
    const body = { offer, fee_minor: fee.amount_minor, language };
    void attempt(async () => {
      onChanged(await changeBooking(booking.id, body, keyOf(body)));
      window.scrollTo({ top: 0 });
    });
  };
  const choices = found?.journeys.filter((journey) => journey.bookable) ?? [];

  return (
    <section class="change" aria-labelledby="change-title">
      <h2 id="change-title" ref={heading} tabIndex={-1}>
        {words.changeBooking}
      </h2>
      <form onSubmit={look}>
        <PlaceBox side="from" label={words.from} hint={words.fromHint} value={form.from} error={null} onChange={(from) => set({ from })} />
        <PlaceBox side="to" label={words.to} hint={words.toHint} value={form.to} error={null} onChange={(to) => set({ to })} />
        <div class="when-fields">
          <label>
            <span>{words.date}</span>
            <input
              type="date"
              required
              data-testid="change-date"
              value={form.date}
              onInput={(event) => set({ date: event.currentTarget.value })}
            />
          </label>
          <label>
            <span>{words.departAt}</span>
            <input
              type="time"
              required
              data-testid="change-time"
              value={form.time}
              onInput={(event) => set({ time: event.currentTarget.value })}
            />
          </label>
        </div>
        <PartyField party={form.party} onChange={(party) => set({ party })} />
        <button type="submit" class="button main-button" data-testid="change-search" disabled={busy}>
          {busy && !found ? words.searching : words.changeSearch2}
        </button>
      </form>
      {problem && <ProblemNotice problem={problem} />}
      {found && (
        <div role="status">
          {choices.length === 0 && <p>{words.foundNone}</p>}
          <ol class="choices">
            {choices.map((journey, index) => (
              <Choice key={index} journey={journey} cost={found.cost} timezone={timezone} busy={busy} onTake={take} />
            ))}
          </ol>
        </div>
      )}
      <button type="button" class="button quiet-button" onClick={onClose}>
        {words.changeKeep}
      </button>
    </section>
  );
}

interface ChoiceProps {
  journey: OfferedJourney;
  cost: Cost;
  timezone: string;
  busy: boolean;
  onTake: (offer: string, fee: Amount) => void;
}

function Choice({ journey, cost, timezone, busy, onTake }: ChoiceProps) {
  const { language, words } = useSpeech();
  const ride = journey.legs.find((leg) => leg.pickup_window);
  const { change, offer } = journey;
  if (!change || !offer) return null;
  const inWords = (amount: Amount): string => money(amount.amount_minor, amount.currency, language);
  const more = change.difference.amount_minor;
  return (
    <li data-testid="change-choice">
      <p class="choice-time">
        {dayInWords(dayOf(journey.departure, timezone), language)}{" "}
        {ride?.pickup_window && <PickupWindow span={ride.pickup_window} timezone={timezone} />}
      </p>
      <p>{words.promiseArrival(journey.legs.at(-1)?.to.name ?? "", clock(journey.arrival, timezone))}</p>
      <CostLines cost={cost}>
        <li class="fee">
          {words.changeTotal}: <strong data-testid="change-total">{inWords(change.total)}</strong>
          {more !== 0 && <> ({words.changeDifference(more > 0, inWords({ ...change.difference, amount_minor: Math.abs(more) }))})</>}
        </li>
      </CostLines>
      <button
        type="button"
        class="button main-button"
        data-testid="change-confirm"
        disabled={busy}
        onClick={() => onTake(offer, change.fee)}
      >
        {words.changeTake}
      </button>
    </li>
  );
}
