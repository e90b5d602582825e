export type Language = "en" | "de";

/** Texts in both languages; the type check fails where a text lacks its German. */
export function bilingual<T>(texts: { en: T; de: NoInfer<T> }): Record<Language, T> {
  return texts;
}

/** A count with the form of the word that goes with it, in English and German alike: `1 day`, `2 days`. */
export function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
