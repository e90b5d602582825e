import type { Schemas } from "~/api/client";

/** A mapping in its form: the fields of the form, the TOML file that they become, and what a header suggests. Pure. */

export type Kind = "text" | "choice" | "date" | "flag" | "number";
export type Part = "sponsor" | "provider" | "delivery";

export const FIELDS = [
  { name: "sponsor/name", kind: "text", isNeeded: true },
  { name: "sponsor/external_id", kind: "text", isNeeded: true },
  { name: "sponsor/size", kind: "choice", isNeeded: false },
  { name: "sponsor/region", kind: "choice", isNeeded: false },
  { name: "provider/name", kind: "text", isNeeded: true },
  { name: "provider/external_id", kind: "text", isNeeded: true },
  { name: "provider/size", kind: "choice", isNeeded: false },
  { name: "provider/region", kind: "choice", isNeeded: false },
  { name: "delivery/promised_on", kind: "date", isNeeded: true },
  { name: "delivery/delivered_on", kind: "date", isNeeded: false },
  { name: "delivery/accepted", kind: "flag", isNeeded: false },
  { name: "delivery/weight", kind: "number", isNeeded: false },
  { name: "delivery/quantity", kind: "number", isNeeded: false },
  { name: "delivery/ordered_quantity", kind: "number", isNeeded: false },
  { name: "delivery/late_cause", kind: "choice", isNeeded: false },
  { name: "delivery/reason", kind: "text", isNeeded: false },
  { name: "delivery/cancelled_on", kind: "date", isNeeded: false },
] as const satisfies { name: `${Part}/${string}`; kind: Kind; isNeeded: boolean }[];

export type FieldName = (typeof FIELDS)[number]["name"];
/** The rules for several lines of one delivery, by kind of field; the first is the default. */
export const LINES: Record<Kind, readonly string[]> = {
  text: ["same", "first"],
  choice: ["same", "first"],
  flag: ["same", "first"],
  date: ["same", "first", "earliest", "latest"],
  number: ["same", "first", "sum"],
};

/** Where a value comes from. `name`: an external id is the name itself, where no system gives a number. */
export type Source = "none" | "column" | "constant" | "name";

export interface FieldForm {
  source: Source;
  column: string;
  /** As typed; with a column, the value of its blank cells. */
  constant: string;
  lines: string;
  /** Null: the texts that count as blank in the whole file. */
  blanks: string[] | null;
  formats: string[];
  /** Each as `Sept = Sep`. */
  months: string[];
  yes: string[];
  no: string[];
  /** Other words of a choice, each as `Kunde = sponsor`. */
  words: string[];
  /** The decimal sign of this column; empty: the file's. */
  decimal: string;
}

export interface MappingForm {
  /** Empty, as each of the others: found in the file. */
  encoding: string;
  delimiter: string;
  quotes: string;
  sheet: string;
  headerLine: string;
  skipLines: string;
  decimal: string;
  thousands: string;
  acceptRenames: boolean;
  blanks: string[];
  systems: { sponsor: string; provider: string };
  kinds: { sponsor: string; provider: string };
  visibility: string;
  startedOn: string | null;
  key: string[];
  /** The part of what was ordered from which a delivery is in full, in percent; empty: every delivery is. */
  inFullFrom: string;
  cancelledBy: string;
  fields: Record<FieldName, FieldForm>;
}

const NOTHING: FieldForm = { source: "none", column: "", constant: "", lines: "same", blanks: null, formats: [], months: [], yes: [], no: [], words: [], decimal: "" };

