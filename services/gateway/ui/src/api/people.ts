import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";

/** People by part of their names. */
export const peopleNamed = (words: string) =>
  queryOptions({
    queryKey: ["people", words],
    queryFn: async ({ signal }) => (await unwrap(api.GET("/api/v1/people", { params: { query: { q: words || undefined, limit: 50 } }, signal }))).items,
    placeholderData: keepPreviousData,
  });
