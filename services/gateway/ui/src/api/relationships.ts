import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, type Schemas, unwrap } from "./client";
import { keys } from "./keys";
import { byCursor, FIRST_PAGE, NEXT_PAGE } from "./pages";

export type Tier = Schemas["Tier"];
/** Score, tier and what they are made of, as of a day. */
export type RelationshipTier = Schemas["TierOut"];
export type Item = Schemas["ItemContributionOut"];
export type TimelineEntry = Schemas["GatewayTimelineEntry"];

/** Evidence shown one by one; what weighs less than the weightiest thousand is in the sums alone. */
const ITEMS_MOST = 1000;

const at = (id: string) => ({ path: { relationship_id: id } });

export const relationship = (id: string) =>
  queryOptions({
    queryKey: [...keys.relationship(id), "record"],
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/relationships/{relationship_id}", { params: at(id), signal })),
  });

export const tier = (id: string, as_of?: string) =>
  queryOptions({
    queryKey: [...keys.relationship(id), "tier", as_of],
    queryFn: async ({ signal, client, queryKey }): Promise<RelationshipTier> => {
      const read = (after?: string) =>
        unwrap(
          api.GET("/api/v1/relationships/{relationship_id}/tier", {
            params: { ...at(id), query: { as_of, contributions_limit: 200, after } },
            signal,
          }),
        );
      const first = await read();
      // A long record's other items follow by themselves, so that the tier is shown without them.
      const readOn = async (reading: RelationshipTier): Promise<void> => {
        const { items, next } = reading.contributions;
        if (next === null || items.length >= ITEMS_MOST) return;
        const more = (await read(next)).contributions;
        if (client.getQueryData<RelationshipTier>(queryKey)?.contributions.next !== next) return; // read again meanwhile
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
    queryKey: [...keys.relationship(id), "history"],
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/relationships/{relationship_id}/tier/history", { params: at(id), signal })),
  });

export const tierChanges = (id: string, from: string, to: string | undefined) =>
  queryOptions({
    queryKey: [...keys.relationship(id), "changes", from, to],
    queryFn: async ({ signal }) => {
      const query = { from, to, step: "month" as const };
      const history = await unwrap(
        api.GET("/api/v1/relationships/{relationship_id}/tier/history", { params: { ...at(id), query }, signal }),
      );
      return history.changes;
    },
  });

export const ladder = (id: string, as_of?: string) =>
  queryOptions({
    queryKey: [...keys.relationship(id), "ladder", as_of],
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v1/relationships/{relationship_id}/ladder", { params: { ...at(id), query: { as_of } }, signal })),
    placeholderData: keepPreviousData,
  });

export const standing = (id: string) =>
  queryOptions({
    queryKey: [...keys.relationship(id), "standing"],
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/relationships/{relationship_id}/standing", { params: at(id), signal })),
  });

/** The first part of the keys of a relationship's timelines. */
export const timelines = (id: string) => [...keys.relationship(id), "timeline"];

export const timeline = (id: string, kind: string[], first = FIRST_PAGE) =>
  infiniteQueryOptions({
    queryKey: [...timelines(id), kind, first],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET("/api/v1/relationships/{relationship_id}/timeline", {
          params: { ...at(id), query: { kind, limit: pageParam === undefined ? first : NEXT_PAGE, after: pageParam } },
          signal,
        }),
      ),
    ...byCursor,
    placeholderData: keepPreviousData,
  });

/** Both sides' published ratings, oldest period first: of all periods, or of the one that ends on this day. */
export const perceptionGaps = (relationship_id: string, only?: { review_cycle_id: string; on: string }) =>
  queryOptions({
    queryKey: [...keys.relationship(relationship_id), "gaps", only],
    queryFn: ({ signal }) => {
      const query = only === undefined ? {} : { review_cycle_id: only.review_cycle_id, from: only.on, to: only.on };
      return unwrap(api.GET("/api/v1/relationships/{relationship_id}/perception-gaps", { params: { path: { relationship_id }, query }, signal }));
    },
  });
