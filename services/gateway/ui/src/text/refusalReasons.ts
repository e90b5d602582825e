import type { Language } from "./bilingual";

/** Why a line of a file or a part of a mapping is refused, as the server writes it in English. Unknown reasons are shown as they come. */
const GERMAN: [pattern: RegExp, german: (...found: string[]) => string][] = [
  [/^is missing$/, () => "fehlt"],
  [/^is blank$/, () => "ist leer"],
  [/^is no day written as (.+)$/, (formats) => `ist kein Datum im Format ${formats.replaceAll(" or ", " oder ")}`],
  [/^is a day before 1970$/, () => "liegt vor 1970"],
  [/^is none of (.+)$/, (words) => `ist keiner der Werte ${words}`],
  [/^is not a number from 0 with at most six decimals, as 1234\.5$/, () => "ist keine Zahl ab 0 mit höchstens sechs Nachkommastellen, wie 1234.5"],
  [/^is no weight above 0 and at most (.+)$/, (most) => `ist kein Gewicht über 0 bis höchstens ${most}`],
  [/^is longer than (\d+) characters$/, (most) => `ist länger als ${most} Zeichen`],
  [/^holds a line break or another control character$/, () => "enthält einen Zeilenumbruch oder ein anderes Steuerzeichen"],
  [/^has (\d+) cells where the header has (\d+)$/, (cells, header) => `hat ${cells} Zellen, die Kopfzeile ${header}`],
  [/^is not valid (.+)$/, (encoding) => `ist nicht gültig als ${encoding}`],
  [/^is no CSV: (.+)$/, (why) => `ist keine CSV-Datei: ${why}`],
  [/^line (\d+) of the same delivery is refused$/, (line) => `Zeile ${line} derselben Lieferung ist abgelehnt`],
  [/^the lines of this delivery disagree: (.+)$/, (values) => `die Zeilen dieser Lieferung widersprechen sich: ${onLines(values)}`],
  [/^more than (\d+) lines have this key$/, (most) => `mehr als ${most} Zeilen haben diesen Schlüssel`],
  [/^(.+); took the (first|earliest|latest)$/, (values, rule) => `${onLines(values)}; es gilt ${RULES[rule] ?? rule}`],
  [/^names a column but no formats of its dates$/, () => "nennt eine Spalte, aber keine Datumsformate dafür"],
  [/^names a column but not its words for true and for false$/, () => "nennt eine Spalte, aber nicht ihre Wörter für ja und nein"],
  [/^names neither a column nor a constant$/, () => "nennt weder eine Spalte noch einen festen Wert"],
  [/^names the column '(.+)', which the file does not have(?:; it has '(.+)')?$/, (column, near) => `nennt die Spalte „${column}“, die die Datei nicht hat${near ? `; sie hat „${near}“` : ""}`],
  [/^names the column '(.+)', which the header has (\d+) times$/, (column, count) => `nennt die Spalte „${column}“, die die Kopfzeile ${count}-mal hat`],
  [/^does not name a day, a month and a year, as (.+) does$/, (form) => `nennt nicht Tag, Monat und Jahr wie ${form}`],
  [/^takes '(.+)' for true and for false$/, (word) => `verwendet „${word}“ für ja und für nein`],
  [/^"(.+)" is before (\S+), the first day that is accepted here$/, (day, first) => `„${day}“ liegt vor dem ${first}, dem ersten Tag, der hier angenommen wird`],
  [/^"(.+)" is after (\S+), the last day that is accepted here$/, (day, last) => `„${day}“ liegt nach dem ${last}, dem letzten Tag, der hier angenommen wird`],
  [/^"(.+)" is over 366 days ahead; send "confirm_future": true if it is meant$/, (day) => `„${day}“ liegt über 366 Tage voraus; das ist zu bestätigen, wenn es so gemeint ist`],
  [/^"(.+)" is more than two years ahead, and what happened cannot be$/, (day) => `„${day}“ liegt über zwei Jahre voraus, was geschehen ist, aber nicht`],
  [/^"(.+)" holds U\+([0-9A-F]{4}), a character that is not seen; type the name again without it$/, (name, code) => `„${name}“ enthält U+${code}, ein unsichtbares Zeichen; bitte den Namen ohne es neu schreiben`],
];
const RULES: Record<string, string> = { first: "die erste", earliest: "der früheste", latest: "der späteste" };

function onLines(values: string): string {
  return values.replaceAll(/ on line (\d+)/g, " in Zeile $1").replaceAll(/\bblank\b/g, "leer");
}

export function reasonIn(language: Language, reason: string): string {
  if (language !== "de") return reason;
  for (const [pattern, german] of GERMAN) {
    const found = pattern.exec(reason);
    if (found !== null) return german(...found.slice(1).map((part) => part ?? ""));
  }
  return reason;
}
