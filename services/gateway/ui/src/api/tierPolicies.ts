import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";

/** What below, meets and exceeds are worth, which places the values between them. */
export const ratingWorth = queryOptions({
  queryKey: ["rating-worth"],
  queryFn: async ({ signal }) => (await unwrap(api.GET("/api/v1/tier-policies", { signal }))).items[0]?.rating_y ?? null,
  staleTime: Infinity,
});
