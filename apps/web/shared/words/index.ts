// One dictionary per language. `en: Words` fails the build when a key is missing or superfluous.
import { en } from "./en";
import { ja } from "./ja";

export type Words = typeof ja;
export type Language = "ja" | "en";

export const dictionaries: Record<Language, Words> = { ja, en };
