import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { type Api, api, type Schemas, unwrap } from "./client";
import { keys } from "./keys";
import { byCursor, everyItem, NEXT_PAGE } from "./pages";
import type { operations } from "./schema";

export type Card = Schemas["ScorecardOut"];
export type CardRow = Schemas["ScorecardRowOut"];
export type Side = CardRow["side"];
export type Status = CardRow["status"];
export type Suggestion = Schemas["SuggestedEvidenceOut"];
type CardFilters = NonNullable<operations["list_scorecards"]["parameters"]["query"]>;
export type Due = NonNullable<CardFilters["due"]>;

/** Evidence of a period that is offered; more is of no use for citing. */
const SUGGESTED_MOST = 600;

const of = (scorecard_id: string) => ({ path: { scorecard_id } });

/** Cards that a list shows, page by page; everything under `reviews` is read again when a card has changed. */
export const cards = (filters: CardFilters) =>
  infiniteQueryOptions({
    queryKey: [...keys.reviews, "cards", filters],
    queryFn: ({ pageParam, signal }) =>
      unwrap(api.GET("/api/v1/scorecards", { params: { query: { limit: 50, ...filters, after: pageParam } }, signal })),
    ...byCursor,
    placeholderData: keepPreviousData,
  });

export const card = (id: string, by: Api = api, who = "") =>
  queryOptions({
    queryKey: [...keys.reviews, "card", id, who],
    queryFn: ({ signal }) => unwrap(by.GET("/api/v1/scorecards/{scorecard_id}", { params: of(id), signal })),
  });

/** The reader's own answers, which nothing that others do makes stale. */
export const ratings = (id: string, by: Api = api, who = "") =>
  queryOptions({
    queryKey: ["ratings", id, who],
    queryFn: ({ signal }) => unwrap(by.GET("/api/v1/scorecards/{scorecard_id}/ratings", { params: of(id), signal })),
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });

export const facts = (id: string, by: Api = api, who = "") =>
  queryOptions({
    queryKey: ["evidence", "facts", id, who],
    queryFn: ({ signal }) => unwrap(by.GET("/api/v1/scorecards/{scorecard_id}/facts", { params: of(id), signal })),
    staleTime: 5 * 60_000,
  });

/** What a rating may cite, newest first. */
export const suggestions = (id: string) =>
  queryOptions({
    queryKey: ["evidence", "suggestions", id],
    queryFn: ({ signal }): Promise<Suggestion[]> =>
      everyItem((after) => {
        const params = { ...of(id), query: { limit: NEXT_PAGE, after } };
        return unwrap(api.GET("/api/v1/scorecards/{scorecard_id}/suggested-evidence", { params, signal }));
      }, SUGGESTED_MOST),
    staleTime: 5 * 60_000,
  });

export const results = (id: string) =>
  queryOptions({
    queryKey: [...keys.reviews, "results", id],
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/scorecards/{scorecard_id}/results", { params: of(id), signal })),
  });

export const cardHistory = (id: string, version: number) =>
  queryOptions({
    queryKey: [...keys.reviews, "history", id, version],
    queryFn: async ({ signal }) => (await unwrap(api.GET("/api/v1/scorecards/{scorecard_id}/history", { params: of(id), signal }))).items,
  });
