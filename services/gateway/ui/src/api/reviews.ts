import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { type Api, api, type Schemas, taken } from "./client";
import type { operations } from "./schema";

export type Card = Schemas["ScorecardOut"];
export type CardRow = Schemas["ScorecardRowOut"];
export type Side = CardRow["side"];
export type Status = CardRow["status"];
export type Cycle = Schemas["ReviewCycleOut"];
export type Run = Schemas["ReviewRunOut"];
export type Suggestion = Schemas["SuggestedEvidenceOut"];
type CardFilters = NonNullable<operations["list_scorecards"]["parameters"]["query"]>;
export type Due = NonNullable<CardFilters["due"]>;

/** Evidence of a period that is offered; nobody cites from more. */
const SUGGESTED_MOST = 600;

const of = (scorecard_id: string) => ({ path: { scorecard_id } });

/** Cards that a list shows, page by page; everything under `reviews` is read anew when a card is told to have changed. */
export const cards = (filters: CardFilters) =>
  infiniteQueryOptions({
    queryKey: ["reviews", "cards", filters],
    queryFn: ({ pageParam, signal }) =>
      taken(api.GET("/api/v1/scorecards", { params: { query: { limit: 50, ...filters, after: pageParam } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: keepPreviousData,
  });

export const card = (id: string, by: Api = api, who = "") =>
  queryOptions({
    queryKey: ["reviews", "card", id, who],
    queryFn: ({ signal }) => taken(by.GET("/api/v1/scorecards/{scorecard_id}", { params: of(id), signal })),
  });

/** The caller's own answers. They are theirs alone, so nobody else's change makes them stale. */
export const ratings = (id: string, by: Api = api, who = "") =>
  queryOptions({
    queryKey: ["ratings", id, who],
    queryFn: ({ signal }) => taken(by.GET("/api/v1/scorecards/{scorecard_id}/ratings", { params: of(id), signal })),
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });

export const facts = (id: string, by: Api = api, who = "") =>
  queryOptions({
    queryKey: ["evidence", "facts", id, who],
    queryFn: ({ signal }) => taken(by.GET("/api/v1/scorecards/{scorecard_id}/facts", { params: of(id), signal })),
    staleTime: 5 * 60_000,
  });

/** What a rating may cite, newest first. */
export const suggestions = (id: string) =>
  queryOptions({
    queryKey: ["evidence", "suggestions", id],
    queryFn: async ({ signal }): Promise<Suggestion[]> => {
      const items: Suggestion[] = [];
      let after: string | undefined;
      do {
        const query = { limit: 200, after };
        const page = await taken(api.GET("/api/v1/scorecards/{scorecard_id}/suggested-evidence", { params: { ...of(id), query }, signal }));
        items.push(...page.items);
        after = page.next ?? undefined;
      } while (after !== undefined && items.length < SUGGESTED_MOST);
      return items;
    },
    staleTime: 5 * 60_000,
  });

export const results = (id: string) =>
  queryOptions({
    queryKey: ["reviews", "results", id],
    queryFn: ({ signal }) => taken(api.GET("/api/v1/scorecards/{scorecard_id}/results", { params: of(id), signal })),
  });

export const cardHistory = (id: string, version: number) =>
  queryOptions({
    queryKey: ["reviews", "history", id, version],
    queryFn: async ({ signal }) => (await taken(api.GET("/api/v1/scorecards/{scorecard_id}/history", { params: of(id), signal }))).items,
  });

export const ratingLinks = (id: string) =>
  queryOptions({
    queryKey: ["reviews", "links", id],
    queryFn: async ({ signal }) => (await taken(api.GET("/api/v1/scorecards/{scorecard_id}/rating-links", { params: of(id), signal }))).items,
  });

export const contactsOf = (account_id: string) =>
  queryOptions({
    queryKey: ["contacts", account_id],
    queryFn: async ({ signal }) =>
      (await taken(api.GET("/api/v1/accounts/{account_id}/contacts", { params: { path: { account_id }, query: { limit: 200 } }, signal }))).items,
    staleTime: 60_000,
  });

export const actionPlans = (relationship_id: string) =>
  queryOptions({
    queryKey: ["reviews", "plans", relationship_id],
    queryFn: async ({ signal }) =>
      (await taken(api.GET("/api/v1/relationships/{relationship_id}/action-plans", { params: { path: { relationship_id }, query: { limit: 200 } }, signal }))).items,
  });

/** Both sides' published ratings, oldest period first: of all periods, or of the one that ends on this day. */
export const perceptionGaps = (relationship_id: string, only?: { review_cycle_id: string; on: string }) =>
  queryOptions({
    queryKey: ["relationship", relationship_id, "gaps", only],
    queryFn: ({ signal }) => {
      const query = only === undefined ? {} : { review_cycle_id: only.review_cycle_id, from: only.on, to: only.on };
      return taken(api.GET("/api/v1/relationships/{relationship_id}/perception-gaps", { params: { path: { relationship_id }, query }, signal }));
    },
  });

/** What below, meets and exceeds are worth, which places the values between them. */
export const ratingWorth = queryOptions({
  queryKey: ["rating-worth"],
  queryFn: async ({ signal }) => (await taken(api.GET("/api/v1/tier-policies", { signal }))).items[0]?.rating_y ?? null,
  staleTime: Infinity,
});

export const cycles = (archived = false) =>
  queryOptions({
    queryKey: ["reviews", "cycles", { archived }],
    queryFn: async ({ signal }) => (await taken(api.GET("/api/v1/review-cycles", { params: { query: { archived, limit: 200 } }, signal }))).items,
  });

const ofCycle = (review_cycle_id: string) => ({ path: { review_cycle_id } });

export const cycle = (id: string) =>
  queryOptions({
    queryKey: ["reviews", "cycle", id],
    queryFn: ({ signal }) => taken(api.GET("/api/v1/review-cycles/{review_cycle_id}", { params: ofCycle(id), signal })),
  });

export const progress = (id: string, period_ends_on?: string) =>
  queryOptions({
    queryKey: ["reviews", "progress", id, period_ends_on],
    queryFn: ({ signal }) =>
      taken(api.GET("/api/v1/review-cycles/{review_cycle_id}/progress", { params: { ...ofCycle(id), query: { period_ends_on } }, signal })),
    placeholderData: keepPreviousData,
  });

export const runs = (id: string) =>
  queryOptions({
    queryKey: ["reviews", "runs", id],
    queryFn: async ({ signal }) =>
      (await taken(api.GET("/api/v1/review-cycles/{review_cycle_id}/runs", { params: { ...ofCycle(id), query: { limit: 200 } }, signal }))).items,
  });

export const templates = queryOptions({
  queryKey: ["templates"],
  queryFn: async ({ signal }) => (await taken(api.GET("/api/v1/scorecard-templates", { params: { query: { limit: 200 } }, signal }))).items,
  staleTime: 60_000,
});
