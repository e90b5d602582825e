import { queryOptions } from "@tanstack/react-query";
import { api, type Schemas, unwrap } from "./client";
import { everyItem } from "./pages";

export type User = Schemas["UserOut"];

export const users = queryOptions({
  queryKey: ["users"],
  queryFn: ({ signal }) => everyItem((after) => unwrap(api.GET("/api/v1/users", { params: { query: { disabled: true, after, limit: 200 } }, signal }))),
});
