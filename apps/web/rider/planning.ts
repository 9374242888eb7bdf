// The question and its answer: what is asked, what came back, which card is open.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Dispatch, StateUpdater } from "preact/hooks";
import { asProblem, plan } from "../shared/api";
import type { Party, PlanAnswer, Point, Problem } from "../shared/api";
import { useSpeech } from "../shared/language";
import type { PlaceChoice } from "./place_box";
import type { Chosen } from "./results";
import { addressOf, atNow, planQueryOf } from "./wish";
import type { Wish } from "./wish";

export const NONE_CHOSEN: Chosen = { open: null, booking: false };

const ONE_ADULT: Party = { adults: 1, children: 0, infants: 0, wheelchairs: 0, child_seats: 0, luggage: 0 };

export interface Planning {
  busy: boolean;
  answer: PlanAnswer | null;
  /** The day asked for; cards of other days say theirs. */
  askedDay: string;
  /** The party asked for, whatever the form says since. */
  askedParty: Party;
  problem: Problem | null;
  setProblem: (problem: Problem | null) => void;
  chosen: Chosen;
  setChosen: (chosen: Chosen) => void;
  /** Ask; true when there is an answer, false when there is a problem or a newer question. */
  search: (wish: Wish, page?: string) => Promise<boolean>;
}

export function usePlanning(timezone: string, setWish: Dispatch<StateUpdater<Wish>>): Planning {
  const { language } = useSpeech();
  const [busy, setBusy] = useState(false);
  const [answer, setAnswer] = useState<PlanAnswer | null>(null);
  const [askedDay, setAskedDay] = useState("");
  const [askedParty, setAskedParty] = useState<Party>(ONE_ADULT);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [chosen, setChosen] = useState<Chosen>(NONE_CHOSEN);
  const asking = useRef<AbortController | null>(null);

  const search = useCallback(
    async (asked: Wish, page?: string): Promise<boolean> => {
      asking.current?.abort();
      const asker = new AbortController();
      asking.current = asker;
      // A page belongs to the time that its first page was asked for.
      const sent = page ? asked : atNow(asked, timezone);
      setWish(sent);
      setBusy(true);
      setProblem(null);
      try {
        const found = await plan({ ...planQueryOf(sent, language), ...(page ? { page } : {}) }, asker.signal);
        if (asker.signal.aborted) return false;
        setAnswer(found);
        setAskedDay(sent.date);
        setAskedParty(sent.party);
        setChosen(NONE_CHOSEN);
        const named = { ...sent, from: asFound(sent.from, found.from), to: asFound(sent.to, found.to) };
        setWish(named);
        history.replaceState(null, "", addressOf(named, new URLSearchParams(location.search)));
        return true;
      } catch (error) {
        if (asker.signal.aborted) return false;
        setAnswer(null);
        setProblem(asProblem(error));
        return false;
      } finally {
        if (asking.current === asker) setBusy(false);
      }
    },
    [language, timezone, setWish],
  );
  useEffect(() => () => asking.current?.abort(), []);
  return { busy, answer, askedDay, askedParty, problem, setProblem, chosen, setChosen, search };
}

/** Typed text becomes the name of the place it was taken for, so that the rider sees it. */
const asFound = (choice: PlaceChoice, found: Point): PlaceChoice =>
  choice.place || !found.name ? choice : { text: found.name, place: null };
