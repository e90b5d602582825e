import { expect, test } from "vitest";
import { escaped } from "./escaped";

test("what would turn or hide the text around it is shown as its code point", () => {
  expect(escaped("Hal\u202eden\u0007 \u2066x\u2069\ufeff")).toBe("Hal\\u202eden\\u0007 \\u2066x\\u2069\\ufeff");
});

test("line breaks, tabs and the joiners of scripts stay", () => {
  for (const text of ["a\nb\tc", "می\u200cخواهم", "क्\u200dष", "é ß Ω"]) expect(escaped(text)).toBe(text);
});
