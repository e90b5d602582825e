import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import { everyItem } from "./pages";

export const sessions = queryOptions({
  queryKey: ["sessions"],
  queryFn: ({ signal }) => everyItem((after) => unwrap(api.GET("/api/v1/sessions", { params: { query: { after, limit: 200 } }, signal }))),
});
