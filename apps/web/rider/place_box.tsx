// Place search as an editable combobox with list autocomplete (WAI-ARIA 1.2 pattern).
import { useEffect, useId, useRef } from "preact/hooks";
import type { Place, PlaceQuery } from "../shared/api";
import { CrossIcon } from "../shared/icons";
import { useSpeech } from "../shared/language";
import type { Language, Words } from "../shared/words";
import { useSuggestions } from "./suggestions";
import type { Suggestions } from "./suggestions";

/** What stands in the field, and the place it means once one was chosen. */
export interface PlaceChoice {
  text: string;
  place: Pick<Place, "id" | "name" | "name_en"> | null;
}

export const NO_PLACE: PlaceChoice = { text: "", place: null };

export const placeName = (place: Pick<Place, "name" | "name_en">, language: Language): string =>
  (language === "en" && place.name_en) || place.name;

export const queryOf = (choice: PlaceChoice): PlaceQuery =>
  choice.place ? { place_id: choice.place.id } : choice.text.trim();

interface Props {
  side: "from" | "to";
  label: string;
  hint: string;
  value: PlaceChoice;
  error: string | null;
  onChange: (choice: PlaceChoice) => void;
}

export function PlaceBox({ side, label, hint, value, error, onChange }: Props) {
  const { language, words } = useSpeech();
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const choose = (place: Place): void => {
    suggestions.close();
    onChange({ text: placeName(place, language), place });
  };
  const suggestions = useSuggestions(choose);
  const { places, active } = suggestions;
  return (
    <div class={`place-box place-${side}`}>
      <label for={`${id}-input`}>
        <span class="place-dot" aria-hidden="true" />
        {label}
      </label>
      <div class={value.text ? "place-field filled" : "place-field"}>
        <input
          id={`${id}-input`}
          ref={input}
          data-testid={`${side}-input`}
          type="text"
          inputMode="search"
          enterKeyHint="done"
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          role="combobox"
          aria-autocomplete="list"
          aria-haspopup="listbox"
          aria-expanded={places !== null}
          aria-controls={`${id}-list`}
          aria-activedescendant={active >= 0 ? `${id}-option-${active}` : undefined}
          aria-invalid={error ? true : undefined}
          aria-describedby={error ? `${id}-error` : undefined}
          placeholder={hint}
          value={value.text}
          onInput={(event) => {
            const text = event.currentTarget.value;
            onChange({ text, place: null });
            suggestions.ask(text);
          }}
          onKeyDown={(event) => onKey(event, value.text, suggestions, choose)}
          onFocus={(event) => event.currentTarget.select()}
          onBlur={() => {
            // An awaited first one must outlive the field, or a quick Enter-then-Tab loses it.
            if (!suggestions.awaiting()) suggestions.close();
          }}
        />
        {value.text && (
          <button
            type="button"
            class="clear"
            aria-label={words.clear(label)}
            onClick={() => {
              suggestions.close();
              onChange(NO_PLACE);
              input.current?.focus();
            }}
          >
            <CrossIcon size={22} />
          </button>
        )}
        <SuggestionList id={id} label={label} suggestions={suggestions} onChoose={choose} />
      </div>
      {error && (
        <p class="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </div>
  );
}

/** Keys of the combobox pattern; Enter takes the first suggestion unless the arrows chose another. */
function onKey(
  event: KeyboardEvent,
  text: string,
  suggestions: Suggestions,
  choose: (place: Place) => void,
): void {
  // While a Japanese input method composes, Enter and arrows belong to it.
  if (event.isComposing || event.keyCode === 229) return;
  const { places, active } = suggestions;
  const reached = places?.[active];
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (places) suggestions.move(event.key === "ArrowDown" ? 1 : -1);
    else suggestions.ask(text);
  } else if (event.key === "Escape" && places) {
    event.preventDefault();
    suggestions.close();
  } else if (event.key === "Enter") {
    const chosen = reached ?? places?.[0];
    if (chosen) {
      event.preventDefault();
      choose(chosen);
    } else if (suggestions.awaitFirst()) {
      event.preventDefault();
    }
  } else if (event.key === "Tab" && reached) {
    choose(reached);
  }
}

interface ListProps {
  id: string;
  label: string;
  suggestions: Suggestions;
  onChoose: (place: Place) => void;
}

function SuggestionList({ id, label, suggestions, onChoose }: ListProps) {
  const { language, words } = useSpeech();
  const { places, active } = suggestions;
  return (
    <>
      <ul
        id={`${id}-list`}
        class="suggestions"
        role="listbox"
        aria-label={words.suggestionsOf(label)}
        hidden={places === null}
      >
        {places?.map((place, index) => (
          <Suggestion
            key={place.id}
            id={`${id}-option-${index}`}
            place={place}
            active={index === active}
            language={language}
            words={words}
            onChoose={() => onChoose(place)}
          />
        ))}
        {places?.length === 0 && (
          <li class="no-suggestion" role="presentation">
            {words.noSuggestion}
          </li>
        )}
      </ul>
      <p class="visually-hidden" role="status">
        {places === null ? "" : places.length ? words.suggestionCount(places.length) : words.noSuggestion}
      </p>
    </>
  );
}

interface SuggestionProps {
  id: string;
  place: Place;
  active: boolean;
  language: Language;
  words: Words;
  onChoose: () => void;
}

function Suggestion({ id, place, active, language, words, onChoose }: SuggestionProps) {
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (active) row.current?.scrollIntoView({ block: "nearest" });
  }, [active]);
  // The other script too: visitors compare it with signs, residents may know only the reading.
  const second = language === "en" ? place.name : place.reading;
  const name = placeName(place, language);
  return (
    <li
      id={id}
      ref={row}
      class="suggestion"
      role="option"
      data-testid="suggestion"
      data-place={place.id}
      aria-selected={active}
      // Before the field loses focus, which would close the list under the finger.
      onMouseDown={(event) => event.preventDefault()}
      onClick={onChoose}
    >
      <span class="suggestion-name">
        {name}
        {second && second !== name && (
          <small lang={language === "en" ? "ja" : undefined}>{second}</small>
        )}
      </span>
      <span class="suggestion-kind">{words.kinds[place.kind] ?? ""}</span>
    </li>
  );
}
