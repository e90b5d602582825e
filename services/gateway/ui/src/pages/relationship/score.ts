import type { Schemas } from "~/api/client";
import type { Item, RelationshipTier, Tier } from "~/api/relationships";

/** What the page shows, from the API's figures. Pure. */

type Point = Schemas["PointOut"];
type Kind = Schemas["KindContributionOut"]["kind"];

export interface Bar {
  kind: Kind;
  isGood: boolean;
  /** Where it begins and ends, in points of the score. */
  from: number;
  to: number;
  /** How many items it is made of; null where not all of them are at hand. */
  count: number | null;
}

/** Where every relationship starts, by the policy of this reading: the score without what contributes to it. In points. */
export function startOf({ score, contributions }: Pick<RelationshipTier, "score" | "contributions">): number {
  return score - contributions.by_kind.reduce((sum, { good, bad }) => sum + 100 * (good + bad), 0);
}

/** From the start to the score: what raises it first, the largest first, then what lowers it. */
export function waterfall(start: number, contributions: Schemas["ContributionsOut"]): Bar[] {
  const isWhole = contributions.next === null;
  const count = (kind: Kind, isGood: boolean) =>
    isWhole ? contributions.items.filter((item) => item.kind === kind && item.contribution !== 0 && item.contribution > 0 === isGood).length : null;
  const parts = contributions.by_kind.flatMap(({ kind, good, bad }) => [
    { kind, isGood: true, points: 100 * good },
    { kind, isGood: false, points: 100 * bad },
  ]);
  const goods = parts.filter((part) => part.points > 0).sort((one, other) => other.points - one.points);
  const bads = parts.filter((part) => part.points < 0).sort((one, other) => one.points - other.points);
  let at = start;
  return [...goods, ...bads].map(({ kind, isGood, points }) => {
    const from = at;
    at += points;
    return { kind, isGood, from, to: at, count: count(kind, isGood) };
  });
}

export function itemsOf(contributions: Schemas["ContributionsOut"], bar: Bar): Item[] {
  return contributions.items.filter((item) => item.kind === bar.kind && item.contribution !== 0 && item.contribution > 0 === bar.isGood);
}

/** The last point on or before a day; undefined before the first. Points are in the order of their days. */
export function pointAt(points: Point[], on: string): Point | undefined {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.on ?? "") <= on) low = middle + 1;
    else high = middle;
  }
  return points[low - 1];
}

/** The scores at the ends of the eleven months before a day, and on that day; before the first point it is the start. */
export function monthly(points: Point[], on: string, start: number): number[] {
  const [year = 0, month = 1] = on.split("-").map(Number);
  const days = Array.from({ length: 11 }, (_, at) => new Date(Date.UTC(year, month - 11 + at, 0)).toISOString().slice(0, 10));
  return [...days, on].map((day) => pointAt(points, day)?.score ?? start);
}

export function quarterEndBefore(on: string): string {
  const [year = 0, month = 1] = on.split("-").map(Number);
  return new Date(Date.UTC(year, 3 * Math.floor((month - 1) / 3), 0)).toISOString().slice(0, 10);
}

export interface Stretch {
  tier: Tier;
  from: string;
  to: string;
}

/** How long it stood in which tier, from the first day to the last. */
export function stretches(first: string, last: string, changes: Schemas["TierChangeOut"][]): Stretch[] {
  const found: Stretch[] = [];
  let from = first;
  let tier: Tier = changes[0]?.from_tier ?? "transactional";
  for (const change of changes) {
    found.push({ tier, from, to: change.on });
    from = change.on;
    tier = change.to_tier;
  }
  found.push({ tier, from, to: last });
  return found.filter((stretch) => stretch.from < stretch.to || stretch.to === last);
}
