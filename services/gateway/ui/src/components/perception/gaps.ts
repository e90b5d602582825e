import { scaleLinear } from "d3-scale";
import type { Schemas } from "~/api/client";

/** Where both sides' ratings stand between the words, from the API's figures. Pure. */

type Period = Schemas["PeriodGapsOut"];

/** What the words are worth, as the tier policy has it. */
export type Worth = Record<string, number>;

export interface GapRow {
  key: string;
  label: string;
  /** In steps, from below -1 to exceeds +1. */
  ours: number;
  theirs: number;
  /** Theirs minus ours, as the API states it. */
  gap: number;
}

export interface GapGroup extends GapRow {
  attributes: GapRow[];
}

/** A value of 0..1 between the words, straight from one to the next. */
export function positionOf(worth: Worth): (value: number) => number {
  return scaleLinear([worth["below"] ?? 0, worth["meets"] ?? 0.5, worth["exceeds"] ?? 1], [-1, 0, 1]).clamp(true);
}

/** By group, in the order asked; a group stands at the importance-weighted mean of its questions. */
export function gapGroups(period: Period, worth: Worth, nameOf: (group: string) => string): GapGroup[] {
  const position = positionOf(worth);
  return period.groups.map(({ group, gap }) => {
    const asked = period.attributes.filter((each) => each.group === group);
    const weight = asked.reduce((sum, each) => sum + each.importance, 0);
    const mean = (of: (each: (typeof asked)[number]) => number) => asked.reduce((sum, each) => sum + each.importance * of(each), 0) / weight;
    return {
      key: group,
      label: nameOf(group),
      ours: mean((each) => position(each.ours)),
      theirs: mean((each) => position(each.theirs)),
      gap,
      attributes: asked.map(({ attribute, label, ours, theirs, gap }) => ({ key: attribute, label, ours: position(ours), theirs: position(theirs), gap })),
    };
  });
}

const WIDE_STEPS = 1;
const NAMED_MOST = 4;

export function isWide({ gap }: Pick<GapRow, "gap">): boolean {
  return Math.abs(gap) >= WIDE_STEPS;
}

/** The questions on which the two are a step or more apart, the widest first. */
export function wideGaps(period: Period): Period["attributes"] {
  const wide = period.attributes.filter(isWide);
  return wide.sort((one, other) => Math.abs(other.gap) - Math.abs(one.gap) || other.importance - one.importance).slice(0, NAMED_MOST);
}
