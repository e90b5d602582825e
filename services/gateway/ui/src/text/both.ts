/** One part of the text table: each text in both languages, so that neither can lack one. */
export function both<T>(words: { en: T; de: NoInfer<T> }): { en: T; de: T } {
  return words;
}

/** The form of a word that goes with a count, in English and German alike. */
export function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
