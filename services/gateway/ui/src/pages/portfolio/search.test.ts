import { expect, test } from "vitest";
import { filtersOf, nextSort, portfolioSearch, quarterEnds, quarterName } from "./search";

test("only what the page knows is taken from an address", () => {
  const search = portfolioSearch({ sort: "-score", tier: "gold", owner: "'; drop", region: "europe", q: 42, more: 1 });

  expect(search).toEqual({ sort: "-score", region: "europe", q: "42" });
  expect(filtersOf({}).sort).toBe("-lower");
});

test("a column sorts by its best first, names from A, and turns round when pressed again", () => {
  expect(nextSort("-lower", "score")).toBe("-score");
  expect(nextSort("-score", "score")).toBe("score");
  expect(nextSort("score", "score")).toBe("-score");
  expect(nextSort("-lower", "name")).toBe("name");
  expect(nextSort("name", "name")).toBe("-name");
});

test("quarters end on their last day, also across a year and in a leap year", () => {
  expect(quarterEnds("2024-05-12", 3)).toEqual(["2024-03-31", "2023-12-31", "2023-09-30"]);
  expect(quarterEnds("2024-01-01", 1)).toEqual(["2023-12-31"]);
  expect(quarterEnds("2024-12-31", 1)).toEqual(["2024-09-30"]);
  expect(quarterName("2023-12-31")).toBe("Q4 2023");
});
