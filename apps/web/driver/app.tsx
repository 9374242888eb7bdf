// The driver's page: one list in order, one big button for the stop that is next.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { asProblem, getCity } from "../shared/api";
import type { City, Problem, StopList, Vehicle } from "../shared/api";
import { followEvents } from "../shared/event_stream";
import { clock, wallInputs } from "../shared/format";
import { now } from "../shared/now";
import { LanguageSwitch, Mark } from "../shared/layout";
import { useSpeech, useTitle } from "../shared/language";
import { ProblemNotice } from "../shared/problem_notice";
import { bearer, getStops, getVehicles, keepKey, keyFromAddress, reportStop, vehiclePath } from "./staff";
import { StopItem } from "./stop_item";
import { TicketCheck } from "./ticket_check";
import { ThemeSwitch } from "./theme";

const FIRST_TIMEZONE = "Asia/Tokyo";

export function DriverPage() {
  const { words } = useSpeech();
  const [key, setKey] = useState(keyFromAddress);
  // Null: not known yet.
  const [isOpen, setIsOpen] = useState<boolean | null>(key ? true : null);
  const [city, setCity] = useState<City | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  useTitle(`${words.driverTitle} – ${words.siteName}`);
  useEffect(() => {
    getCity().then(setCity, (error: unknown) => setProblem(asProblem(error)));
    // Without a key, who is signed in is let in.
    if (!key) getVehicles("").then(() => setIsOpen(true), () => setIsOpen(false));
  }, []);
  const onWrongKey = useCallback((failed: Problem) => {
    keepKey("");
    setKey("");
    setIsOpen(false);
    setProblem(failed);
  }, []);
  return (
    <>
      <header class="driver-header">
        <Mark />
        <h1>{words.driverTitle}</h1>
        <ThemeSwitch />
        <LanguageSwitch />
      </header>
      <main id="main" class="driver-page">
        {problem && <ProblemNotice problem={problem} onRetry={() => location.reload()} />}
        {isOpen === null && <p role="status">{words.loading}</p>}
        {isOpen && (
          <Board timezone={city?.timezone ?? FIRST_TIMEZONE} staffKey={key} onWrongKey={onWrongKey} />
        )}
        {isOpen === false && (
          <KeyForm
            onKey={(given) => {
              keepKey(given);
              setProblem(null);
              setKey(given);
              setIsOpen(true);
            }}
          />
        )}
      </main>
    </>
  );
}

function KeyForm({ onKey }: { onKey: (key: string) => void }) {
  const { words } = useSpeech();
  const [text, setText] = useState("");
  return (
    <form
      class="key-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim()) onKey(text.trim());
      }}
    >
      <a class="button main-button" href="/account" data-testid="staff-sign-in">
        {words.signIn}
      </a>
      <h2>{words.keyTitle}</h2>
      <label class="field">
        <span>{words.keyLabel}</span>
        <input
          type="password"
          data-testid="staff-key"
          autocomplete="current-password"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="button main-button">
        {words.keyOpen}
      </button>
    </form>
  );
}

interface BoardProps {
  staffKey: string;
  timezone: string;
  onWrongKey: (problem: Problem) => void;
}

/** The choice of vehicle and day, kept in the address so that a reload shows the same. */
function useTour(timezone: string) {
  const asked = new URLSearchParams(location.search);
  const [vehicle, setVehicle] = useState(asked.get("vehicle") ?? "");
  const [date, setDate] = useState(asked.get("date") ?? "");
  const today = wallInputs(now(), timezone).date;
  const day = /^\d{4}-\d{2}-\d{2}$/.test(date) ? date : today;
  useEffect(() => {
    const address = new URL(location.href);
    if (vehicle) address.searchParams.set("vehicle", vehicle);
    if (date) address.searchParams.set("date", date);
    history.replaceState(null, "", address);
  }, [vehicle, date]);
  return { vehicle, setVehicle, date: day, setDate };
}

