import { createContext, type ReactNode, use, useEffect, useMemo, useState } from "react";
import { type Format, formatFor } from "./format";
import { reasonIn } from "./reasons";
import { type Language, type Text, texts } from "./table";

const KEPT = "entente-language";

interface Reader {
  text: Text;
  format: Format;
  language: Language;
  setLanguage: (language: Language) => void;
  /** What the server says is not right with a file or a mapping. */
  reason: (reason: string) => string;
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
      reason: (reason) => reasonIn(language, reason),
      setLanguage: (chosen) => {
        localStorage.setItem(KEPT, chosen);
        setLanguage(chosen);
      },
    }),
    [language],
  );
  return <ReaderContext value={reader}>{children}</ReaderContext>;
}

export function useReader(): Reader {
  const reader = use(ReaderContext);
  if (reader === null) throw new Error("no reader");
  return reader;
}
