import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, unwrap } from "./client";

/** Names by id; an id without a known name is left out. */
export function useNames(ids: (string | null | undefined)[]): Record<string, string> {
  const asked = [...new Set(ids.filter((id) => id != null))].sort();
  const { data } = useQuery({
    queryKey: ["actors", asked],
    queryFn: async ({ signal }) => {
      const page = await unwrap(api.GET("/api/v1/actors", { params: { query: { id: asked.slice(0, 200) } }, signal }));
      return Object.fromEntries(page.items.map(({ id, name }) => [id, name]));
    },
    enabled: asked.length > 0,
    staleTime: 10 * 60_000,
    placeholderData: keepPreviousData,
  });
  return data ?? {};
}
