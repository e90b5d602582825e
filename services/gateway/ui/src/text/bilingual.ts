export type Language = "en" | "de";

/** Texts in both languages; the type check fails where a text lacks its German. */
export function bilingual<T>(texts: { en: T; de: NoInfer<T> }): Record<Language, T> {
  return texts;
}

/** Labels by values that the API types as any string. */
export function labels(byValue: Record<string, string>): Record<string, string> {
  return byValue;
}

/** A count with the form of the word that goes with it, in English and German alike: `1 day`, `2 days`. */
export function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
