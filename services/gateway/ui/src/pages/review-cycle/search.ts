export interface ReviewCycleSearch {
  /** The last day of the period; without one the newest that has cards. */
  period?: string;
}

export function reviewCycleSearch(search: Record<string, unknown>): ReviewCycleSearch {
  const period = search["period"];
  return typeof period === "string" && /^\d{4}-\d\d-\d\d$/.test(period) ? { period } : {};
}
