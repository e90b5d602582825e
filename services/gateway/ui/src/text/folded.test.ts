import { expect, test } from "vitest";
import { folded } from "./folded";

test("a text is compared in any case, with accents or without, however it is spaced", () => {
  for (const typed of ["Äskulap  Pharma", "a\u0308SKULAP\u00a0pharma", "ＡＳＫＵＬＡＰ Pharma", "Äs\u200bkulap pharma "]) {
    expect(folded(typed)).toBe("askulap pharma");
  }
  expect(folded("ΒΟΡΡΑΣ")).toBe(folded("βορρας"));
  expect(folded("Straße")).toBe("strasse");
});
