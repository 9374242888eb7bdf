// What a rider asks for, and how it is written into the page's address to be kept or shared.
import type { Party, PlanQuery } from "../shared/api";
import { wallInputs } from "../shared/format";
import { now } from "../shared/now";
import { NO_PLACE, queryOf } from "./place_box";
import type { PlaceChoice } from "./place_box";
import type { Language } from "../shared/words";

export interface Wish {
  from: PlaceChoice;
  to: PlaceChoice;
  arriveBy: boolean;
  date: string;
  time: string;
  /** The clock runs on in the fields until the rider sets date or time. */
  now: boolean;
  party: Party;
}

const MOST = 20;

function choiceFrom(search: URLSearchParams, side: "from" | "to"): PlaceChoice {
  const text = search.get(side) ?? "";
  const id = search.get(`${side}_id`);
  if (!text) return NO_PLACE;
  return { text, place: id ? { id, name: text, name_en: "" } : null };
}

function count(search: URLSearchParams, name: string, usual: number): number {
  const value = Number(search.get(name) ?? usual);
  return Number.isInteger(value) && value >= 0 && value <= MOST ? value : usual;
}

export function wishFromAddress(search: URLSearchParams): Wish {
  const at = search.get("arrive") ?? search.get("depart") ?? "";
  const [date = "", time = ""] = at.split("T");
  const set = /^\d{4}-\d{2}-\d{2}$/.test(date) && /^\d{2}:\d{2}/.test(time);
  return {
    from: choiceFrom(search, "from"),
    to: choiceFrom(search, "to"),
    arriveBy: search.has("arrive"),
    date: set ? date : "",
    time: set ? time.slice(0, 5) : "",
    now: !set,
    party: {
      adults: count(search, "adults", 1),
      children: count(search, "children", 0),
      infants: count(search, "infants", 0),
      wheelchairs: count(search, "wheelchairs", 0),
      child_seats: count(search, "child_seats", 0),
      luggage: count(search, "luggage", 0),
    },
  };
}

export function addressOf(wish: Wish, keep: URLSearchParams): string {
  const search = new URLSearchParams();
  const language = keep.get("lang");
  if (language) search.set("lang", language);
  for (const side of ["from", "to"] as const) {
    search.set(side, wish[side].text);
    const id = wish[side].place?.id;
    if (id) search.set(`${side}_id`, id);
  }
  if (!wish.now) search.set(wish.arriveBy ? "arrive" : "depart", `${wish.date}T${wish.time}`);
  const usually = { adults: 1, children: 0, infants: 0, wheelchairs: 0, child_seats: 0, luggage: 0 };
  for (const [name, usual] of Object.entries(usually)) {
    const value = wish.party[name as keyof Party];
    if (value !== usual) search.set(name, String(value));
  }
  return `?${search}`;
}

export function atNow(wish: Wish, timezone: string): Wish {
  return wish.now ? { ...wish, ...wallInputs(now(), timezone) } : wish;
}

export function planQueryOf(wish: Wish, language: Language): PlanQuery {
  const at = `${wish.date}T${wish.time}`;
  return {
    from: queryOf(wish.from),
    to: queryOf(wish.to),
    ...(wish.arriveBy ? { arrive: at } : { depart: at }),
    party: wish.party,
    language,
  };
}

export type Gaps = Partial<Record<"from" | "to" | "time", true>>;

export function gapsOf(wish: Wish): Gaps {
  const gaps: Gaps = {};
  if (!wish.from.text.trim()) gaps.from = true;
  if (!wish.to.text.trim()) gaps.to = true;
  if (!wish.date || !wish.time) gaps.time = true;
  return gaps;
}

/** The nearest party that makes sense: somebody travels, wheelchairs and child seats have their users. */
export function sensible(party: Party): Party {
  const wheelchairs = Math.min(party.wheelchairs, party.adults + party.children);
  return { ...party, wheelchairs, child_seats: Math.min(party.child_seats, mostChildSeats({ ...party, wheelchairs })) };
}

export const mostChildSeats = ({ adults, children, infants, wheelchairs }: Party): number =>
  Math.min(children + infants, adults + children + infants - wheelchairs);
