import { expect, test } from "vitest";
import scorecards from "../../../../../../shared/contracts/scorecards.openapi.json";
import { bodyOf, changesOf, daysIn, newDraft } from "./draft";

const draft = { ...newDraft("Europe/Berlin", "t1"), name: " Quarterly " };

test("days are whole numbers between commas, and nothing else", () => {
  expect(daysIn("7, 1")).toEqual([7, 1]);
  expect(daysIn("")).toEqual([]);
  expect(["1, soon", "0", "1.5", "-2"].map(daysIn)).toEqual([null, null, null, null]);
});

test("a cycle without a first day starts on the day it is created", () => {
  expect(bodyOf(draft)).toMatchObject({ name: "Quarterly", sides: ["sponsor", "provider"], reminder_days_before_due: [1, 7] });
  expect("starts_on" in bodyOf(draft)).toBe(false);
});

test("only the fields that changed are sent", () => {
  expect(changesOf(draft, draft)).toEqual({});
  const raters = { ...draft.raters, provider: { ...draft.raters.provider, team: false } };
  expect(changesOf({ ...draft, dueAfter: 21, raters }, draft)).toEqual({ due_days_after_end: 21, raters });
});

test("a new cycle starts with the defaults of the API", () => {
  const { opens_days_before_end, due_days_after_end, reminder_days_before_due, escalation_days_after_due } = scorecards.components.schemas.CreateReviewCycle.properties;

  expect(bodyOf(draft)).toMatchObject({
    opens_days_before_end: opens_days_before_end.default, due_days_after_end: due_days_after_end.default,
    reminder_days_before_due: reminder_days_before_due.default, escalation_days_after_due: escalation_days_after_due.default,
  });
});
