import type { Language } from "./bilingual";

/** Why a line of a file or a part of a mapping is refused, as the server writes it in English. Unknown reasons are shown as they come. */
const GERMAN: [pattern: RegExp, german: (...found: string[]) => string][] = [
  [/^is missing$/, () => "fehlt"],
  [/^is blank$/, () => "ist leer"],
  [/^is no day written as (.+)$/, (formats) => `ist kein Datum im Format ${formats.replaceAll(" or ", " oder ")}`],
  [/^is a day before 1970$/, () => "liegt vor 1970"],
  [/^is none of (.+)$/, (words) => `ist keiner der Werte ${words}`],
  [/^is not a number from 0 with at most six decimals, as (.+): it is below 0$/, (form) => `ist keine Zahl ab 0 mit höchstens sechs Nachkommastellen, wie ${form}: sie ist kleiner als 0`],
  [/^is not a number from 0 with at most six decimals, as (.+)$/, (form) => `ist keine Zahl ab 0 mit höchstens sechs Nachkommastellen, wie ${form}`],
  [/^is a share in percent; this field wants a number, as (.+)$/, (form) => `ist ein Anteil in Prozent; hier wird eine Zahl gebraucht, wie ${form}`],
  [/^is (.+) or (.+), by what "(.+)" means: say the decimal sign, as (.+) in \[file\]$/, (one, other, part, key) => `ist ${one} oder ${other}, je nachdem, was „${part}“ bedeutet: Dezimalzeichen angeben, wie ${key} in [file]`],
  [/^is a number of which a workbook has only the first (\d+) digits; /, (most) => `ist eine Zahl, von der eine Arbeitsmappe nur die ersten ${most} Ziffern hat; ${AS_TEXT}`],
  [/^is an id that a spreadsheet shortened to a number of few digits; /, () => `ist eine Nummer, die eine Tabellenkalkulation auf wenige Ziffern gekürzt hat; ${AS_TEXT}`],
  [/^is a day that a spreadsheet made of an id; /, () => `ist ein Datum, das eine Tabellenkalkulation aus einer Nummer gemacht hat; ${AS_TEXT}`],
  [/^is an id that a program took for a number, with decimals behind it; /, () => `ist eine Nummer, die ein Programm für eine Zahl mit Nachkommastellen hielt; ${AS_TEXT}`],
  [/^is the error (.+) of a (?:formula; correct it in the workbook|spreadsheet; correct it there)$/, (error) => `ist der Fehler ${error} einer Formel; bitte dort berichtigen`],
  [/^is a formula whose value is not in the file; /, () => "ist eine Formel, deren Wert nicht in der Datei steht; die Arbeitsmappe in einer Tabellenkalkulation öffnen und speichern"],
  [/^is what a spreadsheet shows where a column is too narrow; /, () => "steht da, weil eine Spalte zu schmal war; verbreitern und erneut exportieren"],
  [/^is said of (.+), whose (name|region|size) on line (\d+) is (.+): correct one of them, /, (number, what, line, value) => `steht bei ${number}, aber in Zeile ${line} steht ${PARTS[what] ?? what} ${value}: eines berichtigen oder beides bestätigen`],
  [/^is said of (.+), whose (name|region|size) is stored\sas (.+): correct one of them, /, (number, what, value) => `steht bei ${number}, gespeichert ist ${PARTS[what] ?? what} ${value}: eines berichtigen oder beides bestätigen`],
  [/^is the day on which this was called off, and it has a day of delivery$/, () => "ist der Tag der Absage, und es gibt auch einen Tag der Lieferung"],
  [/^(?:lines (\d+) to (\d+) are|the line is) no record: a quotation mark inside the quoted cell opened on line (\d+) is not doubled; /, (first, last, opened) => `${first ? `die Zeilen ${first} bis ${last} sind` : "die Zeile ist"} kein Datensatz: Ein Anführungszeichen in der Zelle, die in Zeile ${opened} beginnt, ist nicht verdoppelt; "" dafür schreiben oder Anführungszeichen als Text lesen`],
  [/^a quotation mark opened on line (\d+) is never closed and would take (?:(\d+) lines, to line (\d+)|the rest of the line); /, (opened, lines, last) => `ein Anführungszeichen in Zeile ${opened} wird nie geschlossen und umfasste ${lines ? `${lines} Zeilen bis Zeile ${last}` : "den Rest der Zeile"}; schließen oder Anführungszeichen als Text lesen`],
  [/^(?:lines (\d+) to (\d+) are|the line is) more than a record may have: a cell of (\d+) or a row of (\d+) characters/, (first, last, cell, row) => `${first ? `die Zeilen ${first} bis ${last} sind` : "die Zeile ist"} zu lang: eine Zelle hat höchstens ${cell}, eine Zeile ${row} Zeichen`],
  [/^line (\d+) was read\sas the header: (.+)$/, (line, names) => `als Kopfzeile wurde Zeile ${line} gelesen: ${names}`],
  [/^it is (.+), not a list of deliveries; /, (kind) => `die Datei ist ${KINDS[kind] ?? kind}, keine Liste von Lieferungen; die Zeilen als CSV oder als Arbeitsmappe (XLSX oder XLS) exportieren`],
  [/^the (workbook|ZIP archive) is damaged and (?:its sheet '(.+)' )?cannot be opened; /, (what, sheet) => `${what === "workbook" ? "die Arbeitsmappe" : "das ZIP-Archiv"} ist beschädigt und ${sheet ? `das Blatt „${sheet}“ ` : ""}lässt sich nicht öffnen; in einer Tabellenkalkulation öffnen und neu speichern oder noch einmal anfordern`],
  [/^line (\d+) cannot be decompressed: /, (line) => `Zeile ${line} lässt sich nicht entpacken: Die gzip-Datei bricht dort ab oder ist beschädigt; neu komprimieren oder noch einmal senden`],
  [/^the gzip (?:is more than|unpacks to more than)/, () => "die gzip-Datei enthält entpackt zu viel"],
  [/^line (\d+) is longer than (\d+) characters$/, (line, most) => `Zeile ${line} ist länger als ${most} Zeichen`],
  [/^line (\d+) is to be the header and is (blank|after the end of the file)$/, (line, why) => `Zeile ${line} soll die Kopfzeile sein und ${why === "blank" ? "ist leer" : "liegt hinter dem Ende der Datei"}`],
  [/^the workbook has no sheet '(.+)'; it has (.+)$/, (name, names) => `die Arbeitsmappe hat kein Blatt „${name}“; sie hat ${hidden(names)}`],
  [/^the workbook is protected by a password; /, () => "die Arbeitsmappe ist mit einem Kennwort geschützt; es entfernen und die Mappe erneut speichern"],
  [/^the workbook (?:unpacks to more than|cannot be read in|has more than|has \d+ rows of)/, () => "die Arbeitsmappe ist zu groß, um gelesen zu werden; das Blatt als CSV speichern"],
  [/^line (\d+) is missing: the file is empty$/, () => "die Datei ist leer"],
  [/^The file begins with the mark of (.+) and is read\sas that\.$/, (name) => `Die Datei beginnt mit der Kennung von ${name} und wird so gelesen.`],
  [/^The file is (.+) without a byte-order mark and is read\sas that\.$/, (name) => `Die Datei ist ${name} ohne Kennung am Anfang und wird so gelesen.`],
  [/^The file is not UTF-8 \(line (\d+)\) and is read\sas Windows-1252/, (line) => `Die Datei ist nicht UTF-8 (Zeile ${line}) und wird als Windows-1252 (cp1252) gelesen; wenn Buchstaben falsch sind, die Kodierung angeben.`],
  [/^The header is (?:on line|in row) (\d+); (?:lines?|rows?) (.+) (?:is|are) not read\.$/, (line, titles) => `Die Kopfzeile ist Zeile ${line}; nicht gelesen: Zeile ${titles}.`],
  [/^The cells are parted by (comma|semicolon|bar|tab)s, as the header shows\.$/, (mark) => `Die Zellen sind durch ${MARKS[mark] ?? mark} getrennt, wie die Kopfzeile zeigt.`],
  [/^The mapping's delimiter parts no column; the cells are parted by (comma|semicolon|bar|tab)s\.$/, (mark) => `Das Trennzeichen der Zuordnung trennt keine Spalte; die Zellen sind durch ${MARKS[mark] ?? mark} getrennt.`],
  [/^The line sep=(.) says what parts the cells; /, (mark) => `Die Zeile sep=${mark} nennt das Trennzeichen; das der Zuordnung gilt nicht.`],
  [/^The sheet (.+) is read; the workbook also has (.+)\.$/, (name, names) => `Gelesen wird das Blatt ${name}; die Arbeitsmappe hat auch ${hidden(names)}.`],
  [/^(.+) has the number (.+) on line (\d+) and (.+) on line (\d+): two accounts\.$/, (name, one, line, other, at) => `${name} hat in Zeile ${line} die Nummer ${one} und in Zeile ${at} die Nummer ${other}: zwei Accounts.`],
  [/^invisible characters$/, () => "unsichtbare Zeichen"],
  [/^unusual spaces$/, () => "ungewöhnliche Leerzeichen"],
  [/^a formula around the text, as (.+)$/, (form) => `eine Formel um den Text, wie ${form}`],
  [/^an apostrophe before the text$/, () => "ein Apostroph vor dem Text"],
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
  [/^names a column but not its words for yes and for no$/, () => "nennt eine Spalte, aber nicht ihre Wörter für ja und nein"],
  [/^names neither a column nor a constant$/, () => "nennt weder eine Spalte noch einen festen Wert"],
  [/^names the column '(.+)', which the file does not have(?:; it has '(.+)')?$/, (column, near) => `nennt die Spalte „${column}“, die die Datei nicht hat${near ? `; sie hat „${near}“` : ""}`],
  [/^names the column '(.+)', which the header has (\d+) times$/, (column, count) => `nennt die Spalte „${column}“, die die Kopfzeile ${count}-mal hat`],
  [/^does not name a day, a month and a year, as (.+) does$/, (form) => `nennt nicht Tag, Monat und Jahr wie ${form}`],
  [/^takes '(.+)' for yes and for no$/, (word) => `verwendet „${word}“ für ja und für nein`],
  [/^"(.+)" is before (\S+), the first day that is accepted here$/, (day, first) => `„${day}“ liegt vor dem ${first}, dem ersten Tag, der hier angenommen wird`],
  [/^"(.+)" is after (\S+), the last day that is accepted here$/, (day, last) => `„${day}“ liegt nach dem ${last}, dem letzten Tag, der hier angenommen wird`],
  [/^"(.+)" is over 366 days ahead; send "confirm_future": true if it is meant$/, (day) => `„${day}“ liegt über 366 Tage voraus; das ist zu bestätigen, wenn es so gemeint ist`],
  [/^"(.+)" is more than two years ahead, and what happened cannot be$/, (day) => `„${day}“ liegt über zwei Jahre voraus, was geschehen ist, aber nicht`],
  [/^"(.+)" holds U\+([0-9A-F]{4}), a character that is not seen; type the name again without it$/, (name, code) => `„${name}“ enthält U+${code}, ein unsichtbares Zeichen; bitte den Namen ohne es neu schreiben`],
];
const AS_TEXT = "die Spalte dort als Text formatieren und erneut exportieren";
const PARTS: Record<string, string> = { name: "der Name", region: "die Region", size: "die Größe" };
const MARKS: Record<string, string> = { comma: "Kommas", semicolon: "Semikolons", bar: "Striche", tab: "Tabulatoren" };
const KINDS: Record<string, string> = {
  "a PDF document": "ein PDF-Dokument", "a ZIP archive": "ein ZIP-Archiv", "a Word document (DOCX)": "ein Word-Dokument (DOCX)", "a Word document (DOC)": "ein Word-Dokument (DOC)",
  "an HTML page (some systems name one .xls)": "eine HTML-Seite (manche Systeme nennen sie .xls)", "a JSON document": "ein JSON-Dokument", "an XML document": "ein XML-Dokument",
  "an image (PNG)": "ein Bild (PNG)", "an image (JPEG)": "ein Bild (JPEG)", "no text: it holds zero bytes": "kein Text: sie enthält Null-Bytes",
};
const RULES: Record<string, string> = { first: "die erste", earliest: "der früheste", latest: "der späteste" };

function hidden(names: string): string {
  return names.replaceAll("(hidden)", "(ausgeblendet)");
}

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
