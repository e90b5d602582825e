import { expect, test } from "vitest";
import { bodyOf, changesOf, daysIn, freshPlan } from "./plan";

const plan = { ...freshPlan("Europe/Berlin", "t1"), name: " Quarterly " };

test("days are whole numbers between commas, and nothing else", () => {
  expect(daysIn("7, 1")).toEqual([7, 1]);
  expect(daysIn("")).toEqual([]);
  expect(["1, soon", "0", "1.5", "-2"].map(daysIn)).toEqual([null, null, null, null]);
});

test("a cycle without a first day begins when it is made", () => {
  expect(bodyOf(plan)).toMatchObject({ name: "Quarterly", sides: ["sponsor", "provider"], reminder_days_before_due: [1, 7] });
  expect("starts_on" in bodyOf(plan)).toBe(false);
});

test("only what was changed is sent", () => {
  expect(changesOf(plan, plan)).toEqual({});
  const raters = { ...plan.raters, provider: { ...plan.raters.provider, team: false } };
  expect(changesOf({ ...plan, dueAfter: 21, raters }, plan)).toEqual({ due_days_after_end: 21, raters });
});
