// Day and night: the device's own choice until the driver makes one.
import { useEffect, useState } from "preact/hooks";
import { useSpeech } from "../shared/language";

type Theme = "day" | "night";
const KEPT = "meguri.driver_theme";

function firstTheme(): Theme {
  try {
    const kept = localStorage.getItem(KEPT);
    if (kept === "day" || kept === "night") return kept;
  } catch {
    // Storage may be switched off; then the device's choice holds.
  }
  return matchMedia("(prefers-color-scheme: dark)").matches ? "night" : "day";
}

export function ThemeSwitch() {
  const { words } = useSpeech();
  const [theme, setTheme] = useState<Theme>(firstTheme);
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  const other: Theme = theme === "day" ? "night" : "day";
  return (
    <button
      type="button"
      class="language theme"
      aria-label={`${words.themeLabel}: ${other === "day" ? words.themeDay : words.themeNight}`}
      onClick={() => {
        setTheme(other);
        try {
          localStorage.setItem(KEPT, other);
        } catch {
          // See firstTheme().
        }
      }}
    >
      {other === "day" ? `☀ ${words.themeDay}` : `☾ ${words.themeNight}`}
    </button>
  );
}
