// Times in the city's own zone, money, lengths of time: never the zone or the clock of the reader.
import type { Price } from "./api";
import type { Language, Words } from "./words";

export interface Wall {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
}

const wallFormats = new Map<string, Intl.DateTimeFormat>();

function wallFormat(timezone: string): Intl.DateTimeFormat {
  let format = wallFormats.get(timezone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: timezone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
    });
    wallFormats.set(timezone, format);
  }
  return format;
}

/** What a clock on the city's wall shows at an instant. */
export function wallAt(instant: Date, timezone: string): Wall {
  const wall: Wall = { year: 0, month: 0, day: 0, hour: 0, minute: 0 };
  for (const part of wallFormat(timezone).formatToParts(instant)) {
    if (part.type in wall) wall[part.type as keyof Wall] = Number(part.value);
  }
  return wall;
}

const two = (value: number): string => String(value).padStart(2, "0");

/** Date and time for the input fields, rounded up to a whole minute so that "now" is never past. */
export function wallInputs(instant: Date, timezone: string): { date: string; time: string } {
  const wall = wallAt(new Date(Math.ceil(instant.getTime() / 60_000) * 60_000), timezone);
  return {
    date: `${wall.year}-${two(wall.month)}-${two(wall.day)}`,
    time: `${two(wall.hour)}:${two(wall.minute)}`,
  };
}

export function clock(iso: string, timezone: string): string {
  const wall = wallAt(new Date(iso), timezone);
  return `${wall.hour}:${two(wall.minute)}`;
}

export function dayOf(iso: string, timezone: string): string {
  return wallInputs(new Date(iso), timezone).date;
}

/** A calendar day such as 2026-11-24 in words; UTC keeps the day as it is written. */
export function dayInWords(day: string, language: Language): string {
  const date = new Date(`${day.slice(0, 10)}T00:00:00Z`);
  if (Number.isNaN(date.getTime())) return day;
  return new Intl.DateTimeFormat(language === "ja" ? "ja-JP" : "en-GB", {
    timeZone: "UTC",
    month: language === "ja" ? "long" : "short",
    day: "numeric",
    weekday: "short",
  }).format(date);
}

export function minutesOf(seconds: number): number {
  return Math.max(1, Math.round(seconds / 60));
}

export const secondsBetween = (from: string, to: string): number =>
  (new Date(to).getTime() - new Date(from).getTime()) / 1000;

export function duration(seconds: number, words: Words): string {
  const minutes = minutesOf(seconds);
  return minutes < 60
    ? words.minutes(minutes)
    : words.hoursMinutes(Math.floor(minutes / 60), minutes % 60);
}

export function money(amountMinor: number, currency: string, language: Language): string {
  if (currency === "JPY") {
    const digits = amountMinor.toLocaleString("en-US");
    return language === "ja" ? `${digits}円` : `¥${digits}`;
  }
  const format = new Intl.NumberFormat(language === "ja" ? "ja-JP" : "en-GB", {
    style: "currency",
    currency,
  });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(amountMinor / 10 ** digits);
}

export function priceInWords(price: Price | null, words: Words, language: Language): string {
  if (price === null) return words.priceUnknown;
  return price.amount_minor === 0 ? words.free : money(price.amount_minor, price.currency, language);
}

export function grammes(value: number): string {
  return value < 1000 ? `${value} g` : `${(value / 1000).toFixed(1)} kg`;
}

export function metres(value: number): string {
  return value < 1000 ? `${Math.round(value / 10) * 10} m` : `${(value / 1000).toFixed(1)} km`;
}
