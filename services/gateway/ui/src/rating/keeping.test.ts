import { beforeEach, expect, test, vi } from "vitest";
import type { Schemas } from "~/api/client";
import { NoAnswer, Problem } from "~/api/problem";
import type { Question } from "./answers";
import { keepSheet, type Places } from "./keeping";
import type { Kept } from "./kept";

const QUESTIONS = ["a", "b"].map((attribute): Question => ({
  attribute, group: "quality", label: attribute, definition: "", below: "", meets: "", exceeds: "", importance: 0.5,
}));

type SheetOut = Schemas["RatingsOut"];
let server: SheetOut;
let device: Kept | null;

function sheetOut(version: number, ratings: Schemas["Answer"][]): SheetOut {
  const given = ratings.map((answer) => ({ comment: null, evidence: [], ...answer })) as Schemas["AnswerOut"][];
  return { scorecard_id: "c", version, is_finished: false, ratings: given, previous: [], updated_at: null };
}

function places(more: Partial<Places> = {}): Places {
  return {
    put: async ({ ratings }, version) => {
      if (version !== server.version) throw new Problem(412, "stale-version", "Stale", "", {});
      return (server = sheetOut(version + 1, ratings));
    },
    read: async () => server,
    kept: () => device,
    keep: (answers, version) => (device = { answers, version, keptAt: "" }),
    forget: () => (device = null),
    ...more,
  };
}

const opened = (more: Partial<Places> = {}) => keepSheet(server, QUESTIONS, places(more));
const rated = () => server.ratings.map(({ attribute, rating }) => [attribute, rating]);

beforeEach(() => {
  vi.useFakeTimers();
  server = sheetOut(0, []);
  device = null;
});

test("an answer is on the device at once and on the server soon after", async () => {
  const keeper = opened();

  keeper.change("a", { rating: "meets" });
  expect(device?.answers["a"]?.rating).toBe("meets");
  expect([rated(), keeper.state().saving.is]).toEqual([[], "saving"]);
  await vi.advanceTimersByTimeAsync(1_000);

  expect(rated()).toEqual([["a", "meets"]]);
  expect(device).toBeNull();
  expect(keeper.state().saving.is).toBe("saved");
});

test("without an answer it is kept, said, and tried until it is there", async () => {
  let isCut = true;
  const whole = places();
  const keeper = opened({ put: (body, version) => (isCut ? Promise.reject(new NoAnswer()) : whole.put(body, version)) });

  keeper.change("a", { rating: "exceeds" });
  await vi.advanceTimersByTimeAsync(1_000);
  expect([keeper.state().saving.is, device?.answers["a"]?.rating]).toEqual(["kept", "exceeds"]);
  isCut = false;
  await vi.advanceTimersByTimeAsync(6_000);

  expect([keeper.state().saving.is, rated(), device]).toEqual(["saved", [["a", "exceeds"]], null]);
});

test("a save whose answer was lost is no conflict", async () => {
  let isLost = true;
  const whole = places();
  const keeper = opened({
    put: async (body, version) => {
      const sheet = await whole.put(body, version);
      if (isLost) throw new NoAnswer();
      return sheet;
    },
  });

  keeper.change("a", { rating: "meets" });
  await vi.advanceTimersByTimeAsync(1_000);
  isLost = false;
  await vi.advanceTimersByTimeAsync(6_000);

  expect([keeper.state().saving.is, server.version]).toEqual(["saved", 1]);
});

test("what was written elsewhere meanwhile is never overwritten unasked", async () => {
  const keeper = opened();
  server = sheetOut(4, [{ attribute: "a", rating: "exceeds" }]);

  keeper.change("a", { rating: "meets" });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(keeper.state().saving.is).toBe("conflict");
  expect(rated()).toEqual([["a", "exceeds"]]);

  keeper.settle("mine");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(rated()).toEqual([["a", "meets"]]);
});

test("it can be settled by what the other window wrote", async () => {
  const keeper = opened();
  server = sheetOut(4, [{ attribute: "a", rating: "exceeds" }]);
  keeper.change("a", { rating: "meets" });
  await vi.advanceTimersByTimeAsync(1_000);

  keeper.settle("theirs");
  await vi.advanceTimersByTimeAsync(6_000);

  expect(keeper.state().answers["a"]?.rating).toBe("exceeds");
  expect([server.version, device]).toEqual([4, null]);
});

test("what the device has goes on after a reload; a newer sheet of the server's asks first", async () => {
  device = { answers: { b: { rating: "meets", comment: "", evidence: [] } }, version: 0, keptAt: "" };
  const keeper = opened();
  expect(keeper.state().answers["b"]?.rating).toBe("meets");
  await keeper.flush();
  expect(rated()).toEqual([["b", "meets"]]);

  device = { answers: { b: { rating: "below", comment: "Late.", evidence: [] } }, version: 0, keptAt: "" };
  expect(opened().state().saving.is).toBe("conflict");
});

test("a below without its comment stays on the device alone", async () => {
  const keeper = opened();
  keeper.change("a", { rating: "below" });
  keeper.change("b", { rating: "meets" });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(rated()).toEqual([["b", "meets"]]);
  expect(device?.answers["a"]?.rating).toBe("below");

  keeper.change("a", { comment: "Two gates slipped." });
  await vi.advanceTimersByTimeAsync(1_000);

  expect(rated()).toEqual([["a", "below"], ["b", "meets"]]);
  expect(device).toBeNull();
});

test("a refusal is said, and not sent again until something is changed", async () => {
  const put = vi.fn(() => Promise.reject(new Problem(409, "wrong-status", "It is submitted", "", {})));
  const keeper = opened({ put });
  keeper.change("a", { rating: "meets" });
  await vi.advanceTimersByTimeAsync(20_000);

  expect([keeper.state().saving.is, put.mock.calls.length]).toEqual(["refused", 1]);
  expect(await keeper.flush()).toBe(false);
});
