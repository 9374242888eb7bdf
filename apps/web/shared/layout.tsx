// The frame of every page: name, language switch, notice and sources.
import type { ComponentChildren } from "preact";
import type { City } from "./api";
import { GlobeIcon, PersonIcon } from "./icons";
import { useSpeech } from "./language";

export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 40 40" width="36" height="36" aria-hidden="true">
      <circle
        cx="20"
        cy="20"
        r="13"
        fill="none"
        stroke="currentColor"
        stroke-width="4"
        stroke-dasharray="66 16"
        stroke-linecap="round"
        transform="rotate(-62 20 20)"
      />
      <circle cx="29.5" cy="10.2" r="4.2" fill="#e9b23c" />
    </svg>
  );
}

export function LanguageSwitch() {
  const { language, words, speak } = useSpeech();
  const other = language === "ja" ? "en" : "ja";
  return (
    <button
      type="button"
      class="language"
      data-testid="lang-switch"
      lang={other}
      aria-label={words.switchLanguageLabel}
      onClick={() => speak(other)}
    >
      <GlobeIcon size={22} />
      <span>{words.switchLanguage}</span>
    </button>
  );
}

interface HeaderProps {
  city: City | null;
  children?: ComponentChildren;
}

export function Header({ city, children }: HeaderProps) {
  const { language, words } = useSpeech();
  const name = city?.name[language] ?? city?.name.ja;
  return (
    <header class="site-header">
      <a class="skip" href="#main">
        {words.skipToContent}
      </a>
      <a class="brand" href="/">
        <Mark />
        <span class="brand-words">
          <span class="brand-name">{words.siteName}</span>
          {name && <span class="brand-city">{words.citySite(name)}</span>}
        </span>
      </a>
      {children}
      <a class="language account-link" href="/account" aria-label={words.accountTitle}>
        <PersonIcon size={22} />
      </a>
      <LanguageSwitch />
      <div class="five-colours" aria-hidden="true">
        <i /> <i /> <i /> <i /> <i />
      </div>
    </header>
  );
}

export function Footer({ city }: { city: City | null }) {
  const { language, words } = useSpeech();
  if (!city) return null;
  const notice = city.notice?.[language] ?? city.notice?.ja;
  return (
    <footer class="site-footer">
      {notice && (
        <p class="notice" data-testid="notice">
          {notice}
        </p>
      )}
      {city.streets === "straight_lines" && <p>{words.straightLines}</p>}
      {city.sources.length > 0 && (
        <details>
          <summary>{words.sourcesTitle}</summary>
          <ul>
            {city.sources.map((source) => (
              <li key={source.name}>
                {source.url ? <a href={source.url}>{source.name}</a> : source.name}
                {source.licence && <span class="quiet"> — {source.licence}</span>}
              </li>
            ))}
            <li>
              <a href="/licences.txt">{words.softwareLicences}</a>
            </li>
          </ul>
        </details>
      )}
    </footer>
  );
}
