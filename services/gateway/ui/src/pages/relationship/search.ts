export const KINDS = ["interaction", "delivery", "milestone", "tier_change", "stage_change", "action", "issue"] as const;
export type Kind = (typeof KINDS)[number];

export interface RelationshipSearch {
  as_of?: string;
  kind?: Kind;
}

export function relationshipSearch(search: Record<string, unknown>): RelationshipSearch {
  const asOf = search["as_of"];
  const kind = KINDS.find((each) => each === search["kind"]);
  return {
    ...(typeof asOf === "string" && /^\d{4}-\d\d-\d\d$/.test(asOf) ? { as_of: asOf } : {}),
    ...(kind === undefined ? {} : { kind }),
  };
}
