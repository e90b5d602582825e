import { labelOf, oneOf, valuesOf } from "~/api/enums";
import type { Suggestion } from "~/api/scorecards";
import { daysLate } from "~/components/days";
import type { Experience } from "~/components/marks";
import type { Format } from "~/text/format";
import type { RatingTexts } from "~/text/rating";
import type { CommonTexts } from "~/text/common";

const EXPERIENCES = valuesOf<Experience>({ below: true, meets: true, exceeds: true });

/** A record of the period in words: what it was, when, and how it went. */
export interface Cited {
  title: string;
  notes: string[];
  experience: Experience | null;
}

export function cited(record: Suggestion, words: RatingTexts, text: CommonTexts, format: Format): Cited {
  if (record.source_kind === "interaction") {
    const kind = labelOf(text.vocabulary.interactionKind, record.kind ?? "") ?? words.sources["interaction"];
    const findings = record.findings === null ? [] : [text.relationship.findings(labelOf(text.vocabulary.findings, record.findings) ?? record.findings)];
    return { title: `${kind}, ${format.day(record.on)}`, notes: findings, experience: oneOf(record.experience, EXPERIENCES) ?? null };
  }
  const { promised_on: promised, done_on: done, outcome } = record;
  const days = promised !== null && done !== null ? daysLate(promised, done) : 0;
  const notes = [outcome === null ? "" : (words.outcome[outcome] ?? outcome), days > 0 ? words.late_by(days) : ""].filter(Boolean);
  const title = `${words.sources[record.source_kind]}, ${words.promised(format.day(promised ?? record.on))}`;
  const isGood = outcome === "meets" || outcome === "exceeds";
  return { title, notes, experience: days > 0 || outcome === "below" || outcome === "lapsed" ? "below" : isGood ? outcome : null };
}

/** How often what was about an attribute, shown as facts beside its question. */
export interface Tally {
  kind: string;
  experience: Experience | null;
  count: number;
}

export function talliesOf(records: Suggestion[], attribute: string): Tally[] {
  const found = new Map<string, Tally>();
  for (const { source_kind, kind, experience, attributes } of records) {
    if (source_kind !== "interaction" || kind === null || !attributes.includes(attribute)) continue;
    const key = `${kind} ${experience}`;
    const tally = found.get(key) ?? { kind, experience: oneOf(experience, EXPERIENCES) ?? null, count: 0 };
    tally.count += 1;
    found.set(key, tally);
  }
  return [...found.values()].sort((one, other) => other.count - one.count);
}

/** Which promises an attribute is about, as the service states. */
export function promisesAbout(records: Suggestion[], attribute: string): ("delivery" | "milestone")[] {
  return (["delivery", "milestone"] as const).filter((kind) =>
    records.some(({ source_kind, attributes }) => source_kind === kind && attributes.includes(attribute)),
  );
}
