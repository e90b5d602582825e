import type { Answers } from "./answers";

/** Answers on this device that the server does not have yet; they outlive a cut connection, a reload and a closed tab. */
export interface Kept {
  answers: Answers;
  /** The version of the sheet that they were written on. */
  version: number;
  keptAt: string;
}

const place = (key: string) => `entente-ratings-${key}`;

export function keptAnswers(key: string): Kept | null {
  try {
    const kept = JSON.parse(localStorage.getItem(place(key)) ?? "null") as Kept | null;
    return kept !== null && typeof kept.version === "number" && typeof kept.answers === "object" ? kept : null;
  } catch {
    return null;
  }
}

export function keepAnswers(key: string, answers: Answers, version: number): void {
  const kept: Kept = { answers, version, keptAt: new Date().toISOString() };
  localStorage.setItem(place(key), JSON.stringify(kept));
}

export function forgetAnswers(key: string): void {
  localStorage.removeItem(place(key));
}