export function emptyForm(): MappingForm {
  const fields = Object.fromEntries(FIELDS.map(({ name }) => [name, { ...NOTHING }])) as MappingForm["fields"];
  fields["sponsor/name"].source = "constant";
  fields["sponsor/external_id"].source = "name";
  fields["provider/external_id"].source = "name";
  return {
    encoding: "", delimiter: "", quotes: "marks", sheet: "", headerLine: "", skipLines: "", decimal: "", thousands: "", acceptRenames: false,
    blanks: [], systems: { sponsor: "erp", provider: "erp" }, kinds: { sponsor: "sponsor", provider: "provider" },
    visibility: "open", startedOn: null, key: [], inFullFrom: "", cancelledBy: "sponsor", fields,
  };
}

/** The field's own settings, or those of the name where it is the same as the name. */
export function resolved(form: MappingForm, name: FieldName): FieldForm {
  const field = form.fields[name];
  if (field.source !== "name") return field;
  return form.fields[name.startsWith("sponsor") ? "sponsor/name" : "provider/name"];
}

// To and from the file

const quoted = (text: string) => JSON.stringify(text);
const list = (texts: string[]) => `[${texts.map(quoted).join(", ")}]`;

/** The mapping file, as docs/imports.md describes it, without what is not filled in. */
export function tomlOf(form: MappingForm): string {
  const lines = form.acceptRenames ? ["accept_renames = true", "", "[file]"] : ["[file]"];
  const said = { encoding: form.encoding, delimiter: form.delimiter, sheet: form.sheet, decimal: form.decimal, thousands: form.thousands };
  for (const [key, value] of Object.entries(said)) if (value !== "") lines.push(`${key} = ${quoted(value)}`);
  if (form.quotes !== "marks") lines.push(`quotes = ${quoted(form.quotes)}`);
  for (const [key, value] of Object.entries({ header_line: form.headerLine, skip_lines: form.skipLines })) if (/^\d+$/.test(value)) lines.push(`${key} = ${Number(value)}`);
  if (form.blanks.length > 0) lines.push(`blanks = ${list(form.blanks)}`);
  for (const part of ["sponsor", "provider"] as const) {
    lines.push("", `[${part}]`, `external_system = ${quoted(form.systems[part].trim())}`);
    if (form.kinds[part] !== part) lines.push(`kind = ${quoted(form.kinds[part])}`);
    lines.push(...fieldsOf(form, part));
  }
  lines.push("", "[relationship]", `visibility = ${quoted(form.visibility)}`);
  if (form.startedOn !== null) lines.push(`started_on = ${form.startedOn}`);
  lines.push("", "[delivery]", `key = ${list(form.key)}`, ...fieldsOf(form, "delivery"));
  if (/^\d+([.,]\d+)?$/.test(form.inFullFrom)) lines.push(`in_full_from = ${Number(form.inFullFrom.replace(",", ".")) / 100}`);
  if (form.cancelledBy !== "sponsor") lines.push(`cancelled_by = ${quoted(form.cancelledBy)}`);
  return `${lines.join("\n")}\n`;
}

function fieldsOf(form: MappingForm, part: Part): string[] {
  return FIELDS.filter(({ name }) => name.startsWith(`${part}/`)).flatMap(({ name, kind }) => {
    const written = fieldToml(resolved(form, name), kind);
    return written === null ? [] : [`${name.split("/")[1]} = { ${written} }`];
  });
}

function fieldToml(field: FieldForm, kind: Kind): string | null {
  const constant = field.constant.trim();
  const parts: string[] = [];
  if (field.source === "column" && field.column !== "") {
    parts.push(`column = ${quoted(field.column)}`);
    if (kind === "date") {
      parts.push(`formats = ${list(field.formats)}`);
      parts.push(...table("months", field.months));
    }
    if (kind === "flag") parts.push(`yes = ${list(field.yes)}`, `no = ${list(field.no)}`);
    if (kind === "choice") parts.push(...table("words", field.words));
    if (kind === "number" && field.decimal !== "") parts.push(`decimal = ${quoted(field.decimal)}`);
    if (field.blanks !== null) parts.push(`blanks = ${list(field.blanks)}`);
    if (field.lines !== "same") parts.push(`lines = ${quoted(field.lines)}`);
  } else if (field.source !== "constant") {
    return null;
  }
  if (constant !== "") parts.push(`constant = ${constantToml(constant, kind)}`);
  return parts.length === 0 ? null : parts.join(", ");
}

