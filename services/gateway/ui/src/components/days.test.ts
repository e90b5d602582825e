import { expect, test } from "vitest";
import { daysLate, quarterEnds, quarterName, quarterStart } from "./days";

test("quarters end on their last day, also across a year and in a leap year", () => {
  expect(quarterEnds("2024-05-12", 3)).toEqual(["2024-03-31", "2023-12-31", "2023-09-30"]);
  expect(quarterEnds("2024-01-01", 1)).toEqual(["2023-12-31"]);
  expect(quarterEnds("2024-12-31", 1)).toEqual(["2024-09-30"]);
  expect(quarterStart("2024-03-31")).toBe("2024-01-01");
  expect(quarterStart("2023-12-31")).toBe("2023-10-01");
  expect(quarterName("2023-12-31")).toBe("Q4 2023");
});

test("what came early is late by less than nothing", () => {
  expect(daysLate("2024-03-01", "2024-02-28")).toBe(-2);
});
