import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, rememberCsrfToken, type Schemas, unwrap } from "./client";

export const me = queryOptions({
  queryKey: ["me"],
  queryFn: async () => {
    const who = await unwrap(api.GET("/api/v1/me"));
    rememberCsrfToken(who.csrf_token);
    return who;
  },
  staleTime: Infinity,
  retry: false,
});

export const setUpState = queryOptions({
  queryKey: ["set-up"],
  queryFn: () => unwrap(api.GET("/api/v1/setup")),
  staleTime: Infinity,
});

export function mayWrite(who: Schemas["Me"] | undefined): boolean {
  return who !== undefined && who.side === "sponsor" && (who.role === "manager" || who.role === "admin");
}

export function useMe(): Schemas["Me"] | undefined {
  return useQuery(me).data;
}
