import { expect, test } from "vitest";
import { needIn } from "./ladderNeeds";

test("the needs of a rung are in German with the numbers of the server", () => {
  const needs = [
    "One engagement contracted that is active or was closed at most 1,826 days ago",
    "Two recent engagements contracted on different days",
    "3 recent engagements, none closed with “would use again: no”",
    "At least 2 types among them, or one of complexity 3 or more (highest so far: 1)",
    "Contracted over at least 365 days",
    "A recent engagement of mode strategic, or a programme of complexity 4 or more, not closed with “would use again: no”",
    "Such an engagement active for at least 180 days",
    "2 engagements of mode strategic active at once",
    "One of them a co-development or a multi-product programme",
    "A steering committee or executive review in the last 180 days",
  ];
  const german = needs.map((need) => needIn("de", need));

  expect(german[0]).toBe("Ein beauftragtes Projekt, das läuft oder vor höchstens 1.826 Tagen abgeschlossen wurde");
  expect(german[3]).toBe("Darunter mindestens 2 Arten, oder eines der Komplexität 3 oder höher (bisher höchstens 1)");
  expect(german.filter((text, at) => text === needs[at])).toEqual([]);
});

test("English, and a need without a translation, stay as the server wrote them", () => {
  expect(needIn("en", "Contracted over at least 365 days")).toBe("Contracted over at least 365 days");
  expect(needIn("de", "Something new")).toBe("Something new");
});
