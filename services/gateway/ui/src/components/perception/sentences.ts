import type { Schemas } from "~/api/client";
import type { Format } from "~/text/format";
import type { PerceptionTexts } from "~/text/perception";
import { wideGaps } from "./gaps";

/** Gaps in words. */

/** Steps with their sign, or that there is none. */
export function gapText(gap: number, words: PerceptionTexts, format: Format): string {
  const steps = stepsText(Math.abs(gap), words, format);
  return steps === null ? words.noGap : `${gap > 0 ? "+" : "−"}${steps}`;
}

/** So many steps with one decimal where it is needed; null where it rounds to none. */
function stepsText(gap: number, words: PerceptionTexts, format: Format): string | null {
  const rounded = Math.round(10 * gap) / 10;
  if (rounded === 0) return null;
  return (rounded === 1 ? words.oneStep : words.steps)(rounded.toLocaleString(format.locale));
}

/** Who rates what higher, the side with the widest gap first. */
export function sentenceOf(period: Schemas["PeriodGapsOut"], ourName: string, theirName: string, words: PerceptionTexts, format: Format): string {
  const named = wideGaps(period);
  if (named.length === 0) return words.agree;
  const list = new Intl.ListFormat(format.locale, { type: "conjunction" });
  const sentences = [theirName, ourName].map((name, at) => {
    const higher = named.filter((each) => each.gap > 0 === (at === 0));
    const parts = higher.map((each) => words.by(each.label, stepsText(Math.abs(each.gap), words, format) ?? ""));
    return { widest: named.findIndex((each) => higher.includes(each)), sentence: parts.length === 0 ? "" : words.higher(name, list.format(parts)) };
  });
  return sentences
    .filter(({ sentence }) => sentence !== "")
    .sort((one, other) => one.widest - other.widest)
    .map(({ sentence }) => sentence)
    .join(" ");
}
