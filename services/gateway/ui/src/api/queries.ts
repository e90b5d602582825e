import { infiniteQueryOptions, keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import type { operations } from "./schema";
import { api, rememberCsrfToken, type Schemas, taken } from "./client";

export type PortfolioFilters = Omit<NonNullable<operations["list_portfolio"]["parameters"]["query"]>, "after" | "limit">;
export type Row = Schemas["PortfolioRowOut"];
export type Tier = Schemas["Tier"];
export type TierReading = Schemas["TierOut"];
export type Item = Schemas["ItemContributionOut"];

/** The first page is small, so that it is there at once; those that follow are as large as may be. */
const FIRST_PAGE = 60;
const NEXT_PAGE = 200;
/** Evidence shown one by one; what weighs less than the weightiest thousand is in the sums alone. */
const ITEMS_MOST = 1000;

export const me = queryOptions({
  queryKey: ["me"],
  queryFn: async () => {
    const who = await taken(api.GET("/api/v1/me"));
    rememberCsrfToken(who.csrf_token);
    return who;
  },
  staleTime: Infinity,
  retry: false,
});

export const setUpState = queryOptions({
  queryKey: ["set-up"],
  queryFn: () => taken(api.GET("/api/v1/setup")),
  staleTime: Infinity,
});

export function mayWrite(who: Schemas["Me"] | undefined): boolean {
  return who !== undefined && who.side === "sponsor" && (who.role === "manager" || who.role === "admin");
}

export function useMe(): Schemas["Me"] | undefined {
  return useQuery(me).data;
}

export const portfolio = (filters: PortfolioFilters) =>
  infiniteQueryOptions({
    queryKey: ["portfolio", "rows", filters],
    queryFn: ({ pageParam, signal }) => {
      const page = pageParam === null ? { limit: FIRST_PAGE } : { limit: NEXT_PAGE, after: pageParam };
      return taken(api.GET("/api/v1/portfolio", { params: { query: { ...filters, ...page } }, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
  });

export const portfolioSummary = ({ region, size, owner_id, q }: PortfolioFilters) =>
  queryOptions({
    queryKey: ["portfolio", "summary", { region, size, owner_id, q }],
    queryFn: ({ signal }) =>
      taken(api.GET("/api/v1/portfolio/summary", { params: { query: { region, size, owner_id, q } }, signal })),
    placeholderData: keepPreviousData,
  });

export const movements = (from: string, to: string | undefined) =>
  queryOptions({
    queryKey: ["portfolio", "movements", from, to],
    queryFn: ({ signal }) => taken(api.GET("/api/v1/portfolio/movements", { params: { query: { from, to } }, signal })),
    placeholderData: keepPreviousData,
  });

/** A few relationships whose names hold these words, best first. */
export const relationshipsNamed = (words: string) =>
  queryOptions({
    queryKey: ["portfolio", "named", words],
    queryFn: ({ signal }) =>
      taken(
        api.GET("/api/v1/portfolio", { params: { query: { q: words || undefined, limit: 8, sort: words ? "name" : "-last_contact" } }, signal }),
      ),
    placeholderData: keepPreviousData,
  });

const at = (id: string) => ({ path: { relationship_id: id } });

export const relationship = (id: string) =>
  queryOptions({
    queryKey: ["relationship", id, "record"],
    queryFn: ({ signal }) => taken(api.GET("/api/v1/relationships/{relationship_id}", { params: at(id), signal })),
  });

export const tier = (id: string, as_of?: string) =>
  queryOptions({
    queryKey: ["relationship", id, "tier", as_of],
    queryFn: async ({ signal, client, queryKey }): Promise<TierReading> => {
      const read = (after?: string) =>
        taken(
          api.GET("/api/v1/relationships/{relationship_id}/tier", {
            params: { ...at(id), query: { as_of, contributions_limit: 200, after } },
            signal,
          }),
        );
      const first = await read();
      // A long record's other items follow by themselves: nobody waits for them to see the tier.
      const readOn = async (reading: TierReading): Promise<void> => {
        const { items, next } = reading.contributions;
        if (next === null || items.length >= ITEMS_MOST) return;
        const more = (await read(next)).contributions;
        if (client.getQueryData<TierReading>(queryKey)?.contributions.next !== next) return; // read anew meanwhile
        const longer = { ...reading, contributions: { ...more, items: [...items, ...more.items] } };
        client.setQueryData(queryKey, longer);
        await readOn(longer);
      };
      void readOn(first).catch(() => undefined);
      return first;
    },
    placeholderData: keepPreviousData,
  });

export const tierHistory = (id: string) =>
  queryOptions({
    queryKey: ["relationship", id, "history"],
    queryFn: ({ signal }) => taken(api.GET("/api/v1/relationships/{relationship_id}/tier/history", { params: at(id), signal })),
  });

export const tierChanges = (id: string, from: string, to: string | undefined) =>
  queryOptions({
    queryKey: ["relationship", id, "changes", from, to],
    queryFn: async ({ signal }) => {
      const query = { from, to, step: "month" as const };
      const history = await taken(
        api.GET("/api/v1/relationships/{relationship_id}/tier/history", { params: { ...at(id), query }, signal }),
      );
      return history.changes;
    },
  });

export const ladder = (id: string, as_of?: string) =>
  queryOptions({
    queryKey: ["relationship", id, "ladder", as_of],
    queryFn: ({ signal }) =>
      taken(api.GET("/api/v1/relationships/{relationship_id}/ladder", { params: { ...at(id), query: { as_of } }, signal })),
    placeholderData: keepPreviousData,
  });

export const standing = (id: string) =>
  queryOptions({
    queryKey: ["relationship", id, "standing"],
    queryFn: ({ signal }) => taken(api.GET("/api/v1/relationships/{relationship_id}/standing", { params: at(id), signal })),
  });

export const timeline = (id: string, kind: string[], first = FIRST_PAGE) =>
  infiniteQueryOptions({
    queryKey: ["relationship", id, "timeline", kind, first],
    queryFn: ({ pageParam, signal }) =>
      taken(
        api.GET("/api/v1/relationships/{relationship_id}/timeline", {
          params: { ...at(id), query: { kind, limit: pageParam === undefined ? first : NEXT_PAGE, after: pageParam } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: keepPreviousData,
  });

export const engagements = (id: string) =>
  queryOptions({
    queryKey: ["relationship", id, "engagements"],
    queryFn: async ({ signal }) =>
      (await taken(api.GET("/api/v1/engagements", { params: { query: { relationship_id: id, limit: 200 } }, signal }))).items,
  });

export const interaction = (relationshipId: string, id: string) =>
  queryOptions({
    queryKey: ["relationship", relationshipId, "interaction", id],
    queryFn: ({ signal }) =>
      taken(api.GET("/api/v1/interactions/{interaction_id}", { params: { path: { interaction_id: id } }, signal })),
  });

export const attributes = queryOptions({
  queryKey: ["attributes"],
  queryFn: async () => (await taken(api.GET("/api/v1/attributes"))).items,
  staleTime: Infinity,
});

/** Names by id; an id that nobody is known by is not in it. */
export function useNames(ids: (string | null | undefined)[]): Record<string, string> {
  const asked = [...new Set(ids.filter((id) => id != null))].sort();
  const { data } = useQuery({
    queryKey: ["actors", asked],
    queryFn: async ({ signal }) => {
      const page = await taken(api.GET("/api/v1/actors", { params: { query: { id: asked.slice(0, 200) } }, signal }));
      return Object.fromEntries(page.items.map(({ id, name }) => [id, name]));
    },
    enabled: asked.length > 0,
    staleTime: 10 * 60_000,
    placeholderData: keepPreviousData,
  });
  return data ?? {};
}
