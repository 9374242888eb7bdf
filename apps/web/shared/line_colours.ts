// Colours of lines, kept readable: operators' own text colours often are not.
import type { Leg } from "./api";

const INK = "#1b1e28";
const WHITE = "#ffffff";
const ON_DEMAND = "#2c6b4f";
const FALLBACK = "#3a5a8c";
export const WALK_COLOUR = "#5b6270";

function channel(hex: string, at: number): number {
  const value = parseInt(hex.slice(at, at + 2), 16) / 255;
  return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

/** Relative luminance, WCAG 2.2. */
function luminance(colour: string): number {
  const hex = colour.slice(1);
  return 0.2126 * channel(hex, 0) + 0.7152 * channel(hex, 2) + 0.0722 * channel(hex, 4);
}

function contrast(one: string, other: string): number {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

const colourOf = (value: string | null | undefined): string | null =>
  value && /^#?[0-9a-f]{6}$/i.test(value) ? `#${value.replace("#", "")}` : null;

export function lineColour(leg: Leg): string {
  if (leg.mode === "WALK") return WALK_COLOUR;
  return colourOf(leg.route?.color) ?? (leg.mode === "ON_DEMAND" ? ON_DEMAND : FALLBACK);
}

/** Custom properties --line and --on-line for the style sheet. */
export function lineColours(leg: Leg): Record<string, string> {
  const line = lineColour(leg);
  const onLine = contrast(line, WHITE) >= 4.5 || contrast(line, WHITE) > contrast(line, INK) ? WHITE : INK;
  return { "--line": line, "--on-line": onLine };
}
