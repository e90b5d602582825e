import { createContext, type ReactNode, use, useCallback, useEffect, useMemo, useState } from "react";
import type { Language } from "./bilingual";
import { type CommonTexts, commonTexts } from "./common";
import { type Format, formatFor } from "./format";

/** The key of the chosen language in the browser's local storage. */
const STORAGE_KEY = "entente-language";

interface Locale {
  text: CommonTexts;
  format: Format;
  language: Language;
  setLanguage: (language: Language) => void;
}

const LocaleContext = createContext<Locale | null>(null);

function preferredLanguage(): Language {
  const stored = localStorage.getItem(STORAGE_KEY);
  if (stored === "en" || stored === "de") return stored;
  return navigator.language.startsWith("de") ? "de" : "en";
}

/** The regional variant of a language that the browser prefers, such as en-US, since English dates differ by region. */
function regionalVariantOf(language: Language): string {
  return navigator.languages.find((each) => each.startsWith(language)) ?? (language === "en" ? "en-GB" : language);
}

export function LocaleProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState(preferredLanguage);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const locale = useMemo<Locale>(
    () => ({
      text: commonTexts[language],
      format: formatFor(regionalVariantOf(language)),
      language,
      setLanguage: (chosen) => {
        localStorage.setItem(STORAGE_KEY, chosen);
        setLanguage(chosen);
      },
    }),
    [language],
  );
  return <LocaleContext value={locale}>{children}</LocaleContext>;
}

/** The user's language, with the common texts and the formats of dates and numbers in it. */
export function useLocale(): Locale {
  const locale = use(LocaleContext);
  if (locale === null) throw new Error("useLocale needs a LocaleProvider around it");
  return locale;
}

/** A page's own texts in the user's language. They are loaded with the page and not with the first load. */
export function useTexts<T>(texts: Record<Language, T>): T {
  return texts[useLocale().language];
}

/** Translates what the shipped catalogue says in English; a company's own words are not in the table and stay as they are. */
export function useTranslated(table: Record<Language, Record<string, string>>): (english: string) => string {
  const translations = useTexts(table);
  return useCallback((english) => translations[english] ?? english, [translations]);
}
