/** So many of so many, as a survey published it: history, never a benchmark of today. */
export interface BaseRate {
  count: number;
  of: number;
  label: string;
  source: string;
}

/** The base rates among what was published of an attribute, which is of several kinds. */
export function baseRates(published: Record<string, unknown>[]): BaseRate[] {
  return published.flatMap(({ count, of, label, source }) =>
    typeof count === "number" && typeof of === "number" ? [{ count, of, label: String(label), source: String(source) }] : [],
  );
}
