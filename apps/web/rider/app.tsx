// The rider's page: a wish, its answer, and the map.
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { asProblem, getCity, plan } from "../shared/api";
import type { City, PlanAnswer, Point, Problem } from "../shared/api";
import { Footer, Header } from "../shared/layout";
import { useSpeech, useTitle } from "../shared/language";
import { ProblemNotice } from "../shared/problem_notice";
import { suggestionsOf } from "../shared/sentences";
import type { Suggestion } from "../shared/sentences";
import type { Rider } from "./booking_panel";
import { MapSlot, useMap, useNarrow } from "./map_panel";
import { placeName } from "./place_box";
import type { PlaceChoice } from "./place_box";
import { Results } from "./results";
import type { Chosen } from "./results";
import { SearchForm } from "./search_form";
import { addressOf, atNow, gapsOf, planQueryOf, wishFromAddress } from "./wish";
import type { Gaps, Wish } from "./wish";

const NONE_CHOSEN: Chosen = { open: null, booking: false };

/** Until the city is known; the form is usable meanwhile. */
const FIRST_TIMEZONE = "Asia/Tokyo";

export function App() {
  const { language, words } = useSpeech();
  const [city, setCity] = useState<City | null>(null);
  const timezone = city?.timezone ?? FIRST_TIMEZONE;
  const [wish, setWish] = useState<Wish>(() =>
    atNow(wishFromAddress(new URLSearchParams(location.search)), FIRST_TIMEZONE),
  );
  const [gaps, setGaps] = useState<Gaps>({});
  const [busy, setBusy] = useState(false);
  const [answer, setAnswer] = useState<PlanAnswer | null>(null);
  const [askedDay, setAskedDay] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const [gone, setGone] = useState<Problem | null>(null);
  const [chosen, setChosen] = useState<Chosen>(NONE_CHOSEN);
  const [rider, setRider] = useState<Rider>({ name: "", phone: "" });
  const asking = useRef<AbortController | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  useTitle(city ? `${words.siteName} – ${words.citySite(city.name[language] ?? "")}` : words.siteName);

  const search = useCallback(
    async (asked: Wish, lead = true): Promise<void> => {
      asking.current?.abort();
      const asker = new AbortController();
      asking.current = asker;
      const sent = atNow(asked, timezone);
      setWish(sent);
      setBusy(true);
      setProblem(null);
      try {
        const found = await plan(planQueryOf(sent, language), asker.signal);
        if (asker.signal.aborted) return;
        setAnswer(found);
        setAskedDay(sent.date);
        setChosen(NONE_CHOSEN);
        const named = { ...sent, from: asFound(sent.from, found.from), to: asFound(sent.to, found.to) };
        setWish(named);
        history.replaceState(null, "", addressOf(named, new URLSearchParams(location.search)));
        if (lead) requestAnimationFrame(() => leadTo(heading.current));
      } catch (error) {
        if (asker.signal.aborted) return;
        setAnswer(null);
        setProblem(asProblem(error));
      } finally {
        if (asking.current === asker) setBusy(false);
      }
    },
    [language, timezone],
  );

  const loadCity = useCallback(() => {
    getCity().then(setCity, (error: unknown) => setProblem(asProblem(error)));
  }, []);
  useEffect(loadCity, []);

  useEffect(() => {
    if (!city) return;
    setWish((before) => atNow(before, city.timezone));
    // An address with both places is a search that was kept or shared.
    if (!gapsOf(wish).from && !gapsOf(wish).to) void search(wish, false);
  }, [city]);

  // Coming back from the ticket shows this page as it was left; seats have changed since.
  useEffect(() => {
    const shownAgain = (event: PageTransitionEvent): void => {
      if (event.persisted && answer) void search(wish, false);
    };
    window.addEventListener("pageshow", shownAgain);
    return () => window.removeEventListener("pageshow", shownAgain);
  }, [answer, wish, search]);

  // Names come in the language of the question, so a new language asks again.
  const spoken = useRef(language);
  useEffect(() => {
    if (spoken.current === language) return;
    spoken.current = language;
    const named = { ...wish, from: inLanguage(wish.from, language), to: inLanguage(wish.to, language) };
    setWish(named);
    if (answer) void search(named, false);
  }, [language]);

  const narrow = useNarrow();
  const shown = useMemo(
    () => answer?.journeys[chosen.open ?? 0] ?? null,
    [answer, chosen.open],
  );
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
            onSearch={() => {
              setGone(null);
              void search(wish);
            }}
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
                  if (!gapsOf(mended).from && !gapsOf(mended).to) void search(mended);
                }}
              />
            </ProblemNotice>
          )}
          {gone && <ProblemNotice problem={gone} />}
          <p class="visually-hidden" role="status">
            {busy ? words.searching : answer ? words.found(answer.journeys.length) : ""}
          </p>
          {answer ? (
            <section class={busy ? "results stale" : "results"} aria-labelledby="results-title">
              <h2 id="results-title" ref={heading} tabIndex={-1}>
                {answer.journeys.length > 0 ? words.found(answer.journeys.length) : words.resultsTitle}
              </h2>
              <Results
                answer={answer}
                timezone={timezone}
                askedDay={askedDay}
                chosen={chosen}
                rider={rider}
                onChoose={setChosen}
                onRider={setRider}
                onGone={(failed) => {
                  setGone(failed);
                  void search(wish, false);
                }}
                mapSlot={<MapSlot map={map} active={mapInCard} />}
              />
            </section>
          ) : (
            !problem && <p class="first-look">{busy ? words.searching : words.firstLook}</p>
          )}
        </main>
        <aside class={mapInCard ? "map-side empty" : "map-side"}>
          <MapSlot map={map} active={!mapInCard} />
        </aside>
      </div>
      <Footer city={city} />
    </>
  );
}

