import { expect, test } from "vitest";
import { columnsOf, groupsOf, moved, wordOf } from "./heat";

test("a value is the word that it is nearest to, and nothing without a rating", () => {
  expect([0, 0.4, 0.5, 0.8, 0.89, 0.9, 1, null, undefined].map(wordOf)).toEqual([
    "below", "below", "meets", "meets", "meets", "exceeds", "exceeds", null, null,
  ]);
});

test("a side's columns are what it is asked, group by group", () => {
  const attribute = (key: string, group: string, rated_by: "sponsor" | "provider" | "both") => ({ key, label: key, group, rated_by });
  const all = [attribute("a", "quality", "sponsor"), attribute("b", "service", "both"), attribute("c", "quality", "both"), attribute("d", "sponsor_conduct", "provider")];

  expect(columnsOf(all, "sponsor").map(({ key }) => key)).toEqual(["a", "c", "b"]);
  expect(columnsOf(all, "provider").map(({ key }) => key)).toEqual(["b", "c", "d"]);
  expect(groupsOf(columnsOf(all, "sponsor"))).toEqual([{ group: "quality", span: 2 }, { group: "service", span: 1 }]);
});

test("keys lead through the cells and stop at the edges", () => {
  const at = (key: string, isCtrl = false) => moved({ row: 3, column: 2 }, key, isCtrl, 20, 5);

  expect([at("ArrowDown"), at("ArrowUp"), at("ArrowRight"), at("ArrowLeft")]).toEqual([
    { row: 4, column: 2 }, { row: 2, column: 2 }, { row: 3, column: 3 }, { row: 3, column: 1 },
  ]);
  expect([at("Home"), at("End"), at("Home", true), at("End", true)]).toEqual([
    { row: 3, column: 0 }, { row: 3, column: 5 }, { row: 0, column: 0 }, { row: 19, column: 5 },
  ]);
  expect([at("PageDown"), at("PageUp"), at("x")]).toEqual([{ row: 15, column: 2 }, { row: 0, column: 2 }, null]);
  expect(moved({ row: 19, column: 5 }, "ArrowDown", false, 20, 5)).toEqual({ row: 19, column: 5 });
});
