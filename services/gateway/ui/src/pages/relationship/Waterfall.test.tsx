import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import type { RelationshipTier } from "~/api/relationships";
import { ScoreRange } from "~/components/marks";
import { answers } from "~/test/fakeApi";
import { show } from "~/test/render";
import { Waterfall } from "./Waterfall";

const tier: RelationshipTier = {
  relationship_id: "r1", as_of: "2026-11-25", policy_version: 2, score: 62, p: 0.62, lower: 0.5, upper: 0.7, tier: "transactional", tier_since: null, unproven: false,
  depth: 3, tenure_days: 100, evidence_count: 2, next_tier: null, forecast: null,
  contributions: { by_kind: [{ kind: "delivery", good: 0.15, bad: -0.03, items: 2 }], items: [], next: "more" },
};

test("it leads from where this policy starts, whatever that is", async () => {
  await show(<Waterfall id="r1" reading={tier} />);

  expect(screen.getByRole("heading").textContent).toContain("from 50.0");
  expect(screen.getAllByRole("button").map((bar) => bar.textContent)).toEqual([expect.stringContaining("+15.0"), expect.stringContaining("−3.0")]);
});

test("a range has a tick at each gate of the current policy, and none before it is known", async () => {
  answers("GET /api/v1/tier-policies", { items: [{ version: 2, gates: { preferred: { lower: 0.4 }, strategic: { lower: 0.7 }, partnership: { lower: 1 } } }], next: null });
  await show(<ScoreRange {...tier} width={122} />);

  await screen.findByRole("img");
  const ticks = () => [...document.querySelectorAll("line[y1='3']")].map((tick) => Number(tick.getAttribute("x1")));
  expect(ticks()).toEqual([]);
  await expect.poll(ticks).toEqual([1, 61, 121]);
});
