// The staff side of the API. The key travels in a header only: addresses end up in logs.
import { ask, Problem } from "../shared/api";
import type { StopList, Vehicle } from "../shared/api";

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

const bearer = (key: string): Record<string, string> => ({ Authorization: `Bearer ${key}` });

export const getVehicles = async (key: string): Promise<Vehicle[]> =>
  (await ask<{ vehicles: Vehicle[] }>("/v1/vehicles", { headers: bearer(key) })).vehicles;

const vehiclePath = (vehicle: string): string => `/v1/vehicles/${encodeURIComponent(vehicle)}`;

export const getStops = (key: string, vehicle: string, date: string): Promise<StopList> =>
  ask<StopList>(`${vehiclePath(vehicle)}/stops?date=${date}`, { headers: bearer(key) });

export const reportStop = (
  key: string,
  vehicle: string,
  stop: string,
  what: "done" | "no-show",
): Promise<StopList> =>
  ask<StopList>(`${vehiclePath(vehicle)}/stops/${encodeURIComponent(stop)}/${what}`, {
    method: "POST",
    headers: bearer(key),
  });

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 20_000;

const rest = (ms: number): Promise<void> => new Promise((resolve) => window.setTimeout(resolve, ms));

interface Listener {
  onChange: () => void;
  onLive: (live: boolean) => void;
}

/**
 * Listen to a vehicle's event stream until `signal` aborts, reconnecting with growing pauses.
 * EventSource can't send the Authorization header, so the stream is read by fetch.
 */
export async function followVehicle(
  key: string,
  vehicle: string,
  { onChange, onLive }: Listener,
  signal: AbortSignal,
): Promise<void> {
  let wait = FIRST_WAIT_MS;
  while (!signal.aborted) {
    try {
      const response = await fetch(`${vehiclePath(vehicle)}/events`, {
        headers: { ...bearer(key), Accept: "text/event-stream" },
        signal,
      });
      if (!response.ok || !response.body) throw new Problem("no_answer", "", response.status);
      onLive(true);
      // What happened while we were away came without an event.
      if (wait > FIRST_WAIT_MS) onChange();
      wait = FIRST_WAIT_MS;
      await readEvents(response.body, onChange);
    } catch {
      // Whatever broke the stream, the answer is to try again.
    }
    if (signal.aborted) return;
    onLive(false);
    await rest(wait);
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }
}

async function readEvents(body: ReadableStream<Uint8Array>, onChange: () => void): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (rest + decoder.decode(value, { stream: true })).replace(/\r\n?/g, "\n").split("\n\n");
    rest = blocks.pop() ?? "";
    // Lines that begin with a colon are heartbeats.
    if (blocks.some((block) => /^data:/m.test(block))) onChange();
  }
}
