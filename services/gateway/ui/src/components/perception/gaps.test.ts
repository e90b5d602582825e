import { expect, test } from "vitest";
import type { Schemas } from "~/api/client";
import { gapGroups, positionOf, wideGaps } from "./gaps";

const WORTH = { below: 0, meets: 0.8, exceeds: 1 };
const attribute = (key: string, group: string, importance: number, ours: number, theirs: number, gap: number) => ({ attribute: key, label: key, group, importance, ours, theirs, gap });

const PERIOD: Schemas["PeriodGapsOut"] = {
  review_cycle_id: "c", period_starts_on: "2026-07-01", period_ends_on: "2026-09-30", our_scorecard_id: "o", their_scorecard_id: "t",
  overall: { gap: 0.5, attributes: 3 },
  groups: [{ group: "quality", gap: 0.5, attributes: 2 }, { group: "service", gap: -2, attributes: 1 }],
  attributes: [attribute("a", "quality", 0.3, 0.8, 0.8, 0), attribute("b", "quality", 0.1, 0, 1, 2), attribute("c", "service", 0.2, 1, 0, -2)],
  left_out: 1,
};

test("the words are one step apart, whatever they are worth", () => {
  expect([0, 0.4, 0.8, 0.9, 1].map(positionOf(WORTH)).map((step) => +step.toFixed(6))).toEqual([-1, -0.5, 0, 0.5, 1]);
});

test("a group stands at the mean of its questions by importance, and its ends are as far apart as the API says", () => {
  const [quality, service] = gapGroups(PERIOD, WORTH, (group) => group.toUpperCase());

  expect(quality).toMatchObject({ label: "QUALITY", ours: -0.25, theirs: 0.25, gap: 0.5 });
  expect((quality?.theirs ?? 0) - (quality?.ours ?? 0)).toBeCloseTo(quality?.gap ?? NaN);
  expect(service).toMatchObject({ ours: 1, theirs: -1, gap: -2 });
});

test("wide gaps are named, the widest and weightiest first", () => {
  expect(wideGaps(PERIOD).map((each) => each.attribute)).toEqual(["c", "b"]);
});
