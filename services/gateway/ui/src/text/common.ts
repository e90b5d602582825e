import type { Language } from "./bilingual";
import { log } from "./log";
import { portfolio } from "./portfolio";
import { relationship } from "./relationship";
import { shell } from "./shell";
import { vocabulary } from "./vocabulary";

/** The texts that come with the first load; a page's own texts come with the page (`useTexts`). */
function commonTextsIn(language: Language) {
  return {
    shell: shell[language], vocabulary: vocabulary[language], portfolio: portfolio[language], relationship: relationship[language], log: log[language],
  };
}

export type CommonTexts = ReturnType<typeof commonTextsIn>;

export const commonTexts: Record<Language, CommonTexts> = { en: commonTextsIn("en"), de: commonTextsIn("de") };
