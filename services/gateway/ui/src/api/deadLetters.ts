import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import { byCursor } from "./pages";
import type { ServiceName } from "./services";

export const deadLettersKey = (service: ServiceName) => ["dead-letters", service] as const;

export const deadLetters = (service: ServiceName, discarded: boolean) =>
  infiniteQueryOptions({
    queryKey: [...deadLettersKey(service), discarded],
    queryFn: ({ pageParam, signal }) => unwrap(api.GET(`/api/v1/services/${service}/dead-letters`, { params: { query: { discarded, after: pageParam } }, signal })),
    ...byCursor,
  });

export const deadLetter = (service: ServiceName, id: string) =>
  queryOptions({
    queryKey: [...deadLettersKey(service), "one", id],
    queryFn: ({ signal }) => unwrap(api.GET(`/api/v1/services/${service}/dead-letters/{dead_letter_id}`, { params: { path: { dead_letter_id: id } }, signal })),
  });

export function resolveDeadLetter(service: ServiceName, id: string, act: "redrive" | "discard" | "restoration") {
  return unwrap(api.POST(`/api/v1/services/${service}/dead-letters/{dead_letter_id}/${act}`, { params: { path: { dead_letter_id: id } } }));
}
