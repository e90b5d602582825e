import type { ReviewCycle, ReviewRun } from "~/api/reviewCycles";
import type { Card } from "~/api/scorecards";

/** Records as the API answers them, where a test is about a few of their fields. */

export function card(part: Partial<Card> = {}): Card {
  return {
    id: "c1", version: 2, review_cycle_id: "r1", relationship_id: "rel1", sponsor_name: "Albion Pharma", provider_name: "Albion Sterile", owner_id: "u1",
    side: "sponsor", period_name: "Q3 2026", period_starts_on: "2026-07-01", period_ends_on: "2026-09-30", opened_on: "2026-09-30", due_on: "2026-10-14",
    reveals_at: "2026-10-15T00:00:00Z", is_revealed: true, status: "published", revision: 1, template_id: "t1", template_version: 1, profile: "balanced",
    questions: [{ attribute: "on_time_delivery", label: "On-time delivery", group: "reliability", definition: "", below: "", meets: "", exceeds: "", importance: 0.2 }],
    may: [], other_sides: [], content: null, ...part,
  };
}

export function reviewCycle(part: Partial<ReviewCycle> = {}): ReviewCycle {
  return {
    id: "r1", version: 5, name: "Quarterly review", cadence: "quarterly", fiscal_year_start_month: 1, time_zone: "UTC", template_id: "t1", template_rules: [],
    sides: ["sponsor", "provider"], audience: {}, raters: {}, signers: {}, project_type: null, starts_on: "2026-01-01", opens_days_before_end: 0,
    due_days_after_end: 14, reminder_days_before_due: [1, 7], escalation_days_after_due: [7], created_by: "u1", created_at: "2026-01-01T00:00:00Z",
    archived_at: null, last_run: null, next_run: null, ...part,
  };
}

export function reviewRun(part: Partial<ReviewRun> = {}): ReviewRun {
  return {
    id: "run1", review_cycle_id: "r1", period: { name: "Q3 2026", starts_on: "2026-07-01", ends_on: "2026-09-30", opens_on: "2026-09-30", due_on: "2026-10-14" }, as_of: "2026-10-01", cause: "request",
    started_at: "2026-10-01T08:00:00Z", finished_at: "2026-10-01T08:00:01Z", created: 2, existing: 1, failed: 0, failures: [], ...part,
  };
}
