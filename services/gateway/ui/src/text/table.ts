import { log } from "./log";
import { portfolio } from "./portfolio";
import { relationship } from "./relationship";
import { shell } from "./shell";
import { words } from "./words";

/** The texts that every page may need. What one page alone says is a part of its own, by its side (`useWords`). */
const table = { shell, words, portfolio, relationship, log };

export type Language = "en" | "de";
export type Text = { [Part in keyof typeof table]: (typeof table)[Part]["en"] };

const chosen = (language: Language) =>
  Object.fromEntries(Object.entries(table).map(([part, languages]) => [part, languages[language]])) as Text;

export const texts: Record<Language, Text> = { en: chosen("en"), de: chosen("de") };
