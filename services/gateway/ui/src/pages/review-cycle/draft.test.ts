import { expect, test } from "vitest";
import { bodyOf, changesOf, daysIn, newDraft } from "./draft";

const draft = { ...newDraft("Europe/Berlin", "t1"), name: " Quarterly " };

test("days are whole numbers between commas, and nothing else", () => {
  expect(daysIn("7, 1")).toEqual([7, 1]);
  expect(daysIn("")).toEqual([]);
  expect(["1, soon", "0", "1.5", "-2"].map(daysIn)).toEqual([null, null, null, null]);
});

test("a cycle without a first day begins when it is made", () => {
  expect(bodyOf(draft)).toMatchObject({ name: "Quarterly", sides: ["sponsor", "provider"], reminder_days_before_due: [1, 7] });
  expect("starts_on" in bodyOf(draft)).toBe(false);
});

test("only what was changed is sent", () => {
  expect(changesOf(draft, draft)).toEqual({});
  const raters = { ...draft.raters, provider: { ...draft.raters.provider, team: false } };
  expect(changesOf({ ...draft, dueAfter: 21, raters }, draft)).toEqual({ due_days_after_end: 21, raters });
});
