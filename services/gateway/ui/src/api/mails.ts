import { infiniteQueryOptions, keepPreviousData } from "@tanstack/react-query";
import { api, type Schemas, unwrap } from "./client";
import { byCursor } from "./pages";

export type Mail = Schemas["MailOut"];

export const mailsKey = ["mails"] as const;

export const mails = (status: Mail["status"] | undefined) =>
  infiniteQueryOptions({
    queryKey: [...mailsKey, status],
    queryFn: ({ pageParam, signal }) => unwrap(api.GET("/api/v1/mails", { params: { query: { status, after: pageParam, limit: 50 } }, signal })),
    ...byCursor,
    refetchInterval: 10_000,
    placeholderData: keepPreviousData,
  });
