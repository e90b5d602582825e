import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, type Schemas, unwrap } from "./client";
import { keys } from "./keys";

export type ReviewCycle = Schemas["ReviewCycleOut"];
export type ReviewRun = Schemas["ReviewRunOut"];

const ofCycle = (review_cycle_id: string) => ({ path: { review_cycle_id } });

export const reviewCycles = (archived = false) =>
  queryOptions({
    queryKey: [...keys.reviews, "cycles", { archived }],
    queryFn: async ({ signal }) => (await unwrap(api.GET("/api/v1/review-cycles", { params: { query: { archived, limit: 200 } }, signal }))).items,
  });

export const reviewCycle = (id: string) =>
  queryOptions({
    queryKey: [...keys.reviews, "cycle", id],
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/review-cycles/{review_cycle_id}", { params: ofCycle(id), signal })),
  });

export const reviewProgress = (id: string, period_ends_on?: string) =>
  queryOptions({
    queryKey: [...keys.reviews, "progress", id, period_ends_on],
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v1/review-cycles/{review_cycle_id}/progress", { params: { ...ofCycle(id), query: { period_ends_on } }, signal })),
    placeholderData: keepPreviousData,
  });

export const reviewRuns = (id: string) =>
  queryOptions({
    queryKey: [...keys.reviews, "runs", id],
    queryFn: async ({ signal }) =>
      (await unwrap(api.GET("/api/v1/review-cycles/{review_cycle_id}/runs", { params: { ...ofCycle(id), query: { limit: 200 } }, signal }))).items,
  });
