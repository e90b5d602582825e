import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";

export const templates = queryOptions({
  queryKey: ["templates"],
  queryFn: async ({ signal }) => (await unwrap(api.GET("/api/v1/scorecard-templates", { params: { query: { limit: 200 } }, signal }))).items,
  staleTime: 60_000,
});
