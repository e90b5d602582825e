import type { Schemas } from "~/api/client";
import type { ReviewCycle } from "~/api/reviewCycles";
import type { Side } from "~/api/scorecards";

/** A review cycle in its form, and the requests that save it. Pure. */

type RatersOfSide = Required<Schemas["RatersOfSide"]>;
type SignersOfSide = Required<Schemas["SignersOfSide"]>;

export interface ReviewCycleDraft {
  name: string;
  cadence: Schemas["Cadence"];
  month: number;
  zone: string;
  sides: Side[];
  templateId: string;
  /** Empty: the day on which the cycle is created. */
  startsOn: string;
  opensBefore: number;
  dueAfter: number;
  remindBefore: string;
  escalateAfter: string;
  audience: Required<Schemas["Audience"]>;
  raters: Record<Side, RatersOfSide>;
  signers: Record<Side, SignersOfSide>;
}

const RATERS: RatersOfSide = { owner: true, team: true, actor_ids: [], contact_functions: [] };
const SIGNERS: SignersOfSide = { owner: true, actor_ids: [] };

export function newDraft(zone: string, templateId: string): ReviewCycleDraft {
  return {
    name: "",
    cadence: "quarterly",
    month: 1,
    zone,
    sides: ["sponsor", "provider"],
    templateId,
    startsOn: "",
    opensBefore: 0,
    dueAfter: 14,
    remindBefore: "1, 7",
    escalateAfter: "7",
    audience: { tiers: [], regions: [], sizes: [], owner_ids: [], tags: [], relationship_ids: [] },
    raters: { sponsor: RATERS, provider: RATERS },
    signers: { sponsor: SIGNERS, provider: SIGNERS },
  };
}

export function draftOf(cycle: ReviewCycle): ReviewCycleDraft {
  const { audience, raters, signers } = cycle;
  return {
    ...newDraft(cycle.time_zone, cycle.template_id),
    name: cycle.name,
    cadence: cycle.cadence,
    month: cycle.fiscal_year_start_month,
    sides: cycle.sides,
    startsOn: cycle.starts_on,
    opensBefore: cycle.opens_days_before_end,
    dueAfter: cycle.due_days_after_end,
    remindBefore: cycle.reminder_days_before_due.join(", "),
    escalateAfter: cycle.escalation_days_after_due.join(", "),
    audience: { ...newDraft("", "").audience, ...audience },
    raters: { sponsor: { ...RATERS, ...raters.sponsor }, provider: { ...RATERS, ...raters.provider } },
    signers: { sponsor: { ...SIGNERS, ...signers.sponsor }, provider: { ...SIGNERS, ...signers.provider } },
  };
}

/** Positive whole numbers separated by commas; null where anything else is written. */
export function daysIn(written: string): number[] | null {
  const parts = written.split(/[,;\s]+/).filter(Boolean);
  const days = parts.map(Number);
  return days.every((day) => Number.isInteger(day) && day > 0) ? days : null;
}

export function bodyOf(draft: ReviewCycleDraft): Schemas["CreateReviewCycle"] {
  return {
    name: draft.name.trim(),
    cadence: draft.cadence,
    fiscal_year_start_month: draft.month,
    time_zone: draft.zone,
    sides: draft.sides,
    template_id: draft.templateId,
    ...(draft.startsOn === "" ? {} : { starts_on: draft.startsOn }),
    opens_days_before_end: draft.opensBefore,
    due_days_after_end: draft.dueAfter,
    reminder_days_before_due: daysIn(draft.remindBefore) ?? [],
    escalation_days_after_due: daysIn(draft.escalateAfter) ?? [],
    audience: draft.audience,
    raters: draft.raters,
    signers: draft.signers,
  };
}

/** The fields that differ, so that a save leaves alone what others may have changed meanwhile. */
export function changesOf(draft: ReviewCycleDraft, before: ReviewCycleDraft): Schemas["ChangeReviewCycle"] {
  const was: Record<string, unknown> = { ...bodyOf(before) };
  return Object.fromEntries(Object.entries(bodyOf(draft)).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(was[name])));
}
