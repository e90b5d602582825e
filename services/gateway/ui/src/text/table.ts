import { imports } from "./imports";
import { log } from "./log";
import { portfolio } from "./portfolio";
import { relationship } from "./relationship";
import { settings } from "./settings";
import { shell } from "./shell";
import { words } from "./words";

/** Every text of the interface. A page adds its part here. */
const table = { shell, words, portfolio, relationship, log, imports, settings };

export type Language = "en" | "de";
export type Text = { [Part in keyof typeof table]: (typeof table)[Part]["en"] };

const chosen = (language: Language) =>
  Object.fromEntries(Object.entries(table).map(([part, languages]) => [part, languages[language]])) as Text;

export const texts: Record<Language, Text> = { en: chosen("en"), de: chosen("de") };
