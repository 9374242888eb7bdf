// The rider's page: a wish, its answer, and the map.
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { asProblem, getCity } from "../shared/api";
import type { City, Problem } from "../shared/api";
import { Footer, Header } from "../shared/layout";
import { useSpeech, useTitle } from "../shared/language";
import { ProblemNotice } from "../shared/problem_notice";
import type { Language } from "../shared/words";
import type { Rider } from "./booking_panel";
import { MapSlot, useMap, useNarrow } from "./map_panel";
import type { MapHandle } from "./map_panel";
import { placeName } from "./place_box";
import type { PlaceChoice } from "./place_box";
import { usePlanning } from "./planning";
import type { Planning } from "./planning";
import { Results, cardsOf } from "./results";
import { SearchForm } from "./search_form";
import { SuggestedPlaces } from "./suggested_places";
import { atNow, gapsOf, wishFromAddress } from "./wish";
import type { Gaps, Wish } from "./wish";

/** Until the city is known; the form is usable meanwhile. */
const FIRST_TIMEZONE = "Asia/Tokyo";

const hasPlaces = (wish: Wish): boolean => !gapsOf(wish).from && !gapsOf(wish).to;

export function App() {
  const { language, words } = useSpeech();
  const [city, setCity] = useState<City | null>(null);
  const timezone = city?.timezone ?? FIRST_TIMEZONE;
  const [wish, setWish] = useState<Wish>(() =>
    atNow(wishFromAddress(new URLSearchParams(location.search)), FIRST_TIMEZONE),
  );
  const [gaps, setGaps] = useState<Gaps>({});
  const [gone, setGone] = useState<Problem | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const planning = usePlanning(timezone, setWish);
  const { busy, answer, problem, setProblem, chosen, search } = planning;
  useTitle(city ? `${words.siteName} – ${words.citySite(city.name[language] ?? "")}` : words.siteName);

  const loadCity = useCallback(() => {
    getCity().then(setCity, (error: unknown) => setProblem(asProblem(error)));
  }, []);
  useEffect(loadCity, []);
  useAskAgain(city, wish, setWish, planning);

  const searchAndLead = async (asked: Wish, page?: string): Promise<void> => {
    setGone(null);
    if (await search(asked, page)) requestAnimationFrame(() => leadTo(heading.current));
  };
  const narrow = useNarrow();
  const shown = useMemo(() => (answer && cardsOf(answer)[chosen.open ?? 0]) ?? null, [answer, chosen.open]);
  const map = useMap(city, shown);
  const mapInCard = narrow && chosen.open !== null;

  return (
    <>
      <Header city={city} />
      <div class="rider-page">
        <main id="main" class="column">
          <SearchForm
            wish={wish}
            gaps={gaps}
            busy={busy}
            timezone={timezone}
            lastDay={city?.last_day}
            onChange={(next) => {
              setWish(next);
              setGaps({});
            }}
            onGaps={setGaps}
            onSearch={() => void searchAndLead(wish)}
          />
          {problem && (
            <ProblemNotice
              problem={problem}
              onRetry={() => (city ? void search(wish) : (setProblem(null), loadCity()))}
            >
              <SuggestedPlaces
                problem={problem}
                wish={wish}
                onChoose={(side, choice) => {
                  const mended = { ...wish, [side]: choice };
                  setWish(mended);
                  if (hasPlaces(mended)) void searchAndLead(mended);
                }}
              />
            </ProblemNotice>
          )}
          {gone && <ProblemNotice problem={gone} />}
          <p class="visually-hidden" role="status">
            {busy ? words.searching : answer ? words.found(answer.journeys.length) : ""}
          </p>
          {!answer && !problem && <p class="first-look">{busy ? words.searching : words.firstLook}</p>}
          <Answer
            planning={planning}
            timezone={timezone}
            map={map}
            mapInCard={mapInCard}
            heading={heading}
            onPage={(page) => void searchAndLead(wish, page)}
            onGone={(failed) => {
              setGone(failed);
              void search(wish);
            }}
          />
        </main>
        <aside class="map-side">
          <MapSlot map={map} active={!mapInCard} />
        </aside>
      </div>
      <Footer city={city} />
    </>
  );
}

/** Three occasions to ask without a press of the button. */
function useAskAgain(
  city: City | null,
  wish: Wish,
  setWish: (wish: Wish) => void,
  { answer, search }: Planning,
): void {
  const { language } = useSpeech();

  // An address with both places is a search that was kept or shared.
  useEffect(() => {
    if (!city) return;
    const timely = atNow(wish, city.timezone);
    setWish(timely);
    if (hasPlaces(timely)) void search(timely);
  }, [city]);

  // Coming back from the ticket shows this page as it was left; seats have changed since.
  useEffect(() => {
    const shownAgain = (event: PageTransitionEvent): void => {
      if (event.persisted && answer) void search(wish);
    };
    window.addEventListener("pageshow", shownAgain);
    return () => window.removeEventListener("pageshow", shownAgain);
  }, [answer, wish, search]);

  // Names come in the language of the question.
  const spoken = useRef(language);
  useEffect(() => {
    if (spoken.current === language) return;
    spoken.current = language;
    const named = { ...wish, from: inLanguage(wish.from, language), to: inLanguage(wish.to, language) };
    setWish(named);
    if (answer) void search(named);
  }, [language]);
}

interface AnswerProps {
  planning: Planning;
  timezone: string;
  map: MapHandle;
  mapInCard: boolean;
  heading: { current: HTMLHeadingElement | null };
  onGone: (problem: Problem) => void;
  onPage: (page: string) => void;
}

function Answer({ planning, timezone, map, mapInCard, heading, onGone, onPage }: AnswerProps) {
  const { words } = useSpeech();
  // Kept here, so that a gone offer does not cost the rider what was typed.
  const [rider, setRider] = useState<Rider>({ name: "", phone: "", note: "" });
  const { answer, busy, askedDay, askedParty, chosen, setChosen } = planning;
  if (!answer) return null;
  return (
    <section class={busy ? "results stale" : "results"} aria-labelledby="results-title">
      <h2 id="results-title" ref={heading} tabIndex={-1}>
        {answer.journeys.length > 0 ? words.found(answer.journeys.length) : words.resultsTitle}
      </h2>
      <Results
        answer={answer}
        timezone={timezone}
        askedDay={askedDay}
        party={askedParty}
        chosen={chosen}
        rider={rider}
        onChoose={setChosen}
        onRider={setRider}
        onGone={onGone}
        onPage={onPage}
        mapSlot={<MapSlot map={map} active={mapInCard} />}
      />
    </section>
  );
}

function leadTo(heading: HTMLElement | null): void {
  if (!heading) return;
  heading.focus({ preventScroll: true });
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  heading.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
}

/** A chosen place is renamed; typed text stays as it was typed. */
function inLanguage(choice: PlaceChoice, language: Language): PlaceChoice {
  return choice.place?.name_en ? { ...choice, text: placeName(choice.place, language) } : choice;
}
