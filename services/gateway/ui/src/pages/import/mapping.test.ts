import { expect, test } from "vitest";
import { dateFormats, emptyForm, formOf, suggested, tomlOf } from "./mapping";

const header = ["Shipment", "Vendor No", "Vendor", "Promised", "Delivered", "QC", "Packs"];
const records = [
  ["SH-1", "77", "Halden \"Bio\"", "02-Sep-24", "01-Sep-24", "released", "500"],
  ["SH-2", "81", "Kestrel", "12-Jun-24", "", "Rejected", "40"],
];

test("a field that is not filled in is not in the mapping file", () => {
  const toml = tomlOf(emptyForm());

  expect(toml).toContain("key = []");
  for (const word of ["name =", "external_id =", "size", "promised_on", "blanks", "started_on"]) expect(toml).not.toContain(word);
});

test("a header suggests the fields, and the cells their formats", () => {
  const form = suggested(emptyForm(), header, records);

  expect(form.key).toEqual(["Shipment"]);
  expect(form.fields["provider/external_id"].column).toBe("Vendor No");
  expect(form.fields["provider/name"].column).toBe("Vendor");
  expect(form.fields["delivery/promised_on"]).toMatchObject({ column: "Promised", formats: ["%d-%b-%y"] });
  expect(form.fields["delivery/delivered_on"].column).toBe("Delivered");
  expect(form.fields["delivery/accepted"]).toMatchObject({ column: "QC", yes: ["released"], no: ["rejected"], constant: "true" });
  expect(form.fields["delivery/quantity"]).toMatchObject({ column: "Packs", lines: "sum" });
});

test("a word for yes is suggested with its word for no, though the first lines have none", () => {
  const flags = (...cells: string[]) => suggested(emptyForm(), ["QC"], cells.map((cell) => [cell])).fields["delivery/accepted"];

  expect(flags("released", "pending")).toMatchObject({ yes: ["released"], no: ["rejected"] });
  expect(flags("N")).toMatchObject({ yes: ["y"], no: ["n"] });
  expect(flags("green")).toMatchObject({ yes: [], no: [] });
});

test("a column that matches no field is not mapped", () => {
  const form = suggested(emptyForm(), ["Colour", "Weather"], [["red", "wet"]]);

  expect(form).toEqual(emptyForm());
});

test("the mapping file holds the fields of the form, quoted where a name needs it", () => {
  const form = suggested(emptyForm(), header, records);
  form.fields["sponsor/name"].constant = 'North "wind"\\';
  form.fields["delivery/promised_on"].months = ["Sept = Sep", "torn"];
  form.fields["delivery/weight"] = { ...form.fields["delivery/weight"], source: "constant", constant: "2.5" };
  form.startedOn = "2020-01-01";
  const lines = tomlOf(form).split("\n");

  expect(lines).toContain('name = { constant = "North \\"wind\\"\\\\" }');
  expect(lines).toContain('external_id = { constant = "North \\"wind\\"\\\\" }');
  expect(lines).toContain('promised_on = { column = "Promised", formats = ["%d-%b-%y"], months = { "Sept" = "Sep" } }');
  expect(lines).toContain('accepted = { column = "QC", yes = ["released"], no = ["rejected"], constant = true }');
  expect(lines).toContain("weight = { constant = 2.5 }");
  expect(lines).toContain("started_on = 2020-01-01");
});

test("a constant that does not fit its kind is left for the server to refuse", () => {
  const form = emptyForm();
  form.fields["delivery/promised_on"] = { ...form.fields["delivery/promised_on"], source: "constant", constant: "soon" };

  expect(tomlOf(form)).toContain('promised_on = { constant = "soon" }');
});

test("the form of a parsed mapping is the form that it came from", () => {
  const text = { lines: "same" as const };
  const form = formOf({
    file: { encoding: "cp1252", delimiter: ";", blanks: ["N/A"] },
    sponsor: { kind: "sponsor", external_system: "erp", name: { ...text, constant: "Northwind" }, external_id: { ...text, constant: "Northwind" } },
    provider: { kind: "other", external_system: "sap", name: { ...text, column: "Vendor" }, external_id: { ...text, column: "No" } },
    relationship: { visibility: "restricted", started_on: null },
    delivery: {
      key: ["A", "B"],
      promised_on: { column: "Due", formats: ["%Y-%m-%d"], months: { sept: "Sep" }, lines: "earliest" },
      accepted: { constant: true, yes: [], no: [], lines: "same" },
      weight: { constant: "1", lines: "same" },
    },
  });

  expect(form).toMatchObject({ encoding: "cp1252", delimiter: ";", visibility: "restricted", key: ["A", "B"], kinds: { provider: "other" } });
  expect(form.fields["sponsor/external_id"].source).toBe("name");
  expect(form.fields["provider/external_id"]).toMatchObject({ source: "column", column: "No" });
  expect(form.fields["delivery/promised_on"]).toMatchObject({ lines: "earliest", months: ["sept = Sep"] });
  expect(form.fields["delivery/delivered_on"].source).toBe("none");
  expect(tomlOf(form)).toContain("accepted = { constant = true }");
});

test("no date format is suggested where days could be months", () => {
  expect(dateFormats(["01/02/2024", "03/04/2024"])).toEqual([]);
  expect(dateFormats(["01/02/2024", "13/04/2024"])).toEqual(["%d/%m/%Y"]);
  expect(dateFormats(["01/02/2024", "03/14/2024"])).toEqual(["%m/%d/%Y"]);
  expect(dateFormats(["Date Not Captured", "2-Jun-06", "14-Nov-06"])).toEqual(["%d-%b-%y"]);
  expect(dateFormats([])).toEqual([]);

  const form = suggested(emptyForm(), ["Promised", "Schedule note"], [["01/02/2024", "soon"]]);
  expect(form.fields["delivery/promised_on"]).toMatchObject({ column: "Promised", formats: [] });
});

test("only what is said of the file is in the mapping file, and comes back from it", () => {
  const form = { ...emptyForm(), delimiter: "tab", quotes: "text", headerLine: "3", skipLines: "1", decimal: ",", thousands: ".", acceptRenames: true, inFullFrom: "97,5" };
  const lines = tomlOf(form).split("\n");

  expect(lines.slice(0, 9)).toEqual(["accept_renames = true", "", "[file]", 'delimiter = "tab"', 'decimal = ","', 'thousands = "."', 'quotes = "text"', "header_line = 3", "skip_lines = 1"]);
  expect(lines).toContain("in_full_from = 0.975");
  expect(tomlOf(emptyForm()).split("\n").slice(0, 2)).toEqual(["[file]", ""]);
});

test("the decimal sign that a column shows is suggested with it", () => {
  const form = suggested(emptyForm(), ["Packs"], [["12,5"], ["1.250"]], [{ column: "Packs", decimal: "," }]);

  expect(form.fields["delivery/quantity"]).toMatchObject({ column: "Packs", decimal: "," });
  expect(tomlOf(form)).toContain('quantity = { column = "Packs", decimal = ",", lines = "sum" }');
});

test("instants with offsets and fractions suggest the format that reads them", () => {
  expect(dateFormats(["2024-09-02T10:00:00.1234567+02:00", "2024-09-02 10:00Z"])).toEqual(["iso"]);
});
