// Places suggested while somebody types: asked for after a pause, the latest question wins.
import { useEffect, useRef, useState } from "preact/hooks";
import { findPlaces } from "../shared/api";
import type { Place } from "../shared/api";

const TYPING_PAUSE_MS = 120;

export interface Suggestions {
  /** Null while the list is closed, empty when nothing was found. */
  places: Place[] | null;
  /** Which one the arrow keys have reached; -1 for none. */
  active: number;
  ask: (text: string) => void;
  close: () => void;
  move: (step: 1 | -1) => void;
  /** Take the first one when the answer comes; false when no answer is on its way. */
  awaitFirst: () => boolean;
  /** Whether a first one is being waited for. */
  awaiting: () => boolean;
}

export function useSuggestions(onFirst: (place: Place) => void): Suggestions {
  const [places, setPlaces] = useState<Place[] | null>(null);
  const [active, setActive] = useState(-1);
  const asking = useRef<AbortController | null>(null);
  const pause = useRef<number | undefined>(undefined);
  const takeFirst = useRef(false);
  const choose = useRef(onFirst);
  choose.current = onFirst;

  const stop = (): void => {
    window.clearTimeout(pause.current);
    asking.current?.abort();
    asking.current = null;
    takeFirst.current = false;
  };
  const close = (): void => {
    stop();
    setPlaces(null);
    setActive(-1);
  };
  const look = async (text: string, asked: AbortController): Promise<void> => {
    try {
      const found = await findPlaces(text, asked.signal);
      if (asked.signal.aborted) return;
      asking.current = null;
      if (takeFirst.current && found[0]) {
        choose.current(found[0]);
        return;
      }
      setPlaces(found);
      setActive(-1);
    } catch {
      // Without suggestions the typed name is still sent with the search, which reports errors.
      if (!asked.signal.aborted) close();
    }
  };
  useEffect(() => stop, []);

  return {
    places,
    active,
    close,
    ask(text) {
      stop();
      if (!text.trim()) {
        close();
        return;
      }
      const asked = new AbortController();
      asking.current = asked;
      pause.current = window.setTimeout(() => void look(text.trim(), asked), TYPING_PAUSE_MS);
    },
    move(step) {
      if (!places?.length) return;
      const from = active < 0 && step < 0 ? 0 : active;
      setActive((from + step + places.length) % places.length);
    },
    awaitFirst() {
      takeFirst.current = asking.current !== null;
      return takeFirst.current;
    },
    awaiting: () => takeFirst.current,
  };
}
