import type { Language } from "./bilingual";

/** What the next rung needs, as the server writes it in English with the numbers of its settings. Unknown texts are shown as they come. */
const GERMAN: [pattern: RegExp, german: (...found: string[]) => string][] = [
  [/^One engagement contracted that is active or was closed at most ([\d,]+) days ago$/, (days) => `Ein beauftragtes Projekt, das läuft oder vor höchstens ${thousands(days)} Tagen abgeschlossen wurde`],
  [/^Two recent engagements contracted on different days$/, () => "Zwei aktuelle Projekte, an verschiedenen Tagen beauftragt"],
  [/^(\d+) recent engagements, none closed with “would use again: no”$/, (count) => `${count} aktuelle Projekte, keines mit „nicht wieder“ abgeschlossen`],
  [
    /^At least (\d+) types among them, or one of complexity (\d+) or more \(highest so far: (\d+)\)$/,
    (types, complexity, highest) => `Darunter mindestens ${types} Arten, oder eines der Komplexität ${complexity} oder höher (bisher höchstens ${highest})`,
  ],
  [/^Contracted over at least (\d+) days$/, (days) => `Über mindestens ${days} Tage beauftragt`],
  [
    /^A recent engagement of mode strategic, or a programme of complexity (\d+) or more, not closed with “would use again: no”$/,
    (complexity) => `Ein aktuelles strategisches Projekt, oder ein Programm der Komplexität ${complexity} oder höher, nicht mit „nicht wieder“ abgeschlossen`,
  ],
  [/^Such an engagement active for at least (\d+) days$/, (days) => `Ein solches Projekt, das mindestens ${days} Tage läuft`],
  [/^(\d+) engagements of mode strategic active at once$/, (count) => `${count} strategische Projekte, die zugleich laufen`],
  [/^One of them a co-development or a multi-product programme$/, () => "Eines davon eine gemeinsame Entwicklung oder ein Mehrprodukt-Programm"],
  [/^A steering committee or executive review in the last (\d+) days$/, (days) => `Ein Lenkungsausschuss oder Leitungsreview in den letzten ${days} Tagen`],
];

function thousands(english: string): string {
  return english.replaceAll(",", ".");
}

export function needIn(language: Language, need: string): string {
  if (language !== "de") return need;
  for (const [pattern, german] of GERMAN) {
    const found = pattern.exec(need);
    if (found !== null) return german(...found.slice(1));
  }
  return need;
}