function leadTo(heading: HTMLElement | null): void {
  if (!heading) return;
  heading.focus({ preventScroll: true });
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  heading.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
}

/** Typed text becomes the name of the place it was taken for, so that the rider sees it. */
const asFound = (choice: PlaceChoice, found: Point): PlaceChoice =>
  choice.place || !found.name ? choice : { text: found.name, place: null };

/** A chosen place is renamed; typed text stays as it was typed. */
function inLanguage(choice: PlaceChoice, language: "ja" | "en"): PlaceChoice {
  return choice.place?.name_en ? { ...choice, text: placeName(choice.place, language) } : choice;
}

interface SuggestedProps {
  problem: Problem;
  wish: Wish;
  onChoose: (side: "from" | "to", choice: PlaceChoice) => void;
}

function SuggestedPlaces({ problem, wish, onChoose }: SuggestedProps) {
  const { language, words } = useSpeech();
  const { field, places } = suggestionsOf(problem);
  if (problem.code !== "place_unknown" || places.length === 0) return null;
  // When the service does not say which field it means: the one that holds the unknown text.
  const asked = problem.params.text;
  const isTo = wish.from.place !== null || (asked === wish.to.text.trim() && asked !== wish.from.text.trim());
  const side = field ?? (isTo ? "to" : "from");
  return (
    <>
      <p>{words.didYouMean}</p>
      <ul class="choices">
        {places.map((place, index) => {
          const choice = choiceOf(place, language);
          return (
            <li key={index}>
              <button type="button" class="button quiet-button" onClick={() => onChoose(side, choice)}>
                {choice.text}
              </button>
            </li>
          );
        })}
      </ul>
    </>
  );
}

function choiceOf(place: Suggestion, language: "ja" | "en"): PlaceChoice {
  if (typeof place === "string") return { text: place, place: null };
  const nameEn = "name_en" in place ? place.name_en : "";
  const text = placeName({ name: place.name, name_en: nameEn }, language);
  return "id" in place ? { text, place: { id: place.id, name: place.name, name_en: nameEn } } : { text, place: null };
}
