import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, type Schemas, unwrap } from "./client";
import { everyItem } from "./pages";

export type Token = Schemas["TokenOut"];

export const tokensKey = ["tokens"] as const;

export const tokens = (revoked: boolean) =>
  queryOptions({
    queryKey: [...tokensKey, revoked],
    queryFn: ({ signal }) => everyItem((after) => unwrap(api.GET("/api/v1/tokens", { params: { query: { revoked, after, limit: 200 } }, signal }))),
    placeholderData: keepPreviousData,
  });
