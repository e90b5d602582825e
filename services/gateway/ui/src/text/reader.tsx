import { createContext, type ReactNode, use, useCallback, useEffect, useMemo, useState } from "react";
import { type Format, formatFor } from "./format";
import { type Language, type Text, texts } from "./table";

const KEPT = "entente-language";

interface Reader {
  text: Text;
  format: Format;
  language: Language;
  setLanguage: (language: Language) => void;
}

const ReaderContext = createContext<Reader | null>(null);

function preferred(): Language {
  const kept = localStorage.getItem(KEPT);
  if (kept === "en" || kept === "de") return kept;
  return navigator.language.startsWith("de") ? "de" : "en";
}

/** The reader's own variant of a language, if they have one: an English date is not the same everywhere. */
function localeOf(language: Language): string {
  return navigator.languages.find((each) => each.startsWith(language)) ?? (language === "en" ? "en-GB" : language);
}

export function ReaderProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState(preferred);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const reader = useMemo<Reader>(
    () => ({
      text: texts[language],
      format: formatFor(localeOf(language)),
      language,
      setLanguage: (chosen) => {
        localStorage.setItem(KEPT, chosen);
        setLanguage(chosen);
      },
    }),
    [language],
  );
  return <ReaderContext value={reader}>{children}</ReaderContext>;
}

/** A page's own texts, which come with it and not with the first load. */
export function useWords<T>(part: Record<Language, T>): T {
  return part[useReader().language];
}

/** Puts what the catalogue says into the reader's language; what is not in the table a company wrote itself, and stays. */
export function useSaid(table: Record<Language, Record<string, string>>): (said: string) => string {
  const known = useWords(table);
  return useCallback((said) => known[said] ?? said, [known]);
}

export function useReader(): Reader {
  const reader = use(ReaderContext);
  if (reader === null) throw new Error("no reader");
  return reader;
}
