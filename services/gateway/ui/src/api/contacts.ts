import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";

export const contactsOf = (account_id: string) =>
  queryOptions({
    queryKey: ["contacts", account_id],
    queryFn: async ({ signal }) =>
      (await unwrap(api.GET("/api/v1/accounts/{account_id}/contacts", { params: { path: { account_id }, query: { limit: 200 } }, signal }))).items,
    staleTime: 60_000,
  });

/** Names of contacts by id, for mail that goes to people without an account. */
export const contactNames = (ids: string[]) =>
  queryOptions({
    queryKey: ["contact-names", ids],
    queryFn: async ({ signal }) => {
      const page = await unwrap(api.GET("/api/v1/contacts", { params: { query: { id: ids.slice(0, 200), archived: true, limit: 200 } }, signal }));
      return Object.fromEntries(page.items.map(({ id, name }) => [id, name]));
    },
    enabled: ids.length > 0,
    placeholderData: keepPreviousData,
  });
