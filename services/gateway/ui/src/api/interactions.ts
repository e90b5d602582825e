import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import { keys } from "./keys";

export const interaction = (relationshipId: string, id: string) =>
  queryOptions({
    queryKey: [...keys.relationship(relationshipId), "interaction", id],
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v1/interactions/{interaction_id}", { params: { path: { interaction_id: id } }, signal })),
  });
