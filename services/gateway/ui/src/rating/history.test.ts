import { expect, test } from "vitest";
import { baseRates } from "./history";

test("a share of so many is a base rate, and a series of years is none", () => {
  const rate = { count: 2, of: 19, label: "exceeded", source: "A survey, 2015" };
  expect(baseRates([{ ...rate, question_id: "q" }, { label: "important", source: "B", series: [{ year: 2014, percent: 31 }] }])).toEqual([rate]);
});