function constantToml(constant: string, kind: Kind): string {
  const isBare =
    (kind === "date" && /^\d{4}-\d\d-\d\d$/.test(constant)) ||
    (kind === "flag" && /^(true|false)$/.test(constant)) ||
    (kind === "number" && /^(0|[1-9]\d*)(\.\d+)?$/.test(constant));
  return isBare ? constant : quoted(constant);
}

/** Words that stand for others, as an inline table. */
function table(key: string, written: string[]): string[] {
  const pairs = pairsOf(written).map(([word, meaning]) => `${quoted(word)} = ${quoted(meaning)}`);
  return pairs.length === 0 ? [] : [`${key} = { ${pairs.join(", ")} }`];
}

function pairsOf(written: string[]): [string, string][] {
  return written.flatMap((each): [string, string][] => {
    const [word, month] = each.split("=").map((side) => side.trim());
    return word && month ? [[word, month]] : [];
  });
}

/** The form of a mapping as the server parsed it. */
export function formOf(mapping: Schemas["Mapping"]): MappingForm {
  const form = emptyForm();
  for (const { name } of FIELDS) form.fields[name] = { ...NOTHING };
  for (const { name } of FIELDS) {
    const given = givenFor(name, mapping);
    if (given != null) form.fields[name] = fieldFormOf(given);
  }
  for (const part of ["sponsor", "provider"] as const) {
    form.systems[part] = mapping[part].external_system ?? form.systems[part];
    form.kinds[part] = mapping[part].kind ?? form.kinds[part];
    if (JSON.stringify(form.fields[`${part}/external_id`]) === JSON.stringify(form.fields[`${part}/name`])) {
      form.fields[`${part}/external_id`] = { ...NOTHING, source: "name" };
    }
  }
  return {
    ...form,
    encoding: mapping.file?.encoding ?? "",
    delimiter: mapping.file?.delimiter ?? "",
    quotes: mapping.file?.quotes ?? form.quotes,
    sheet: mapping.file?.sheet ?? "",
    headerLine: textOf(mapping.file?.header_line),
    skipLines: textOf(mapping.file?.skip_lines),
    decimal: mapping.file?.decimal ?? "",
    thousands: mapping.file?.thousands ?? "",
    acceptRenames: mapping.accept_renames ?? false,
    blanks: mapping.file?.blanks ?? form.blanks,
    visibility: mapping.relationship?.visibility ?? form.visibility,
    startedOn: mapping.relationship?.started_on ?? null,
    key: mapping.delivery.key,
    inFullFrom: mapping.delivery.in_full_from == null ? "" : String(Math.round(Number(mapping.delivery.in_full_from) * 10_000) / 100),
    cancelledBy: mapping.delivery.cancelled_by ?? form.cancelledBy,
  };
}

const textOf = (value: number | null | undefined) => (value == null ? "" : String(value));

function givenFor(name: FieldName, { sponsor, provider, delivery }: Schemas["Mapping"]): WireField | null | undefined {
  switch (name) {
    case "sponsor/name": return sponsor.name;
    case "sponsor/external_id": return sponsor.external_id;
    case "sponsor/size": return sponsor.size;
    case "sponsor/region": return sponsor.region;
    case "provider/name": return provider.name;
    case "provider/external_id": return provider.external_id;
    case "provider/size": return provider.size;
    case "provider/region": return provider.region;
    case "delivery/promised_on": return delivery.promised_on;
    case "delivery/delivered_on": return delivery.delivered_on;
    case "delivery/accepted": return delivery.accepted;
    case "delivery/weight": return delivery.weight;
    case "delivery/quantity": return delivery.quantity;
    case "delivery/ordered_quantity": return delivery.ordered_quantity;
    case "delivery/late_cause": return delivery.late_cause;
    case "delivery/reason": return delivery.reason;
    case "delivery/cancelled_on": return delivery.cancelled_on;
  }
}

