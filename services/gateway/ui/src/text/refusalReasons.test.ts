import { expect, test } from "vitest";
import { reasonIn } from "./refusalReasons";

test("a refusal's reason is in German with its values", () => {
  expect(reasonIn("de", "is no day written as %d-%b-%y or %Y-%m-%d")).toBe("ist kein Datum im Format %d-%b-%y oder %Y-%m-%d");
  expect(reasonIn("de", "has 3 cells where the header has 8")).toBe("hat 3 Zellen, die Kopfzeile 8");
  expect(reasonIn("de", "2024-09-02 on line 2, blank on line 3; took the earliest")).toBe("2024-09-02 in Zeile 2, leer in Zeile 3; es gilt der früheste");
  expect(reasonIn("de", "names the column 'Ship', which the file does not have; it has 'Shipment'")).toBe("nennt die Spalte „Ship“, die die Datei nicht hat; sie hat „Shipment“");
  expect(reasonIn("de", "names the column 'Ship', which the file does not have")).toBe("nennt die Spalte „Ship“, die die Datei nicht hat");
  expect(reasonIn("de", '"9999-12-31" is after 2199-12-31, the last day that is accepted here')).toBe("„9999-12-31“ liegt nach dem 2199-12-31, dem letzten Tag, der hier angenommen wird");
  expect(reasonIn("de", '"2028-12-31" is over 366 days ahead; send "confirm_future": true if it is meant')).toBe("„2028-12-31“ liegt über 366 Tage voraus; das ist zu bestätigen, wenn es so gemeint ist");
});

test("how a file was read and why a number is doubtful are in German", () => {
  expect(reasonIn("de", 'is 1.25 or 1250, by what ".250" means: say the decimal sign, as decimal = "," in [file]')).toBe('ist 1.25 oder 1250, je nachdem, was „.250“ bedeutet: Dezimalzeichen angeben, wie decimal = "," in [file]');
  expect(reasonIn("de", "The header is on line 3; lines 1, 2 are not read.")).toBe("Die Kopfzeile ist Zeile 3; nicht gelesen: Zeile 1, 2.");
  expect(reasonIn("de", "it is a PDF document, not a list of deliveries; export the rows")).toContain("die Datei ist ein PDF-Dokument");
  expect(reasonIn("de", 'lines 2 to 4 are no record: a quotation mark inside the quoted cell opened on line 2 is not doubled; write "" for it')).toContain("die Zeilen 2 bis 4 sind kein Datensatz");
  expect(reasonIn("de", "is said of 7, whose name is stored as Halden: correct one of them, or confirm both")).toBe("steht bei 7, gespeichert ist der Name Halden: eines berichtigen oder beides bestätigen");
});

test("English, and a reason without a translation, stay as the server wrote them", () => {
  expect(reasonIn("de", "something new")).toBe("something new");
  expect(reasonIn("en", "is blank")).toBe("is blank");
});
