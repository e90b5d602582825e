import { expect, test } from "vitest";
import type { Schemas } from "~/api/client";
import { monthly, pointAt, quarterEndBefore, startOf, stretches, waterfall } from "./score";

const item = (kind: "delivery" | "interaction", contribution: number) =>
  ({ source_kind: kind, source_id: "", kind, on: "2026-01-01", y: 1, w: 1, contribution }) as Schemas["ItemContributionOut"];

const contributions: Schemas["ContributionsOut"] = {
  by_kind: [
    { kind: "interaction", good: 0.05, bad: -0.03, items: 3 },
    { kind: "delivery", good: 0.1, bad: 0, items: 2 },
  ],
  items: [item("delivery", 0.06), item("delivery", 0.04), item("interaction", 0.05), item("interaction", -0.03)],
  next: null,
};

test("the waterfall leads from 70 to the score, good before bad, the largest first", () => {
  const bars = waterfall(70, contributions);

  expect(bars.map(({ kind, isGood, count }) => [kind, isGood, count])).toEqual([
    ["delivery", true, 2],
    ["interaction", true, 1],
    ["interaction", false, 1],
  ]);
  expect(bars[0]?.from).toBe(70);
  expect(bars.at(-1)?.to).toBeCloseTo(82, 9);
});

test("a relationship starts where its score would be without what contributes to it", () => {
  expect(startOf({ score: 82, contributions })).toBeCloseTo(70, 9);
  expect(startOf({ score: 55, contributions: { ...contributions, by_kind: [] } })).toBe(55);
});

test("it counts nothing where not every item is at hand", () => {
  expect(waterfall(70, { ...contributions, next: "more" }).map((bar) => bar.count)).toEqual([null, null, null]);
});

const point = (on: string, score: number) => ({ on, score }) as Schemas["PointOut"];
const points = [point("2026-01-10", 71), point("2026-03-31", 74), point("2026-11-25", 80)];

test("between two points the earlier holds, and before the first there is none", () => {
  expect(pointAt(points, "2026-01-09")).toBeUndefined();
  expect(pointAt(points, "2026-03-30")?.score).toBe(71);
  expect(pointAt(points, "2026-12-01")?.score).toBe(80);
  expect(pointAt([], "2026-12-01")).toBeUndefined();
});

test("twelve months end on the day itself and begin at 70 where nothing was known", () => {
  const scores = monthly(points, "2026-11-25", 70);

  expect(scores).toHaveLength(12);
  expect(scores[0]).toBe(70);
  expect(scores.slice(2, 5)).toEqual([71, 74, 74]);
  expect(scores.at(-1)).toBe(80);
});

test("the quarter before ends on its last day, also across a year", () => {
  expect(quarterEndBefore("2026-11-25")).toBe("2026-09-30");
  expect(quarterEndBefore("2024-02-01")).toBe("2023-12-31");
});

test("the strip covers every day from the first to the last once", () => {
  const changes = [
    { on: "2026-02-01", from_tier: "transactional", to_tier: "preferred" },
    { on: "2026-05-01", from_tier: "preferred", to_tier: "strategic" },
  ] as Schemas["TierChangeOut"][];

  expect(stretches("2026-01-01", "2026-06-01", changes)).toEqual([
    { tier: "transactional", from: "2026-01-01", to: "2026-02-01" },
    { tier: "preferred", from: "2026-02-01", to: "2026-05-01" },
    { tier: "strategic", from: "2026-05-01", to: "2026-06-01" },
  ]);
  expect(stretches("2026-01-01", "2026-06-01", [])).toHaveLength(1);
});
