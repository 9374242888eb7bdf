// The staff side of the API. The key travels in a header only: addresses end up in logs.
import { ask, freshKey, inPageLanguage } from "../shared/api";
import type { CheckedTicket, StopList, Vehicle } from "../shared/api";

const KEPT = "meguri.staff_key";

/** Take the key out of the address bar and keep it for this tab. */
export function keyFromAddress(): string {
  const address = new URL(location.href);
  const given = address.searchParams.get("key");
  if (given) {
    address.searchParams.delete("key");
    history.replaceState(null, "", address);
    keepKey(given);
    return given;
  }
  try {
    return sessionStorage.getItem(KEPT) ?? "";
  } catch {
    // Storage may be switched off; then the key is asked for again.
    return "";
  }
}

export function keepKey(key: string): void {
  try {
    if (key) sessionStorage.setItem(KEPT, key);
    else sessionStorage.removeItem(KEPT);
  } catch {
    // See keyFromAddress().
  }
}

/** The key, where there is one; without it the session counts, which is a cookie. */
export const bearer = (key: string): Record<string, string> => (key ? { Authorization: `Bearer ${key}` } : {});

export const getVehicles = async (key: string): Promise<Vehicle[]> =>
  (await ask<{ vehicles: Vehicle[] }>(inPageLanguage("/v1/vehicles"), { headers: bearer(key) })).vehicles;

export const vehiclePath = (vehicle: string): string => `/v1/vehicles/${encodeURIComponent(vehicle)}`;

export const getStops = (key: string, vehicle: string, date: string): Promise<StopList> =>
  ask<StopList>(inPageLanguage(`${vehiclePath(vehicle)}/stops?date=${date}`), { headers: bearer(key) });

export const reportStop = (
  key: string,
  vehicle: string,
  date: string,
  stop: string,
  what: "done" | "no-show",
): Promise<StopList> =>
  ask<StopList>(inPageLanguage(`${vehiclePath(vehicle)}/stops/${encodeURIComponent(stop)}/${what}?date=${date}`), {
    method: "POST",
    headers: bearer(key),
  });

/** Check what was scanned or typed. */
export const checkTicket = (key: string, vehicle: string, text: string): Promise<CheckedTicket> =>
  ask<CheckedTicket>(`${vehiclePath(vehicle)}/tickets`, {
    method: "POST",
    body: { text },
    headers: { ...bearer(key), "Idempotency-Key": freshKey() },
  });
