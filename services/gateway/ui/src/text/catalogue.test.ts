import { expect, test } from "vitest";
import catalogue from "../../../../scorecards/reference/catalogue.json";
import { anchors } from "./anchors";
import { attributes } from "./attributes";

const shipped = [...catalogue.attributes, ...catalogue.provider_attributes];

test("every text of the shipped catalogue has its German, and nothing else does", () => {
  const definitionsAndAnchors = shipped.flatMap(({ definition, below, meets, exceeds }) => [definition, below, meets, exceeds]);

  expect(shipped.length).toBe(36);
  expect(Object.keys(attributes.de)).toEqual([...new Set(shipped.map(({ label }) => label))]);
  expect(new Set(Object.keys(anchors.de))).toEqual(new Set(definitionsAndAnchors));
});
