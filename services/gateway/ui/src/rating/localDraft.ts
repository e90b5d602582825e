import type { Answers } from "./answers";

/** Answers on this device that the server does not have yet; they outlive a cut connection, a reload and a closed tab. */
export interface LocalDraft {
  answers: Answers;
  /** The version of the sheet that they were written on. */
  version: number;
  storedAt: string;
}

const keyOf = (key: string) => `entente-ratings-${key}`;

export function localDraft(key: string): LocalDraft | null {
  try {
    const draft: Partial<LocalDraft> | null = JSON.parse(localStorage.getItem(keyOf(key)) ?? "null");
    if (typeof draft?.version !== "number" || typeof draft.answers !== "object") return null;
    return { storedAt: "", ...draft, version: draft.version, answers: draft.answers };
  } catch {
    return null;
  }
}

export function storeLocalDraft(key: string, answers: Answers, version: number): void {
  const draft: LocalDraft = { answers, version, storedAt: new Date().toISOString() };
  localStorage.setItem(keyOf(key), JSON.stringify(draft));
}

export function deleteLocalDraft(key: string): void {
  localStorage.removeItem(keyOf(key));
}
