import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { listen } from "~/api/live";
import { answers, calls } from "~/test/fakeApi";
import { FakeStream } from "~/test/fakeStream";
import { watchScore } from "./scoreAfter";

const TIER = "GET /api/v1/relationships/{}/tier";
const TIMELINE = "GET /api/v1/relationships/{}/timeline";
const interaction = { id: "i1", relationship_id: "r1", occurred_at: "2026-11-25T12:00:00Z" };
let client: QueryClient;
let end: () => void;

/** The tier as the API answers it, made of these items. */
const tierOf = (items: string[], next: string | null = null) => ({ tier: "preferred", score: 80, contributions: { by_kind: [], items: items.map((source_id) => ({ source_id })), next } });
const scored = (relationshipId = "r1") => FakeStream.opened.at(-1)?.change("scorecards.score_changed.v1", relationshipId);

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("EventSource", FakeStream);
  client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  end = listen(client, () => undefined);
});
afterEach(() => {
  end();
  vi.useRealTimers();
});

test("the score is read once, when the stream reports it", async () => {
  answers(TIER, tierOf(["i1"]));
  const after = watchScore(client, "r1").after(interaction);
  await vi.advanceTimersByTimeAsync(500);
  scored("r2");
  await vi.advanceTimersByTimeAsync(500);
  expect(calls(TIER)).toHaveLength(0);

  scored();

  expect((await after)?.score).toBe(80);
  expect(calls(TIER)).toHaveLength(1);
});

test("an event that is faster than the answer to the logging is not missed", async () => {
  answers(TIER, tierOf(["i1"]));
  const watch = watchScore(client, "r1");
  scored();

  const after = watch.after(interaction);
  await vi.advanceTimersByTimeAsync(1);

  expect((await after)?.score).toBe(80);
});

test("another's change is not taken for the own one", async () => {
  answers(TIER, tierOf(["other"]));
  const after = watchScore(client, "r1").after(interaction);
  scored();
  await vi.advanceTimersByTimeAsync(100);
  answers(TIER, tierOf(["other", "i1"]));

  scored();

  expect((await after)?.contributions.items).toHaveLength(2);
});

test("without any event it is asked for after a moment, and given up after eight seconds", async () => {
  answers(TIER, tierOf(["other"]));
  const after = watchScore(client, "r1").after(interaction);
  await vi.advanceTimersByTimeAsync(1_600);
  expect(calls(TIER)).toHaveLength(1);

  await vi.advanceTimersByTimeAsync(7_000);

  expect(await after).toBeNull();
  expect(calls(TIER)).toHaveLength(2);
});

test("in a long record the timeline says whether it counts, however far back", async () => {
  const other = (at: string) => ({ id: "other", at, effect: 1 });
  answers(TIER, tierOf(["other"], "more"));
  answers(TIMELINE, ({ query }: { query: URLSearchParams }) => ({
    body: query.get("after") === null ? { items: [other("2026-12-01T00:00:00Z")], next: "older" } : { items: [{ id: "i1", at: interaction.occurred_at, effect: 0.4 }], next: "oldest" },
  }));
  const after = watchScore(client, "r1").after(interaction);

  scored();
  await vi.advanceTimersByTimeAsync(100);

  expect((await after)?.score).toBe(80);
  expect(calls(TIMELINE).map(({ query }) => query.get("after"))).toEqual([null, "older"]);
});

test("a long record's interaction without an effect does not count yet", async () => {
  answers(TIER, tierOf(["other"], "more"));
  answers(TIMELINE, { items: [{ id: "i1", at: interaction.occurred_at, effect: null }], next: null });
  const after = watchScore(client, "r1").after(interaction);

  await vi.advanceTimersByTimeAsync(9_000);

  expect(await after).toBeNull();
});
