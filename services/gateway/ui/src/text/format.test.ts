import { expect, test } from "vitest";
import { formatFor } from "./format";

const today = new Date("2026-11-25T12:00:00Z");

test("a day is written as in the locale, with the year only where it is not the present one", () => {
  expect(formatFor("en-GB", today).day("2026-11-18")).toBe("18 Nov");
  expect(formatFor("en-US", today).day("2025-11-18")).toBe("Nov 18, 2025");
  expect(formatFor("de-DE", today).longDay("2027-04-22")).toBe("22. April 2027");
});

test("an instant is written in local time, and its age in words", () => {
  const format = formatFor("en-GB", today);

  expect(format.moment(new Date(2026, 10, 18, 14, 5).toISOString())).toBe("18 Nov, 14:05");
  expect(format.moment(new Date(2025, 10, 18, 14, 5).toISOString())).toBe("18 Nov 2025, 14:05");
  const instants = ["2026-11-25T11:59:30Z", "2026-11-25T11:55:00Z", "2026-11-25T09:00:00Z", "2026-11-20T12:00:00Z", "2026-11-25T12:00:09Z"];
  expect(instants.map((at) => format.ago(at, today))).toEqual(["30 seconds ago", "5 minutes ago", "3 hours ago", "5 days ago", "now"]);
  expect(formatFor("de", today).ago("2026-11-25T11:55:00Z", today)).toBe("vor 5 Minuten");
});

test("a change of points has a real sign, except where it rounds to zero", () => {
  const format = formatFor("en-GB", today);

  expect([0.26, -5.14, 0.04, -0.04].map(format.signed)).toEqual(["+0.3", "−5.1", "0.0", "0.0"]);
  expect(formatFor("de", today).signed(-1.5)).toBe("−1,5");
});
