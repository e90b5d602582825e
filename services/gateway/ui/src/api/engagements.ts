import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import { keys } from "./keys";

export const engagements = (id: string) =>
  queryOptions({
    queryKey: [...keys.relationship(id), "engagements"],
    queryFn: async ({ signal }) =>
      (await unwrap(api.GET("/api/v1/engagements", { params: { query: { relationship_id: id, limit: 200 } }, signal }))).items,
  });
