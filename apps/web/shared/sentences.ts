// Problems and refusals of the service as sentences a rider can act on.
import type { Place, Point, Problem, Refusal } from "./api";
import { clock, dayInWords } from "./format";
import type { Language, Words } from "./words";

const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** A time in any shape the service may send: an instant, clock text, or seconds of the day. */
export function timeInWords(value: unknown, timezone: string): string {
  if (typeof value === "number") {
    const minutes = Math.floor(value / 60);
    return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
  }
  const written = text(value);
  if (written.includes("T")) return clock(written, timezone);
  const parts = /^0?(\d{1,2}):(\d{2})/.exec(written);
  return parts ? `${parts[1]}:${parts[2]}` : written;
}

/** A name that may be one text or a text per language. */
function nameIn(value: unknown, language: Language): string {
  if (typeof value === "object" && value !== null) {
    const names = value as Record<string, unknown>;
    return text(names[language]) || text(names.ja) || text(names.en) || text(names.name);
  }
  return text(value);
}

export interface Sentence {
  what: string;
  then: string;
}

export function problemSentence(
  problem: Problem,
  words: Words,
  language: Language,
): Sentence {
  const known = words.problems[problem.code];
  if (!known) {
    const [, then] = words.problems.server_error ?? ["", ""];
    return { what: problem.detail || problem.code, then };
  }
  let [what, then] = known;
  const { params } = problem;
  if (problem.code === "place_unknown") {
    const asked = text(params.text) || text(params.query) || text(params.place) || text(params.name);
    if (asked) what = words.placeUnknownNamed(asked);
  }
  if (problem.code === "date_without_service") {
    const first = text(params.first) || text(params.first_day);
    const last = text(params.last) || text(params.last_day);
    if (first && last) {
      then = `${words.serviceDays(longDay(first, language), longDay(last, language))}${language === "en" ? " " : ""}${then}`;
    }
  }
  return { what, then };
}

const longDay = (day: string, language: Language): string => {
  const year = day.slice(0, 4);
  return language === "ja" ? `${year}年${dayInWords(day, language)}` : `${dayInWords(day, language)} ${year}`;
};

export type Suggestion = Place | Point | string;

/** The places a `place_unknown` problem offers instead, and which field they are for. */
export function suggestionsOf(problem: Problem): { field: "from" | "to" | null; places: Suggestion[] } {
  const { suggestions, field } = problem.params;
  const side = field === "from" || field === "to" ? field : null;
  return { field: side, places: Array.isArray(suggestions) ? (suggestions as Suggestion[]) : [] };
}

export function refusalSentence(
  refusal: Refusal,
  words: Words,
  language: Language,
  timezone: string,
): string {
  const { code, params, message } = refusal;
  const service = nameIn(refusal.service ?? params.service, language) || words.onDemand;
  const build = words.refusal[code];
  if (!build) return `${service}: ${message || code}`;
  const first = code === "booking_closed" ? params.minutes : params.start;
  const sentence = build(
    code === "booking_closed" ? String(first ?? "") : first === undefined ? "" : timeInWords(first, timezone),
    params.end === undefined ? "" : timeInWords(params.end, timezone),
  );
  const later = refusal.next_pickup ?? params.next_pickup;
  const next = later ? words.nextPickup(timeInWords(later, timezone)) : "";
  const space = language === "en" && next ? " " : "";
  return `${service}: ${sentence}${space}${next}`;
}
