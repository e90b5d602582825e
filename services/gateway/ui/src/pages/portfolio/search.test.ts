import { expect, test } from "vitest";
import { filtersOf, nextSort, portfolioSearch } from "./search";

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
