// Which language the page speaks: ?lang= wins, then what was chosen before, then the browser's.
import { createContext } from "preact";
import type { ComponentChildren } from "preact";
import { useCallback, useContext, useEffect, useState } from "preact/hooks";
import { dictionaries } from "./words";
import type { Language, Words } from "./words";

const REMEMBERED = "meguri.language";

const isLanguage = (value: string | null | undefined): value is Language =>
  value === "ja" || value === "en";

function remembered(): string | null {
  try {
    return localStorage.getItem(REMEMBERED);
  } catch {
    // Storage may be switched off; then nothing is remembered.
    return null;
  }
}

function firstLanguage(): Language {
  const asked = new URLSearchParams(location.search).get("lang");
  if (isLanguage(asked)) return asked;
  const before = remembered();
  if (isLanguage(before)) return before;
  return navigator.language.toLowerCase().startsWith("ja") ? "ja" : "en";
}

function remember(language: Language): void {
  try {
    localStorage.setItem(REMEMBERED, language);
  } catch {
    // See remembered().
  }
  const address = new URL(location.href);
  if (address.searchParams.has("lang")) {
    address.searchParams.set("lang", language);
    history.replaceState(history.state, "", address);
  }
}

interface Speech {
  language: Language;
  words: Words;
  speak: (language: Language) => void;
}

const SpeechContext = createContext<Speech | null>(null);

export function SpeechProvider({ children }: { children: ComponentChildren }) {
  const [language, setLanguage] = useState<Language>(() => {
    const first = firstLanguage();
    document.documentElement.lang = first;
    return first;
  });
  const speak = useCallback((next: Language) => {
    // Before the state, so that whatever is asked next is asked in the new language.
    document.documentElement.lang = next;
    remember(next);
    setLanguage(next);
  }, []);
  return (
    <SpeechContext.Provider value={{ language, words: dictionaries[language], speak }}>
      {children}
    </SpeechContext.Provider>
  );
}

export function useSpeech(): Speech {
  const speech = useContext(SpeechContext);
  if (!speech) throw new Error("useSpeech needs a SpeechProvider above it");
  return speech;
}

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title;
  }, [title]);
}
