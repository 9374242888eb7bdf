// From, to, when, who.
import { useEffect, useRef } from "preact/hooks";
import { wallInputs } from "../shared/format";
import { now } from "../shared/now";
import { SwapIcon } from "../shared/icons";
import { useSpeech } from "../shared/language";
import { PartyField } from "./party_field";
import { PlaceBox } from "./place_box";
import { gapsOf } from "./wish";
import type { Gaps, Wish } from "./wish";

interface Props {
  wish: Wish;
  gaps: Gaps;
  busy: boolean;
  timezone: string;
  lastDay: string | undefined;
  onChange: (wish: Wish) => void;
  onGaps: (gaps: Gaps) => void;
  onSearch: () => void;
}

export function SearchForm({ wish, gaps, busy, timezone, lastDay, onChange, onGaps, onSearch }: Props) {
  const { words } = useSpeech();
  const form = useRef<HTMLFormElement>(null);

  useEffect(() => {
    if (Object.keys(gaps).length === 0) return;
    form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [gaps]);

  const submit = (event: Event): void => {
    event.preventDefault();
    const missing = gapsOf(wish);
    onGaps(missing);
    if (Object.keys(missing).length === 0) onSearch();
  };

  return (
    <form class="search" ref={form} onSubmit={submit} noValidate role="search" aria-labelledby="search-title">
      <h1 id="search-title">{words.searchTitle}</h1>
      <div class="places">
        <PlaceBox
          side="from"
          label={words.from}
          hint={words.fromHint}
          value={wish.from}
          error={gaps.from ? words.fillFrom : null}
          onChange={(from) => onChange({ ...wish, from })}
        />
        <button
          type="button"
          class="swap"
          data-testid="swap"
          aria-label={words.swap}
          title={words.swap}
          onClick={() => onChange({ ...wish, from: wish.to, to: wish.from })}
        >
          <SwapIcon size={26} />
        </button>
        <PlaceBox
          side="to"
          label={words.to}
          hint={words.toHint}
          value={wish.to}
          error={gaps.to ? words.fillTo : null}
          onChange={(to) => onChange({ ...wish, to })}
        />
      </div>
      <WhenField
        wish={wish}
        missing={gaps.time === true}
        timezone={timezone}
        lastDay={lastDay}
        onChange={onChange}
      />
      <PartyField party={wish.party} onChange={(party) => onChange({ ...wish, party })} />
      <button type="submit" class="button main-button" data-testid="search" aria-busy={busy}>
        {busy ? words.searching : words.search}
      </button>
    </form>
  );
}

const AN_HOUR_MS = 3_600_000;

/** Nobody can arrive now: without a time of the rider's own, arriving starts an hour ahead. */
function turned(wish: Wish, arriveBy: boolean, timezone: string): Wish {
  if (!arriveBy || !wish.now) return { ...wish, arriveBy };
  const ahead = wallInputs(new Date(now().getTime() + AN_HOUR_MS), timezone);
  return { ...wish, ...ahead, arriveBy, now: false };
}

interface WhenProps {
  wish: Wish;
  missing: boolean;
  timezone: string;
  lastDay: string | undefined;
  onChange: (wish: Wish) => void;
}

function WhenField({ wish, missing, timezone, lastDay, onChange }: WhenProps) {
  const { words } = useSpeech();
  const today = wallInputs(now(), timezone).date;
  return (
    <fieldset class="when">
      <legend class="visually-hidden">{words.when}</legend>
      <div class="when-row">
        <div class="switch">
          {[false, true].map((arriveBy) => (
            <label key={String(arriveBy)}>
              <input
                type="radio"
                name="when"
                value={arriveBy ? "arrive" : "depart"}
                checked={wish.arriveBy === arriveBy}
                onChange={() => onChange(turned(wish, arriveBy, timezone))}
              />
              <span>{arriveBy ? words.arriveBy : words.departAt}</span>
            </label>
          ))}
        </div>
        {!wish.now && (
          <button
            type="button"
            class="button quiet-button"
            onClick={() => onChange({ ...wish, ...wallInputs(now(), timezone), now: true, arriveBy: false })}
          >
            {words.nowButton}
          </button>
        )}
      </div>
      <div class="when-fields">
        <label>
          <span class="visually-hidden">{words.date}</span>
          <input
            type="date"
            data-testid="depart-date"
            value={wish.date}
            min={today}
            max={lastDay}
            aria-invalid={missing && !wish.date ? true : undefined}
            onInput={(event) => onChange({ ...wish, date: event.currentTarget.value, now: false })}
          />
        </label>
        <label>
          <span class="visually-hidden">{words.time}</span>
          <input
            type="time"
            data-testid="depart-time"
            value={wish.time}
            aria-invalid={missing && !wish.time ? true : undefined}
            onInput={(event) => onChange({ ...wish, time: event.currentTarget.value, now: false })}
          />
        </label>
      </div>
      {missing && <p class="field-error">{words.fillTime}</p>}
    </fieldset>
  );
}
