// The HTTP API as the pages see it. Instants are ISO 8601 texts with a zone; money is in minor units.
import { setClock } from "./now";

export interface City {
  id: string;
  name: Localized;
  timezone: string;
  currency: string;
  languages: string[];
  map: { center: [number, number]; bounds: [number, number, number, number] };
  notice: Localized | null;
  sources: { name: string; url?: string | null; licence: string }[];
  streets: "streets" | "straight_lines";
  /** The service's clock, and the days its timetables cover. */
  now?: string;
  first_day?: string;
  last_day?: string;
}

export interface Localized {
  ja?: string;
  en?: string;
}

export interface Place {
  id: string;
  name: string;
  reading: string;
  name_en: string;
  kind: string;
  lat: number;
  lon: number;
  stop_id: string | null;
}

export interface Point {
  name: string;
  lat: number;
  lon: number;
  stop_id?: string | null;
}

export interface Route {
  id: string;
  short_name: string;
  long_name: string;
  color: string;
  text_color: string;
  agency: string;
}

export interface CallingPoint extends Point {
  arrival: string;
  departure: string;
}

export interface Window {
  earliest: string;
  latest: string;
}

export interface BoardingPoint extends Point {
  /** What the sign of the platform or bay says; only where a timetabled leg begins or ends. */
  platform?: string | null;
}

export interface Leg {
  mode: string;
  from: BoardingPoint;
  to: BoardingPoint;
  departure: string;
  arrival: string;
  geometry?: { type: "LineString"; coordinates: [number, number][] } | null;
  distance_m?: number | null;
  route?: Route | null;
  trip_id?: string | null;
  headsign?: string | null;
  stay_seated?: boolean | null;
  /** Whether the times are what is expected on the road. */
  realtime?: boolean | null;
  /** Seconds late at departure, negative when early; null: unknown. */
  delay_s?: number | null;
  scheduled_departure?: string | null;
  scheduled_arrival?: string | null;
  alerts?: { header: string | null; description: string | null; url: string | null }[] | null;
  intermediate_stops?: CallingPoint[] | null;
  pickup_window?: Window | null;
  booking_deadline?: string | null;
  service?: { id: string; name: string } | null;
  co2_g?: number | null;
}

export interface Price {
  amount_minor: number;
  currency: string;
  lines?: { label: string; amount_minor: number; count: number }[];
}

export interface Amount {
  amount_minor: number;
  currency: string;
}

/** What it costs to give up a booking's rides, and what follows. */
export interface Cost {
  fee: Amount;
  free_until: string;
  consequences: { code: string; message: string }[];
}

export interface Journey {
  departure: string;
  arrival: string;
  duration_s: number;
  transfers: number;
  walk_m: number;
  price: Price | null;
  reasons: string[];
  /** The change with the least margin; null without a change. */
  weakest_connection?: { at: Point; margin_s: number } | null;
  /** For one person; null where no figure is known. */
  co2_g?: number | null;
  car_co2_g?: number | null;
  legs: Leg[];
}

export interface OfferedJourney extends Journey {
  bookable: boolean;
  /** Null when there is nothing to book. */
  offer: string | null;
  expires: string | null;
  /** Only where it was asked for to change a booking. */
  change?: { difference: Amount; fee: Amount; total: Amount };
}

export interface Refusal {
  code: string;
  params: Params;
  message: string;
  service?: string | null;
  next_pickup?: string | null;
}

/** A journey with another ride, where the one asked for cannot be had. */
export interface Alternative {
  kind: "earlier" | "later" | "other_stop";
  message: string;
  pickup: string;
  from: Point;
  to: Point;
  walk_m: number;
  journey: OfferedJourney;
}

export interface Party {
  adults: number;
  children: number;
  infants: number;
  wheelchairs: number;
  /** How many of the children and infants need one. */
  child_seats: number;
  /** Large pieces. */
  luggage: number;
}

export interface PlanAnswer {
  from: Point;
  to: Point;
  journeys: OfferedJourney[];
  refusals: Refusal[];
  alternatives: Alternative[];
  notes: { code: string; message: string }[];
  /** `page` of the journeys before and after these; null where there are none. */
  earlier: string | null;
  later: string | null;
}

export type PlaceQuery = string | { place_id: string } | { lat: number; lon: number; name?: string };

export interface PlanQuery {
  from: PlaceQuery;
  to: PlaceQuery;
  depart?: string;
  arrive?: string;
  party: Party;
  language: string;
  page?: string;
}

export interface ChangePlan {
  journeys: OfferedJourney[];
  cost: Cost;
  current: Amount;
}

/** What is not said stays as it is booked. */
export interface ChangeWish {
  from?: PlaceQuery;
  to?: PlaceQuery;
  depart?: string;
  party?: Party;
  language: string;
}

export interface Ride {
  id: string;
  vehicle: { id: string; name: string };
  from: Point;
  to: Point;
  pickup_window: Window;
  arrival_latest: string;
  state: string;
  changes: unknown[];
}

export interface Booking {
  id: string;
  state: string;
  created: string;
  rider: { name: string };
  party: Party;
  price: Price | null;
  journey: Journey;
  rides: Ride[];
  fee: Amount;
  other_way: { id: string; direction: "outbound" | "return"; state: string; departure: string | null } | null;
  ticket: { url: string; qr_url: string };
}

export interface BookingOrder {
  offer: string;
  rider: { name: string; phone: string };
  language: string;
  payment: "on_board";
  /** The way back: both are booked, or neither. */
  return_offer?: string;
  /** To the driver, on the day. */
  note?: string;
}

export interface Vehicle {
  id: string;
  name: string;
  area: string;
  seats: number;
  wheelchair_places: number;
  kind: string;
}

