import { expect, test } from "vitest";
import { formatFor } from "./format";

const today = new Date("2026-11-25T12:00:00Z");

test("days are as the locale writes them, with the year only where it is another", () => {
  expect(formatFor("en-GB", today).day("2026-11-18")).toBe("18 Nov");
  expect(formatFor("en-US", today).day("2025-11-18")).toBe("Nov 18, 2025");
  expect(formatFor("de-DE", today).longDay("2027-04-22")).toBe("22. April 2027");
});

test("a change has a real sign, but not when it rounds to nothing", () => {
  const format = formatFor("en-GB", today);

  expect([0.26, -5.14, 0.04, -0.04].map(format.signed)).toEqual(["+0.3", "−5.1", "0.0", "0.0"]);
  expect(formatFor("de", today).signed(-1.5)).toBe("−1,5");
});
