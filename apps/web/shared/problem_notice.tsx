// What went wrong, what to do, and where possible the choice that mends it.
import { useEffect, useRef } from "preact/hooks";
import type { ComponentChildren } from "preact";
import type { Problem } from "./api";
import { WarnIcon } from "./icons";
import { useSpeech } from "./language";
import { problemSentence } from "./sentences";

interface Props {
  problem: Problem;
  onRetry?: (() => void) | undefined;
  children?: ComponentChildren;
}

/** Codes where the same request may well work a moment later. */
const PASSING = new Set(["no_network", "no_answer", "server_error"]);

export function ProblemNotice({ problem, onRetry, children }: Props) {
  const { language, words } = useSpeech();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    box.current?.focus({ preventScroll: true });
    box.current?.scrollIntoView({ block: "nearest" });
  }, [problem]);
  const { what, then } = problemSentence(problem, words, language);
  return (
    <div
      class="problem"
      role="alert"
      tabIndex={-1}
      ref={box}
      data-testid="problem"
      data-code={problem.code}
    >
      <WarnIcon size={28} />
      <div>
        <p class="problem-what">{what}</p>
        <p>{then}</p>
        {children}
        {onRetry && PASSING.has(problem.code) && (
          <button type="button" class="button quiet-button" onClick={onRetry}>
            {words.tryAgain}
          </button>
        )}
      </div>
    </div>
  );
}
