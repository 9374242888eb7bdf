// One stop of the tour. Only the next one carries buttons, so that no other can be hit by mistake.
import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { DriverStop } from "../shared/api";
import { clock, money } from "../shared/format";
import { PhoneIcon, WheelchairIcon } from "../shared/icons";
import { useSpeech } from "../shared/language";

interface Props {
  stop: DriverStop;
  timezone: string;
  next: boolean;
  itemRef: RefObject<HTMLLIElement | null> | null;
  onReport: (stop: string, what: "done" | "no-show") => Promise<void>;
}

export function StopItem({ stop, timezone, next, itemRef, onReport }: Props) {
  const { words } = useSpeech();
  const pickup = stop.kind === "pickup";
  const past = stop.state !== "planned";
  return (
    <li
      ref={itemRef}
      class={`stop ${stop.kind}${next ? " next" : ""}${past ? " past" : ""}`}
      data-testid="driver-stop"
      data-booking={stop.booking_id}
      data-kind={stop.kind}
      data-state={stop.state}
      aria-current={next ? "step" : undefined}
    >
      {next && <p class="next-label">{words.nextStop}</p>}
      <div class="stop-main">
        <time class="stop-time" dateTime={stop.planned}>
          {clock(stop.planned, timezone)}
        </time>
        <span class="stop-kind">{pickup ? words.pickupHere : words.dropoffHere}</span>
        {past && <span class="stop-state">{words.stopStates[stop.state] ?? stop.state}</span>}
      </div>
      <p class="stop-place">{stop.place.name}</p>
      {!past && <Promised stop={stop} timezone={timezone} />}
      <RiderLine stop={stop} next={next} />
      {next && <Buttons stop={stop} onReport={onReport} />}
    </li>
  );
}

function Promised({ stop, timezone }: { stop: DriverStop; timezone: string }) {
  const { words } = useSpeech();
  if (!stop.latest) return null;
  const latest = clock(stop.latest, timezone);
  return (
    <p class="stop-promise">
      {stop.kind === "pickup" && stop.earliest
        ? words.promised(clock(stop.earliest, timezone), latest)
        : words.latestBy(latest)}
    </p>
  );
}

function RiderLine({ stop, next }: { stop: DriverStop; next: boolean }) {
  const { language, words } = useSpeech();
  const { rider, price } = stop;
  const pickup = stop.kind === "pickup";
  return (
    <div class="stop-rider">
      <span class="rider-name" data-testid="driver-rider">
        {words.riderOf(rider.name)}
      </span>
      <span>{words.seats(stop.seats + stop.wheelchairs + stop.child_seats)}</span>
      {stop.child_seats > 0 && <span class="wheelchair">{words.childSeatCount(stop.child_seats)}</span>}
      {stop.luggage > 0 && <span>{words.luggageCount(stop.luggage)}</span>}
      {stop.note && (
        <p class="stop-note" data-testid="driver-note">
          {words.noteFrom}: <strong>{stop.note}</strong>
        </p>
      )}
      {stop.wheelchairs > 0 && (
        <span class="wheelchair">
          <WheelchairIcon size={26} /> {words.wheelchairCount(stop.wheelchairs)}
        </span>
      )}
      {pickup && (
        <span class="collect">
          {price && price.amount_minor > 0
            ? words.collect(money(price.amount_minor, price.currency, language))
            : words.collectNothing}
        </span>
      )}
      {rider.phone && stop.state === "planned" && (
        <a
          class={next ? "button phone" : "phone small"}
          href={`tel:${rider.phone.replace(/[^+\d]/g, "")}`}
          aria-label={`${words.call(rider.name)} ${rider.phone}`}
        >
          <PhoneIcon size={24} /> {rider.phone}
        </a>
      )}
    </div>
  );
}

/** A second tap of a double tap must not hit the button of the stop that has just become next. */
const SETTLE_MS = 900;

interface ButtonsProps {
  stop: DriverStop;
  onReport: Props["onReport"];
}

function Buttons({ stop, onReport }: ButtonsProps) {
  const { words } = useSpeech();
  const [busy, setBusy] = useState(false);
  const [settled, setSettled] = useState(false);
  const [asked, setAsked] = useState(false);
  useEffect(() => {
    const settle = window.setTimeout(() => setSettled(true), SETTLE_MS);
    return () => window.clearTimeout(settle);
  }, []);

  const report = async (what: "done" | "no-show"): Promise<void> => {
    setBusy(true);
    await onReport(stop.id, what);
    setBusy(false);
    setAsked(false);
  };
  const still = busy || !settled;
  const pickup = stop.kind === "pickup";

  if (asked) {
    return (
      <div class="sure" role="group" aria-label={words.noShowSure(stop.rider.name)}>
        <p>{words.noShowSure(stop.rider.name)}</p>
        <button type="button" class="button" onClick={() => setAsked(false)}>
          {words.back}
        </button>
        <button
          type="button"
          class="button danger-button"
          data-testid="driver-no-show-confirm"
          disabled={busy}
          onClick={() => void report("no-show")}
        >
          {words.noShowYes}
        </button>
      </div>
    );
  }
  return (
    <div class="stop-buttons">
      <button
        type="button"
        class="button done-button"
        data-testid="driver-done"
        disabled={still}
        onClick={() => void report("done")}
      >
        {busy ? words.saving : pickup ? words.boarded : words.alighted}
      </button>
      {pickup && (
        <button
          type="button"
          class="button quiet-button"
          data-testid="driver-no-show"
          disabled={still}
          onClick={() => setAsked(true)}
        >
          {words.noShow}
        </button>
      )}
    </div>
  );
}
