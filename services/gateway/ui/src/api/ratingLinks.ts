import { queryOptions } from "@tanstack/react-query";
import { type Api, api, unwrap } from "./client";
import { keys } from "./keys";

export const ratingLinks = (id: string) =>
  queryOptions({
    queryKey: [...keys.reviews, "links", id],
    queryFn: async ({ signal }) => (await unwrap(api.GET("/api/v1/scorecards/{scorecard_id}/rating-links", { params: { path: { scorecard_id: id } }, signal }))).items,
  });

/** The link whose token `by` sends, as whoever holds the token sees it. The token itself is in no key. */
export const linkOfToken = (by: Api) =>
  queryOptions({
    queryKey: ["rating-link"],
    queryFn: ({ signal }) => unwrap(by.GET("/api/v1/rating-link", { signal })),
    staleTime: Infinity,
  });
