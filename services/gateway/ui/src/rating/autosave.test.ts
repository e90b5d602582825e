import { beforeEach, expect, test, vi } from "vitest";
import type { Schemas } from "~/api/client";
import { NoAnswer, Problem } from "~/api/problem";
import type { Question } from "./answers";
import { autosave, type Stores } from "./autosave";
import type { LocalDraft } from "./localDraft";

const QUESTIONS = ["a", "b"].map((attribute): Question => ({
  attribute, group: "quality", label: attribute, definition: "", below: "", meets: "", exceeds: "", importance: 0.5,
}));

type SheetOut = Schemas["RatingsOut"];
let server: SheetOut;
let device: LocalDraft | null;

function sheetOut(version: number, ratings: Schemas["Answer"][]): SheetOut {
  const given = ratings.map((answer) => ({ comment: null, evidence: [], ...answer })) as Schemas["AnswerOut"][];
  return { scorecard_id: "c", version, is_finished: false, ratings: given, previous: [], updated_at: null };
}

function stores(more: Partial<Stores> = {}): Stores {
  return {
    put: async ({ ratings }, version) => {
      if (version !== server.version) throw new Problem(412, "stale-version", "Stale", "", {});
      return (server = sheetOut(version + 1, ratings));
    },
    read: async () => server,
    localDraft: () => device,
    store: (answers, version) => (device = { answers, version, storedAt: "" }),
    deleteDraft: () => (device = null),
    ...more,
  };
}

const opened = (more: Partial<Stores> = {}) => autosave(server, QUESTIONS, stores(more));
const rated = () => server.ratings.map(({ attribute, rating }) => [attribute, rating]);

beforeEach(() => {
  vi.useFakeTimers();
  server = sheetOut(0, []);
  device = null;
});

test("an answer is on the device at once and on the server soon after", async () => {
  const saver = opened();

  saver.change("a", { rating: "meets" });
  expect(device?.answers["a"]?.rating).toBe("meets");
  expect([rated(), saver.state().saving.is]).toEqual([[], "saving"]);
  await vi.advanceTimersByTimeAsync(1_000);

  expect(rated()).toEqual([["a", "meets"]]);
  expect(device).toBeNull();
  expect(saver.state().saving.is).toBe("saved");
});

test("answers that cannot be sent stay on the device, which is shown, and are sent again", async () => {
  let isCut = true;
  const whole = stores();
  const saver = opened({ put: (body, version) => (isCut ? Promise.reject(new NoAnswer()) : whole.put(body, version)) });

  saver.change("a", { rating: "exceeds" });
  await vi.advanceTimersByTimeAsync(1_000);
  expect([saver.state().saving.is, device?.answers["a"]?.rating]).toEqual(["local", "exceeds"]);
  isCut = false;
  await vi.advanceTimersByTimeAsync(6_000);

  expect([saver.state().saving.is, rated(), device]).toEqual(["saved", [["a", "exceeds"]], null]);
});

test("a save whose answer was lost is no conflict", async () => {
  let isLost = true;
  const whole = stores();
  const saver = opened({
    put: async (body, version) => {
      const sheet = await whole.put(body, version);
      if (isLost) throw new NoAnswer();
      return sheet;
    },
  });

  saver.change("a", { rating: "meets" });
  await vi.advanceTimersByTimeAsync(1_000);
  isLost = false;
  await vi.advanceTimersByTimeAsync(6_000);

  expect([saver.state().saving.is, server.version]).toEqual(["saved", 1]);
});

test("what was written elsewhere meanwhile is never overwritten unasked", async () => {
  const saver = opened();
  server = sheetOut(4, [{ attribute: "a", rating: "exceeds" }]);

  saver.change("a", { rating: "meets" });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(saver.state().saving.is).toBe("conflict");
  expect(rated()).toEqual([["a", "exceeds"]]);

  saver.resolve("mine");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(rated()).toEqual([["a", "meets"]]);
});

test("it can be settled by what the other window wrote", async () => {
  const saver = opened();
  server = sheetOut(4, [{ attribute: "a", rating: "exceeds" }]);
  saver.change("a", { rating: "meets" });
  await vi.advanceTimersByTimeAsync(1_000);

  saver.resolve("theirs");
  await vi.advanceTimersByTimeAsync(6_000);

  expect(saver.state().answers["a"]?.rating).toBe("exceeds");
  expect([server.version, device]).toEqual([4, null]);
});

test("what the device has goes on after a reload; a newer sheet of the server's asks first", async () => {
  device = { answers: { b: { rating: "meets", comment: "", evidence: [] } }, version: 0, storedAt: "" };
  const saver = opened();
  expect(saver.state().answers["b"]?.rating).toBe("meets");
  await saver.flush();
  expect(rated()).toEqual([["b", "meets"]]);

  device = { answers: { b: { rating: "below", comment: "Late.", evidence: [] } }, version: 0, storedAt: "" };
  expect(opened().state().saving.is).toBe("conflict");
});

test("a below without its comment stays on the device alone", async () => {
  const saver = opened();
  saver.change("a", { rating: "below" });
  saver.change("b", { rating: "meets" });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(rated()).toEqual([["b", "meets"]]);
  expect(device?.answers["a"]?.rating).toBe("below");

  saver.change("a", { comment: "Two gates slipped." });
  await vi.advanceTimersByTimeAsync(1_000);

  expect(rated()).toEqual([["a", "below"], ["b", "meets"]]);
  expect(device).toBeNull();
});

test("a refusal is said, and not sent again until something is changed", async () => {
  const put = vi.fn(() => Promise.reject(new Problem(409, "wrong-status", "It is submitted", "", {})));
  const saver = opened({ put });
  saver.change("a", { rating: "meets" });
  await vi.advanceTimersByTimeAsync(20_000);

  expect([saver.state().saving.is, put.mock.calls.length]).toEqual(["refused", 1]);
  expect(await saver.flush()).toBe(false);
});