interface WireField {
  column?: string | null;
  constant?: string | number | boolean | null;
  lines?: string;
  blanks?: string[] | null;
  formats?: string[];
  months?: Record<string, string>;
  yes?: string[];
  no?: string[];
  words?: Record<string, string>;
  decimal?: string | null;
}

function fieldFormOf(given: WireField): FieldForm {
  return {
    source: given.column ? "column" : "constant",
    column: given.column ?? "",
    constant: given.constant == null ? "" : String(given.constant),
    lines: given.lines ?? "same",
    blanks: given.blanks ?? null,
    formats: given.formats ?? [],
    months: Object.entries(given.months ?? {}).map(([word, month]) => `${word} = ${month}`),
    yes: given.yes ?? [],
    no: given.no ?? [],
    words: Object.entries(given.words ?? {}).map(([word, meaning]) => `${word} = ${meaning}`),
    decimal: given.decimal ?? "",
  };
}

// What a header suggests

const HINTS: Partial<Record<FieldName | "key", RegExp>> = {
  key: /shipment|consignment|\basn\b|delivery ?(no|nr|id|number)|lieferschein|order ?(no|nr|id|number)|\bpo\b/i,
  "provider/name": /vendor|supplier|provider|manufactur|\bcd?mo\b|lieferant|dienstleister/i,
  "delivery/promised_on": /promis|sched|\bdue\b|planned|committed|zugesagt|geplant|liefertermin/i,
  "delivery/ordered_quantity": /\bordered\b|order(ed)? ?(quantity|qty)|bestellt|bestellmenge/i,
  "delivery/delivered_on": /delivered|received|actual|arriv|geliefert|eingang/i,
  "delivery/accepted": /accept|\bqc\b|release|disposition|freigabe/i,
  "delivery/quantity": /quantity|\bqty\b|units|packs|menge|anzahl/i,
};
const NUMBER = /\b(no|nr|id|number|code|nummer)\b\.?$/i;
/** Pairs of words for yes and no. */
const FLAGS = [
  ["yes", "no"], ["y", "n"], ["true", "false"], ["1", "0"], ["released", "rejected"], ["accepted", "rejected"], ["pass", "fail"],
  ["passed", "failed"], ["ja", "nein"], ["freigegeben", "gesperrt"],
] as const;

/** The decimal sign that a column shows, where the server found one. */
export type Sign = Pick<Schemas["ColumnOfAmounts"], "column" | "decimal">;