function Board({ staffKey, timezone, onWrongKey }: BoardProps) {
  const { language, words } = useSpeech();
  const { vehicle, setVehicle, date, setDate } = useTour(timezone);
  const [vehicles, setVehicles] = useState<Vehicle[] | null>(null);
  const [list, setList] = useState<StopList | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [live, setLive] = useState(false);

  const fail = useCallback(
    (error: unknown): void => {
      const failed = asProblem(error);
      if (failed.code === "staff_key_wrong" || failed.status === 401) onWrongKey(failed);
      else setProblem(failed);
    },
    [onWrongKey],
  );

  useEffect(() => {
    getVehicles(staffKey).then((found) => {
      setVehicles(found);
      if (!vehicle && found.length === 1 && found[0]) setVehicle(found[0].id);
    }, fail);
  }, [staffKey, language]);

  // Answers may overtake each other; only the latest question counts.
  const asked = useRef(0);
  const refresh = useCallback(async (): Promise<void> => {
    if (!vehicle) return;
    const turn = ++asked.current;
    try {
      const found = await getStops(staffKey, vehicle, date);
      if (turn !== asked.current) return;
      setList(found);
      setProblem(null);
    } catch (error) {
      if (turn === asked.current) fail(error);
    }
  }, [staffKey, vehicle, date, language, fail]);

  useEffect(() => {
    setList(null);
    void refresh();
    if (!vehicle) return;
    const end = new AbortController();
    const again = (): void => void refresh();
    const seen = (): void => {
      if (document.visibilityState === "visible") again();
    };
    const listener = { onChange: again, onLive: setLive };
    void followEvents(`${vehiclePath(vehicle)}/events`, bearer(staffKey), listener, end.signal);
    document.addEventListener("visibilitychange", seen);
    window.addEventListener("online", again);
    return () => {
      end.abort();
      document.removeEventListener("visibilitychange", seen);
      window.removeEventListener("online", again);
    };
  }, [staffKey, vehicle, refresh]);

  const report = async (stop: string, what: "done" | "no-show"): Promise<void> => {
    const turn = ++asked.current;
    try {
      const found = await reportStop(staffKey, vehicle, date, stop, what);
      if (turn === asked.current) setList(found);
      setProblem(null);
    } catch (error) {
      // Somebody else may have settled the stop: show what is true now, and then the problem.
      await refresh();
      fail(error);
    }
  };

  return (
    <>
      <div class="tour">
        <label class="field">
          <span>{words.vehicleSelect}</span>
          <select
            data-testid="vehicle-select"
            value={vehicle}
            onChange={(event) => setVehicle(event.currentTarget.value)}
          >
            {!vehicle && <option value="">{words.chooseVehicle}</option>}
            {vehicle && !vehicles?.some(({ id }) => id === vehicle) && <option value={vehicle}>{vehicle}</option>}
            {vehicles?.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          <span>{words.date}</span>
          <input
            type="date"
            data-testid="driver-date"
            value={date}
            onInput={(event) => setDate(event.currentTarget.value)}
          />
        </label>
      </div>
      {problem && <ProblemNotice problem={problem} onRetry={() => void refresh()} />}
      {vehicle && list && <TicketCheck staffKey={staffKey} list={list} onWrongKey={onWrongKey} />}
      {vehicle && list && <Stops list={list} live={live} timezone={timezone} onReport={report} />}
      {vehicle && !list && !problem && <p role="status">{words.loading}</p>}
    </>
  );
}

interface StopsProps {
  list: StopList;
  live: boolean;
  timezone: string;
  onReport: (stop: string, what: "done" | "no-show") => Promise<void>;
}

function Stops({ list, live, timezone, onReport }: StopsProps) {
  const { words } = useSpeech();
  const stops = [...list.stops].sort((one, other) => one.sequence - other.sequence);
  const open = stops.filter((stop) => stop.state === "planned");
  const next = open[0];
  const nextItem = useRef<HTMLLIElement>(null);
  useEffect(() => {
    nextItem.current?.scrollIntoView({ block: "nearest" });
  }, [next?.id]);
  return (
    <section aria-labelledby="stops-title">
      <div class="stops-head">
        <h2 id="stops-title">{words.stopsTitle}</h2>
        {open.length > 0 && <span>{words.remaining(open.length)}</span>}
        <span class={live ? "live" : "live lost"} role="status">
          {live ? words.live : words.reconnecting}
        </span>
      </div>
      {stops.length === 0 && (
        <div class="nothing">
          <p class="problem-what">{words.noStops}</p>
          <p>{words.noStopsHint}</p>
        </div>
      )}
      {list.halts.length > 0 && (
        <ul class="halts" data-testid="halts">
          {list.halts.map((halt) => (
            <li key={halt.begins}>
              {clock(halt.begins, timezone)}–{clock(halt.ends, timezone)} {words.halts[halt.kind]}{" "}
              {halt.place.name}
            </li>
          ))}
        </ul>
      )}
      {stops.length > 0 && !next && <p class="all-done">{words.allDone}</p>}
      <ol class="stops">
        {stops.map((stop) => (
          <StopItem
            key={stop.id}
            stop={stop}
            timezone={timezone}
            next={stop === next}
            itemRef={stop === next ? nextItem : null}
            onReport={onReport}
          />
        ))}
      </ol>
    </section>
  );
}
