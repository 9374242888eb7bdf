// "Did you mean": the places a problem offers instead of the one nobody knows.
import type { Problem } from "../shared/api";
import { useSpeech } from "../shared/language";
import { suggestionsOf } from "../shared/sentences";
import type { Suggestion } from "../shared/sentences";
import { placeName } from "./place_box";
import type { PlaceChoice } from "./place_box";
import type { Language } from "../shared/words";
import type { Wish } from "./wish";

interface SuggestedProps {
  problem: Problem;
  wish: Wish;
  onChoose: (side: "from" | "to", choice: PlaceChoice) => void;
}

export function SuggestedPlaces({ problem, wish, onChoose }: SuggestedProps) {
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

function choiceOf(place: Suggestion, language: Language): PlaceChoice {
  if (typeof place === "string") return { text: place, place: null };
  const nameEn = "name_en" in place ? place.name_en : "";
  const text = placeName({ name: place.name, name_en: nameEn }, language);
  return "id" in place ? { text, place: { id: place.id, name: place.name, name_en: nameEn } } : { text, place: null };
}
