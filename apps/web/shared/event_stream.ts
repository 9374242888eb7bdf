// Server-sent events: how the pages hear that they must look again.
import { Problem } from "./api";

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 20_000;

const rest = (ms: number): Promise<void> => new Promise((resolve) => window.setTimeout(resolve, ms));

interface Listener {
  onChange: () => void;
  onLive: (live: boolean) => void;
}

/**
 * Listen to a stream until `signal` aborts, reconnecting with growing pauses. Every event, whatever
 * its name, only says that something changed. Read by fetch, because EventSource can't send the
 * Authorization header and hears only events whose names it was told.
 */
export async function followEvents(
  path: string,
  headers: Record<string, string>,
  { onChange, onLive }: Listener,
  signal: AbortSignal,
): Promise<void> {
  let wait = FIRST_WAIT_MS;
  let missed = false;
  while (!signal.aborted) {
    try {
      const response = await fetch(path, {
        headers: { ...headers, Accept: "text/event-stream" },
        signal,
      });
      if (!response.ok || !response.body) throw new Problem("no_answer", "", response.status);
      onLive(true);
      // What happened while we were away came without an event.
      if (missed) onChange();
      wait = FIRST_WAIT_MS;
      await readEvents(response.body, onChange);
    } catch {
      // Whatever broke the stream, the answer is to try again.
    }
    if (signal.aborted) return;
    onLive(false);
    missed = true;
    await rest(wait);
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }
}

async function readEvents(body: ReadableStream<Uint8Array>, onChange: () => void): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let begun = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (begun + decoder.decode(value, { stream: true })).replace(/\r\n?/g, "\n").split("\n\n");
    begun = blocks.pop() ?? "";
    // Lines that begin with a colon are heartbeats.
    if (blocks.some((block) => /^data:/m.test(block))) onChange();
  }
}
