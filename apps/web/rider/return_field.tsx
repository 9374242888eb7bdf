// The way back, chosen together with the way there: both are booked, or neither.
import { useEffect, useRef, useState } from "preact/hooks";
import { asProblem, plan } from "../shared/api";
import type { OfferedJourney, Party, Point, Problem } from "../shared/api";
import { priceInWords, wallInputs } from "../shared/format";
import { PickupWindow } from "../shared/journey";
import { useSpeech } from "../shared/language";
import { ProblemNotice } from "../shared/problem_notice";

interface Props {
  journey: OfferedJourney;
  party: Party;
  timezone: string;
  onChoose: (back: OfferedJourney | null) => void;
}

const STAY_MS = 2 * 3_600_000;

const asPoint = ({ lat, lon, name }: Point): { lat: number; lon: number; name: string } => ({ lat, lon, name });

export function ReturnField({ journey, party, timezone, onChoose }: Props) {
  const { language, words } = useSpeech();
  const [wanted, setWanted] = useState(false);
  const [when, setWhen] = useState(() =>
    wallInputs(new Date(new Date(journey.arrival).getTime() + STAY_MS), timezone),
  );
  const [back, setBack] = useState<OfferedJourney | null>(null);
  const [asked, setAsked] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const asking = useRef<AbortController | null>(null);

  const choose = (found: OfferedJourney | null): void => {
    setBack(found);
    onChoose(found);
  };
  useEffect(() => {
    asking.current?.abort();
    setAsked(false);
    setProblem(null);
    choose(null);
    const first = journey.legs[0];
    const last = journey.legs.at(-1);
    if (!wanted || !when.date || !when.time || !first || !last) return;
    const asker = new AbortController();
    asking.current = asker;
    const wish = {
      from: asPoint(last.to),
      to: asPoint(first.from),
      depart: `${when.date}T${when.time}`,
      party,
      language,
    };
    plan(wish, asker.signal).then(
      (answer) => {
        setAsked(true);
        choose(answer.journeys.find((one) => one.bookable) ?? null);
      },
      (error: unknown) => asker.signal.aborted || setProblem(asProblem(error)),
    );
    return () => asker.abort();
  }, [wanted, when.date, when.time, language]);
  const ride = back?.legs.find((leg) => leg.pickup_window);

  return (
    <fieldset class="return-way">
      <legend class="visually-hidden">{words.returnTitle}</legend>
      <label class="check">
        <input
          type="checkbox"
          data-testid="return-wanted"
          checked={wanted}
          onChange={(event) => setWanted(event.currentTarget.checked)}
        />
        <span>{words.returnTitle}</span>
      </label>
      {wanted && (
        <>
          <div class="when-fields">
            <label>
              <span>{words.date}</span>
              <input
                type="date"
                value={when.date}
                onInput={(event) => setWhen({ ...when, date: event.currentTarget.value })}
              />
            </label>
            <label>
              <span>{words.departAt}</span>
              <input
                type="time"
                data-testid="return-time"
                value={when.time}
                onInput={(event) => setWhen({ ...when, time: event.currentTarget.value })}
              />
            </label>
          </div>
          {problem && <ProblemNotice problem={problem} />}
          <p role="status" data-testid="return-found">
            {back && ride?.pickup_window ? (
              <>
                <PickupWindow span={ride.pickup_window} timezone={timezone} />{" "}
                {priceInWords(back.price, words, language)} {words.returnBoth}
              </>
            ) : asked ? (
              words.returnNone
            ) : (
              !problem && words.searching
            )}
          </p>
        </>
      )}
    </fieldset>
  );
}
