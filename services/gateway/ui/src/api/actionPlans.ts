import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import { keys } from "./keys";

export const actionPlans = (relationship_id: string) =>
  queryOptions({
    queryKey: [...keys.reviews, "plans", relationship_id],
    queryFn: async ({ signal }) =>
      (await unwrap(api.GET("/api/v1/relationships/{relationship_id}/action-plans", { params: { path: { relationship_id }, query: { limit: 200 } }, signal }))).items,
  });
