import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, type Schemas, unwrap } from "./client";
import type { Tier } from "./relationships";
import { TIERS } from "./tiers";

export type TierPolicy = Schemas["PolicyOut"];

/** The policies by which scores are read, the current one first. */
export const tierPolicies = queryOptions({
  queryKey: ["tier-policies"],
  queryFn: async ({ signal }) => (await unwrap(api.GET("/api/v1/tier-policies", { signal }))).items,
  staleTime: Infinity,
});

/** What below, meets and exceeds are worth, between which the values lie. */
export const ratingWorth = queryOptions({ ...tierPolicies, select: ([current]) => current?.rating_y ?? null });

/** The current policy; undefined until it has been read. */
export function usePolicy(): TierPolicy | undefined {
  return useQuery(tierPolicies).data?.[0];
}

/** The tiers that are earned, each with the points that the lower end of the score's range has to reach. */
export function useGates(): { tier: Tier; points: number }[] {
  const gates = usePolicy()?.gates ?? {};
  return TIERS.flatMap((tier) => {
    const gate = gates[tier];
    return gate === undefined ? [] : [{ tier, points: 100 * gate.lower }];
  });
}