/** The form that the names of columns, and the cells under them, suggest. */
export function suggested(form: MappingForm, header: string[], records: string[][], signs: Sign[] = []): MappingForm {
  const free = new Set(header.filter((name) => name !== ""));
  const cells = (column: string) => records.map((record) => record[header.indexOf(column)] ?? "").filter((cell) => cell !== "");
  const take = (matches: (name: string) => boolean) => {
    const found = [...free].find(matches);
    if (found !== undefined) free.delete(found);
    return found;
  };
  const hinted = (name: FieldName | "key", more: (column: string) => boolean = () => true) => take((column) => Boolean(HINTS[name]?.test(column)) && more(column));
  const next = { ...form, fields: { ...form.fields } };
  const fill = (name: FieldName, column: string | undefined, more: Partial<FieldForm> = {}) => {
    if (column !== undefined) next.fields[name] = { ...NOTHING, source: "column", column, ...more };
  };

  fill("provider/external_id", hinted("provider/name", (column) => NUMBER.test(column)));
  fill("provider/name", hinted("provider/name"));
  for (const name of ["delivery/promised_on", "delivery/delivered_on"] as const) {
    const column = hinted(name, (each) => areDates(cells(each))) ?? hinted(name, (each) => cells(each).length === 0);
    fill(name, column, { formats: column === undefined ? [] : dateFormats(cells(column)) });
  }
  const key = hinted("key");
  if (key !== undefined) next.key = [key];
  const flag = hinted("delivery/accepted");
  if (flag !== undefined) fill("delivery/accepted", flag, { ...flagWords(cells(flag)), constant: "true" });
  const amounts = (each: string) => cells(each).every((cell) => /^\d[\d.,' \u2019]*$/.test(cell));
  for (const name of ["delivery/ordered_quantity", "delivery/quantity"] as const) {
    const column = hinted(name, amounts);
    const decimal = signs.find((sign) => sign.column === column)?.decimal ?? "";
    fill(name, column, { lines: "sum", decimal });
  }
  return next;
}

export const DATE_FORMATS: [format: string, pattern: RegExp][] = [
  ["iso", /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}([.,]\d+)?)?( ?(Z|[+-]\d{2}(:?\d{2})?))?$/i],
  ["%Y-%m-%d", /^\d{4}-(0?[1-9]|1[0-2])-(0?[1-9]|[12]\d|3[01])$/],
  ["%d.%m.%Y", /^(0?[1-9]|[12]\d|3[01])\.(0?[1-9]|1[0-2])\.\d{4}$/],
  ["%d.%m.%y", /^(0?[1-9]|[12]\d|3[01])\.(0?[1-9]|1[0-2])\.\d{2}$/],
  ["%d-%b-%y", /^(0?[1-9]|[12]\d|3[01])-[A-Za-z]{3}-\d{2}$/],
  ["%d-%b-%Y", /^(0?[1-9]|[12]\d|3[01])-[A-Za-z]{3}-\d{4}$/],
  ["%d %b %Y", /^(0?[1-9]|[12]\d|3[01]) [A-Za-z]{3} \d{4}$/],
  ["%d %B %Y", /^(0?[1-9]|[12]\d|3[01]) [A-Za-z]{4,} \d{4}$/],
  ["%d/%m/%Y", /^(0?[1-9]|[12]\d|3[01])\/(0?[1-9]|1[0-2])\/\d{4}$/],
  ["%m/%d/%Y", /^(0?[1-9]|1[0-2])\/(0?[1-9]|[12]\d|3[01])\/\d{4}$/],
  ["%d/%m/%y", /^(0?[1-9]|[12]\d|3[01])\/(0?[1-9]|1[0-2])\/\d{2}$/],
  ["%m/%d/%y", /^(0?[1-9]|1[0-2])\/(0?[1-9]|[12]\d|3[01])\/\d{2}$/],
  ["%Y%m%d", /^\d{4}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$/],
];

function areDates(cells: string[]): boolean {
  return cells.filter((cell) => DATE_FORMATS.some(([, pattern]) => pattern.test(cell))).length * 2 > cells.length;
}

/** The format that most of these cells match; none where two match, since day and month may be swapped. */
export function dateFormats(cells: string[]): string[] {
  const counted = DATE_FORMATS.map(([format, pattern]) => ({ format, count: cells.filter((cell) => pattern.test(cell)).length }));
  const most = Math.max(0, ...counted.map(({ count }) => count));
  const best = counted.filter(({ count }) => count === most);
  return most * 2 > cells.length && best.length === 1 ? best.map(({ format }) => format) : [];
}

function flagWords(cells: string[]): Pick<FieldForm, "yes" | "no"> {
  const words = new Set(cells.map((cell) => cell.toLowerCase()));
  const listed = FLAGS.filter(([yes]) => words.has(yes));
  const found = listed.length > 0 ? listed : FLAGS.filter(([, no]) => words.has(no)).slice(0, 1);
  return { yes: [...new Set(found.map(([yes]) => yes))], no: [...new Set(found.map(([, no]) => no))] };
}
