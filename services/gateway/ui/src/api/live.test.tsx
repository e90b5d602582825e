import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FakeStream } from "~/test/fakeStream";
import { listen } from "./live";

const client = new QueryClient();
let read: string[];
let isLive: boolean | undefined;
let end: () => void;

function stream(): FakeStream {
  const found = FakeStream.opened.at(-1);
  if (found === undefined) throw new Error("no stream was opened");
  return found;
}

beforeEach(() => {
  vi.useFakeTimers();
  FakeStream.opened = [];
  vi.stubGlobal("EventSource", FakeStream);
  read = [];
  vi.spyOn(client, "invalidateQueries").mockImplementation(async (filters) => void read.push((filters?.queryKey ?? []).join("/")));
  end = listen(client, (now) => (isLive = now));
  stream().open();
});
afterEach(() => {
  end();
  vi.useRealTimers();
});

test("a burst of interactions of a relationship is read once, and the portfolio not at all", async () => {
  for (let at = 0; at < 5; at += 1) stream().change("engagements.interaction_logged.v1", "r1");
  await vi.advanceTimersByTimeAsync(1_000);

  expect(read).toEqual(["relationship/r1"]);
});

test("each kind of event reads what shows it", async () => {
  const readBy = async (type: string) => {
    read = [];
    stream().change(type, "r1");
    await vi.advanceTimersByTimeAsync(1_000);
    return read.sort();
  };

  expect(await readBy("scorecards.score_changed.v1")).toEqual(["portfolio", "relationship/r1"]);
  expect(await readBy("engagements.standing_changed.v1")).toEqual(["portfolio", "relationship/r1"]);
  expect(await readBy("scorecards.scorecard_published.v1")).toEqual(["portfolio", "relationship/r1", "reviews"]);
  expect(await readBy("scorecards.of_a_newer_server.v1")).toEqual(["portfolio", "relationship", "reviews"]);
});

test("without a stream everything is read every ten seconds, until one is open again", async () => {
  stream().fail();
  expect(isLive).toBe(false);
  read = [];
  await vi.advanceTimersByTimeAsync(10_500);
  expect(read).toEqual(["portfolio", "relationship", "reviews"]);
  expect(FakeStream.opened).toHaveLength(2);

  stream().open();
  read = [];
  await vi.advanceTimersByTimeAsync(30_000);

  expect([isLive, read]).toEqual([true, []]);
});
