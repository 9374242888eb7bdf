// Place search as an editable combobox with list autocomplete (WAI-ARIA 1.2 pattern).
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { findPlaces } from "../shared/api";
import type { Place, PlaceQuery } from "../shared/api";
import { CrossIcon } from "../shared/icons";
import { useSpeech } from "../shared/language";
import type { Language, Words } from "../shared/words";

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

const TYPING_PAUSE_MS = 120;

export function PlaceBox({ side, label, hint, value, error, onChange }: Props) {
  const { language, words } = useSpeech();
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [places, setPlaces] = useState<Place[] | null>(null);
  const [active, setActive] = useState(-1);
  const asking = useRef<AbortController | null>(null);
  const pause = useRef<number | undefined>(undefined);
  // Enter pressed before the suggestions were there: take the first when they come.
  const takeFirst = useRef(false);

  const stopAsking = (): void => {
    window.clearTimeout(pause.current);
    asking.current?.abort();
    asking.current = null;
  };
  useEffect(() => stopAsking, []);

  const close = (): void => {
    stopAsking();
    takeFirst.current = false;
    setPlaces(null);
    setActive(-1);
  };

  const choose = (place: Place): void => {
    close();
    onChange({ text: placeName(place, language), place });
  };

  const askFor = (text: string): void => {
    stopAsking();
    if (!text.trim()) {
      close();
      return;
    }
    const asked = new AbortController();
    asking.current = asked;
    pause.current = window.setTimeout(async () => {
      try {
        const found = await findPlaces(text.trim(), asked.signal);
        if (asked.signal.aborted) return;
        asking.current = null;
        const first = found[0];
        if (takeFirst.current && first) {
          choose(first);
          return;
        }
        setPlaces(found);
        setActive(-1);
      } catch {
        // Without suggestions the typed name is still sent with the search, which reports errors.
        if (!asked.signal.aborted) close();
      }
    }, TYPING_PAUSE_MS);
  };

  const type = (text: string): void => {
    takeFirst.current = false;
    onChange({ text, place: null });
    askFor(text);
  };

  const move = (step: number): void => {
    if (!places?.length) return;
    setActive((active + step + places.length + (active < 0 && step < 0 ? 1 : 0)) % places.length);
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    // While a Japanese input method composes, Enter and arrows belong to it.
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (places) move(event.key === "ArrowDown" ? 1 : -1);
      else askFor(value.text);
    } else if (event.key === "Escape" && places) {
      event.preventDefault();
      close();
    } else if (event.key === "Enter") {
      const chosen = places?.[Math.max(active, 0)];
      if (chosen) {
        event.preventDefault();
        choose(chosen);
      } else if (asking.current) {
        event.preventDefault();
        takeFirst.current = true;
      }
    } else if (event.key === "Tab" && places && active >= 0) {
      const chosen = places[active];
      if (chosen) choose(chosen);
    }
  };

  const listId = `${id}-list`;
  const open = places !== null;
  return (
    <div class={`place-box place-${side}${error ? " invalid" : ""}`}>
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
          aria-expanded={open}
          aria-controls={listId}
          aria-activedescendant={active >= 0 ? `${id}-option-${active}` : undefined}
          aria-invalid={error ? true : undefined}
          aria-describedby={error ? `${id}-error` : undefined}
          placeholder={hint}
          value={value.text}
          onInput={(event) => type(event.currentTarget.value)}
          onKeyDown={onKeyDown}
          onFocus={(event) => event.currentTarget.select()}
          onBlur={() => {
            // A pending "take the first" must outlive the field, or a quick Enter-then-Tab loses it.
            if (!takeFirst.current) close();
          }}
        />
        {value.text && (
          <button
            type="button"
            class="clear"
            aria-label={words.clear(label)}
            onClick={() => {
              close();
              onChange(NO_PLACE);
              input.current?.focus();
            }}
          >
            <CrossIcon size={22} />
          </button>
        )}
        <ul
          id={listId}
          class="suggestions"
          role="listbox"
          aria-label={words.suggestionsOf(label)}
          hidden={!open}
        >
          {places?.map((place, index) => (
            <Suggestion
              key={place.id}
              id={`${id}-option-${index}`}
              place={place}
              active={index === active}
              language={language}
              words={words}
              onChoose={() => choose(place)}
            />
          ))}
          {places?.length === 0 && (
            <li class="no-suggestion" role="presentation">
              {words.noSuggestion}
            </li>
          )}
        </ul>
      </div>
      <p class="visually-hidden" role="status">
        {places === null ? "" : places.length ? words.suggestionCount(places.length) : words.noSuggestion}
      </p>
      {error && (
        <p class="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </div>
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