export interface DriverStop {
  id: string;
  sequence: number;
  kind: "pickup" | "dropoff";
  planned: string;
  earliest: string | null;
  latest: string | null;
  state: string;
  place: Point;
  booking_id: string;
  rider: { name: string; phone: string | null };
  seats: number;
  wheelchairs: number;
  child_seats: number;
  luggage: number;
  note: string | null;
  price: Price | null;
}

export interface DriverHalt {
  kind: "break" | "charge";
  begins: string;
  ends: string;
  place: Point;
}

export interface StopList {
  vehicle: { id: string; name: string };
  date: string;
  stops: DriverStop[];
  halts: DriverHalt[];
}

export type Params = Record<string, unknown>;

/** A refusal of the service (RFC 9457), or the network's: `no_network`, `no_answer`. */
export class Problem extends Error {
  constructor(
    readonly code: string,
    readonly detail: string,
    readonly status: number,
    readonly params: Params = {},
  ) {
    super(detail || code);
  }
}

/** The longest a rider waits before the page says so. */
const PATIENCE_MS = 30_000;

async function problemOf(response: Response): Promise<Problem> {
  let body: Params = {};
  try {
    body = (await response.json()) as Params;
  } catch {
    // A proxy's page is not JSON; the status alone tells enough.
  }
  const fallback =
    response.status === 404 ? "not_found" : response.status >= 500 ? "server_error" : "invalid_request";
  return new Problem(
    typeof body.code === "string" ? body.code : fallback,
    typeof body.detail === "string" ? body.detail : "",
    response.status,
    (body.params as Params | undefined) ?? {},
  );
}

/** Older browsers lack AbortSignal.any; there the caller's signal alone must do. */
function eitherSignal(one: AbortSignal, other: AbortSignal): AbortSignal {
  return typeof AbortSignal.any === "function" ? AbortSignal.any([one, other]) : one;
}

interface Ask {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** Ask the service; every failure is a `Problem`, except the caller's own abort. */
export async function ask<T>(path: string, { method, body, headers, signal }: Ask = {}): Promise<T> {
  const patience = AbortSignal.timeout(PATIENCE_MS);
  const init: RequestInit = {
    method: method ?? "GET",
    headers: {
      Accept: "application/json",
      "Accept-Language": document.documentElement.lang,
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      ...headers,
    },
    signal: signal ? eitherSignal(signal, patience) : patience,
  };
  if (body !== undefined) init.body = JSON.stringify(body);
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Problem(patience.aborted ? "no_answer" : "no_network", "", 0);
  }
  if (!response.ok) throw await problemOf(response);
  // "Done, and nothing to say": who asked expects nothing.
  return (response.status === 204 ? undefined : await response.json()) as T;
}

export const asProblem = (error: unknown): Problem =>
  error instanceof Problem ? error : new Problem("page_error", String(error), 0);

export async function getCity(): Promise<City> {
  const city = await ask<City>("/v1/city");
  if (city.now) setClock(city.now);
  return city;
}

export const findPlaces = async (text: string, signal: AbortSignal): Promise<Place[]> =>
  (await ask<{ places: Place[] }>(`/v1/places?q=${encodeURIComponent(text)}&limit=8`, { signal })).places;

export const plan = (query: PlanQuery, signal: AbortSignal): Promise<PlanAnswer> =>
  ask<PlanAnswer>("/v1/plans", { method: "POST", body: query, signal });

export const book = (order: BookingOrder, key: string): Promise<Booking> =>
  ask<Booking>("/v1/bookings", { method: "POST", body: order, headers: { "Idempotency-Key": key } });

/** Answers with names in them come in the language of the page. */
export const inPageLanguage = (path: string): string =>
  `${path}${path.includes("?") ? "&" : "?"}language=${document.documentElement.lang}`;

export const bookingPath = (id: string): string => `/v1/bookings/${encodeURIComponent(id)}`;

export interface TicketCodes {
  step_s: number;
  codes: { code: string; begins: string }[];
}

export interface CheckedTicket {
  booking_id: string;
  ride_id: string;
  is_live: boolean;
  seats: number;
  wheelchairs: number;
}

export const getCodes = (id: string): Promise<TicketCodes> => ask<TicketCodes>(`${bookingPath(id)}/codes`);

export const getBooking = (id: string): Promise<Booking> => ask<Booking>(inPageLanguage(bookingPath(id)));

export const costOfCancelling = (id: string): Promise<Cost> =>
  ask<Cost>(inPageLanguage(`${bookingPath(id)}/cancellation`));

/** Cancel, if it costs what was shown. */
export const cancelBooking = (id: string, feeMinor: number): Promise<Booking> =>
  ask<Booking>(inPageLanguage(`${bookingPath(id)}/cancel?fee_minor=${feeMinor}`), { method: "POST" });

export const changeOffers = (id: string, wish: ChangeWish): Promise<ChangePlan> =>
  ask<ChangePlan>(`${bookingPath(id)}/change-offers`, { method: "POST", body: wish });

export const changeBooking = (
  id: string,
  choice: { offer: string; fee_minor: number; language: string },
  key: string,
): Promise<Booking> =>
  ask<Booking>(`${bookingPath(id)}/change`, {
    method: "POST",
    body: choice,
    headers: { "Idempotency-Key": key },
  });

/** A key that is new for each order; randomUUID is missing on plain-http addresses. */
export function freshKey(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// One key for one order, kept for as long as the page lives: a repeated press after a lost answer
// must find what the first press did.
const keys = new Map<string, string>();

export function keyOf(order: object): string {
  const written = JSON.stringify(order);
  const key = keys.get(written) ?? freshKey();
  keys.set(written, key);
  return key;
}
