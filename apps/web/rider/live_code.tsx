// The code beside the ticket: a new one every half minute, so that a screenshot is soon worth nothing.
import { useEffect, useState } from "preact/hooks";
import { bookingPath, getCodes } from "../shared/api";
import type { TicketCodes } from "../shared/api";
import { now } from "../shared/now";
import { useSpeech } from "../shared/language";

const ENOUGH = 10;
const AGAIN_MS = 10_000;

/** The code of this moment, from those the service gave for the next minutes; null without any. */
function useCode(id: string): string | null {
  const [given, setGiven] = useState<TicketCodes | null>(null);
  const [moment, setMoment] = useState(() => now().getTime());
  const begun = given?.codes.filter(({ begins }) => new Date(begins).getTime() <= moment) ?? [];
  const left = (given?.codes.length ?? 0) - begun.length;
  const newest = begun[begun.length - 1];
  const stepMs = 1000 * (given?.step_s ?? 0);
  const fresh = newest !== undefined && moment < new Date(newest.begins).getTime() + stepMs;

  useEffect(() => {
    const timer = window.setInterval(() => setMoment(now().getTime()), 1000);
    return () => window.clearInterval(timer);
  }, []);
  useEffect(() => {
    if (left >= ENOUGH) return;
    const fetchMore = (): void => void getCodes(id).then(setGiven, () => undefined);
    fetchMore();
    const timer = window.setInterval(fetchMore, AGAIN_MS);
    return () => window.clearInterval(timer);
  }, [id, left >= ENOUGH]);
  return fresh && newest ? newest.code : null;
}

export function LiveCode({ id }: { id: string }) {
  const { words } = useSpeech();
  const code = useCode(id);
  const [failed, setFailed] = useState("");
  // The picture is named by its code: a new code is a new picture. Without a line the plain one stays.
  const live = code !== null && code !== failed;
  return (
    <figure class="qr">
      <img
        src={`${bookingPath(id)}/qr.svg${live ? `?live=true&shown=${code}` : ""}`}
        alt={words.ticketQr}
        width="240"
        height="240"
        data-testid="ticket-qr"
        onError={() => code && setFailed(code)}
      />
      {code && (
        <p class="live-code" data-testid="ticket-code" aria-label={`${words.ticketCode} ${[...code].join(" ")}`}>
          {code.slice(0, 3)} {code.slice(3)}
        </p>
      )}
      <figcaption>{words.ticketShow}</figcaption>
    </figure>
  );
}
