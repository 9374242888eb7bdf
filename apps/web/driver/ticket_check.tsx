// Checking a ticket: what a scanner types, or the six digits on the rider's screen.
import { useState } from "preact/hooks";
import { asProblem } from "../shared/api";
import type { CheckedTicket, Problem, StopList } from "../shared/api";
import { CheckIcon } from "../shared/icons";
import { useSpeech } from "../shared/language";
import { ProblemNotice } from "../shared/problem_notice";
import { checkTicket } from "./staff";

interface Props {
  staffKey: string;
  list: StopList;
  onWrongKey: (problem: Problem) => void;
}

export function TicketCheck({ staffKey, list, onWrongKey }: Props) {
  const { words } = useSpeech();
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const [good, setGood] = useState<CheckedTicket | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const rider = list.stops.find(({ booking_id }) => booking_id === good?.booking_id)?.rider.name ?? "";

  const check = async (): Promise<void> => {
    setBusy(true);
    setGood(null);
    setProblem(null);
    try {
      setGood(await checkTicket(staffKey, list.vehicle.id, text.trim()));
      setText("");
    } catch (error) {
      const failed = asProblem(error);
      if (failed.status === 401) onWrongKey(failed);
      else setProblem(failed);
    } finally {
      setBusy(false);
    }
  };

  return (
    <form
      class="ticket-check"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() && !busy) void check();
      }}
    >
      <label class="field">
        <span>{words.ticketCheckLabel}</span>
        <input
          type="text"
          data-testid="ticket-text"
          autocomplete="off"
          maxlength={2000}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="button" data-testid="ticket-check" disabled={busy}>
        {words.ticketCheck}
      </button>
      {good && (
        <p class="ticket-good" role="status" data-testid="ticket-good" data-live={good.is_live}>
          <CheckIcon size={30} /> {rider && `${words.riderOf(rider)} `}
          {words.seats(good.seats + good.wheelchairs)} – {good.is_live ? words.ticketGood : words.ticketPaper}
        </p>
      )}
      {problem && <ProblemNotice problem={problem} />}
    </form>
  );
}
