import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";

export const attributes = queryOptions({
  queryKey: ["attributes"],
  queryFn: async () => (await unwrap(api.GET("/api/v1/attributes"))).items,
  staleTime: Infinity,
});
