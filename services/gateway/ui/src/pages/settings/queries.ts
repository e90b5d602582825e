import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, type Schemas, taken } from "~/api/client";

export type User = Schemas["UserOut"];
export type Token = Schemas["TokenOut"];
export type Mail = Schemas["MailOut"];
export type Health = Schemas["HealthOut"];

export const SERVICES = ["accounts", "engagements", "scorecards", "gateway"] as const;
export type ServiceName = (typeof SERVICES)[number];

interface PageOf<T> {
  items: T[];
  next: string | null;
}

/** Every item of a list that is short by nature, page after page. */
async function whole<T>(read: (after: string | undefined) => Promise<PageOf<T>>): Promise<T[]> {
  const items: T[] = [];
  let after: string | undefined;
  do {
    const page = await read(after);
    items.push(...page.items);
    after = page.next ?? undefined;
  } while (after !== undefined);
  return items;
}

export const sessions = queryOptions({
  queryKey: ["sessions"],
  queryFn: ({ signal }) => whole((after) => taken(api.GET("/api/v1/sessions", { params: { query: { after, limit: 200 } }, signal }))),
});

export const users = queryOptions({
  queryKey: ["users"],
  queryFn: ({ signal }) => whole((after) => taken(api.GET("/api/v1/users", { params: { query: { disabled: true, after, limit: 200 } }, signal }))),
});

export const tokens = (revoked: boolean) =>
  queryOptions({
    queryKey: ["tokens", revoked],
    queryFn: ({ signal }) => whole((after) => taken(api.GET("/api/v1/tokens", { params: { query: { revoked, after, limit: 200 } }, signal }))),
    placeholderData: keepPreviousData,
  });

export const mails = (status: Mail["status"] | undefined) =>
  infiniteQueryOptions({
    queryKey: ["mails", status],
    queryFn: ({ pageParam, signal }) => taken(api.GET("/api/v1/mails", { params: { query: { status, after: pageParam, limit: 50 } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    refetchInterval: 10_000,
    placeholderData: keepPreviousData,
  });

/** Every service has the same routes under its own name, so that the types of one are those of all. */
const of = (service: ServiceName) => `/api/v1/services/${service}` as "/api/v1/services/accounts";

export const health = (service: ServiceName) =>
  queryOptions({
    queryKey: ["health", service],
    queryFn: ({ signal }) => taken(api.GET(`${of(service)}/health`, { signal })),
    refetchInterval: 5_000,
    retry: false,
  });

export const deadLetters = (service: ServiceName, discarded: boolean) =>
  infiniteQueryOptions({
    queryKey: ["dead-letters", service, discarded],
    queryFn: ({ pageParam, signal }) => taken(api.GET(`${of(service)}/dead-letters`, { params: { query: { discarded, after: pageParam } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
  });

export const deadLetter = (service: ServiceName, id: string) =>
  queryOptions({
    queryKey: ["dead-letters", service, "one", id],
    queryFn: ({ signal }) => taken(api.GET(`${of(service)}/dead-letters/{dead_letter_id}`, { params: { path: { dead_letter_id: id } }, signal })),
  });

export function settle(service: ServiceName, id: string, act: "redrive" | "discard" | "restoration") {
  return taken(api.POST(`${of(service)}/dead-letters/{dead_letter_id}/${act}`, { params: { path: { dead_letter_id: id } } }));
}

/** Names of contacts by id, for mail that goes to people without an account. */
export const contactNames = (ids: string[]) =>
  queryOptions({
    queryKey: ["contact-names", ids],
    queryFn: async ({ signal }) => {
      const page = await taken(api.GET("/api/v1/contacts", { params: { query: { id: ids.slice(0, 200), archived: true, limit: 200 } }, signal }));
      return Object.fromEntries(page.items.map(({ id, name }) => [id, name]));
    },
    enabled: ids.length > 0,
    placeholderData: keepPreviousData,
  });
