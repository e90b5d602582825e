import type { Schemas } from "~/api/client";
import { Problem } from "~/api/problem";
import { type Answer, type Answers, answersOf, isSame, type Question, sendable, UNTOUCHED } from "./answers";
import type { LocalDraft } from "./localDraft";

const SAVE_AFTER_MS = 600;
const RETRY_AFTER_MS = 5_000;

type SheetOut = Schemas["RatingsOut"];

export type Saving =
  | { is: "saved"; at: Date | null }
  | { is: "saving" }
  /** Not on the server, but on this device; tried again by itself. */
  | { is: "local" }
  /** Not on the server, and sending the same again would not help. */
  | { is: "refused"; why: Problem }
  /** A newer version has been written, in another window or by another person. */
  | { is: "conflict"; theirs: SheetOut };

export interface SheetState {
  answers: Answers;
  saving: Saving;
}

/** Where a sheet goes: to the server under its version, and onto this device. */
export interface Stores {
  put: (body: Schemas["PutRatings"], version: number) => Promise<SheetOut>;
  read: () => Promise<SheetOut>;
  localDraft: () => LocalDraft | null;
  store: (answers: Answers, version: number) => void;
  deleteDraft: () => void;
}

export interface Autosave {
  state: () => SheetState;
  subscribe: (listener: () => void) => () => void;
  change: (attribute: string, part: Partial<Answer>) => void;
  /** Sends what is not sent yet; true once the server has everything that can be sent. */
  flush: () => Promise<boolean>;
  /** Ends a conflict: by what the server has, or by what is here. */
  resolve: (by: "theirs" | "mine") => void;
}

/** Answers that save themselves: at once on this device, soon after on the server, and again until they are there. */
export function autosave(first: SheetOut, questions: Question[], stores: Stores): Autosave {
  let there = { version: first.version, answers: answersOf(first.ratings) };
  let state = startOf(stores.localDraft(), first, questions);
  let running: Promise<boolean> | null = null;
  let waiting: ReturnType<typeof setTimeout> | undefined;
  const listeners = new Set<() => void>();

  const become = (part: Partial<SheetState>) => {
    state = { ...state, ...part };
    listeners.forEach((listener) => listener());
  };
  const isHalted = () => state.saving.is === "conflict" || state.saving.is === "refused";
  const schedule = (after: number) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => void flush(), after);
  };
  const note = (sheet: SheetOut) => {
    there = { version: sheet.version, answers: answersOf(sheet.ratings) };
    // What cannot be sent yet, as a below without its comment, stays here until it can.
    if (isSame(state.answers, there.answers, questions)) stores.deleteDraft();
    else stores.store(state.answers, there.version);
    become({ saving: { is: "saved", at: new Date() } });
  };
  const wait = () => {
    become({ saving: { is: "local" } });
    schedule(RETRY_AFTER_MS);
    return false;
  };
  /** A save whose answer was lost is there already; anything else is for the rater to decide. */
  const resolveStale = async (sent: Answers): Promise<boolean> => {
    const theirs = await stores.read().catch(() => null);
    if (theirs === null) return wait();
    if (isSame(sent, answersOf(theirs.ratings), questions)) {
      note(theirs);
      return true;
    }
    become({ saving: { is: "conflict", theirs } });
    return false;
  };
  const send = async (): Promise<boolean> => {
    const ratings = sendable(state.answers, questions);
    const sent = answersOf(ratings.map((answer) => ({ ...answer, comment: answer.comment ?? null, evidence: answer.evidence ?? [] })));
    if (isSame(sent, there.answers, questions)) {
      if (state.saving.is !== "saved") become({ saving: { is: "saved", at: new Date() } });
      return true;
    }
    become({ saving: { is: "saving" } });
    try {
      note(await stores.put({ ratings, is_finished: false }, there.version));
      return true;
    } catch (error) {
      if (!(error instanceof Problem) || error.status >= 500 || error.status === 429 || error.slug === "replica-behind") return wait();
      if (error.status === 412) return resolveStale(sent);
      become({ saving: { is: "refused", why: error } });
      return false;
    }
  };
  const flush = async (): Promise<boolean> => {
    clearTimeout(waiting);
    while (running !== null) await running;
    if (isHalted()) return false;
    running = send();
    const isSent = await running;
    running = null;
    return isSent;
  };

  return {
    state: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    change: (attribute, part) => {
      const answers = { ...state.answers, [attribute]: { ...(state.answers[attribute] ?? UNTOUCHED), ...part } };
      stores.store(answers, there.version);
      // From here on it is not saved; and another answer may be one that is not refused.
      const isNews = state.saving.is === "saved" || state.saving.is === "refused";
      become({ answers, ...(isNews ? { saving: { is: "saving" } } : {}) });
      if (!isHalted()) schedule(SAVE_AFTER_MS);
    },
    flush,
    resolve: (by) => {
      if (state.saving.is !== "conflict") return;
      const { theirs } = state.saving;
      there = { version: theirs.version, answers: answersOf(theirs.ratings) };
      if (by === "theirs") stores.deleteDraft();
      become({ answers: by === "theirs" ? there.answers : state.answers, saving: { is: "saved", at: asDate(theirs.updated_at) } });
      if (by === "mine") void flush();
    },
  };
}

/** What was written here and not sent goes on, unless the server has something newer. */
function startOf(kept: LocalDraft | null, sheet: SheetOut, questions: Question[]): SheetState {
  const there = answersOf(sheet.ratings);
  const saved: Saving = { is: "saved", at: asDate(sheet.updated_at) };
  if (kept === null || isSame(kept.answers, there, questions)) return { answers: there, saving: saved };
  return { answers: kept.answers, saving: kept.version === sheet.version ? saved : { is: "conflict", theirs: sheet } };
}

function asDate(at: string | null): Date | null {
  return at === null ? null : new Date(at);
}
