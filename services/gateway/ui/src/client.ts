import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { Problem } from "./api/problem";

const endings = new Set<() => void>();

/** Calls back when the server no longer knows who this is. */
export function onSessionEnd(tell: () => void): void {
  endings.add(tell);
}

function noticed(error: unknown): void {
  if (error instanceof Problem && error.status === 401) endings.forEach((tell) => tell());
}

/** What a server has decided stays decided; silence and trouble of its own are tried again. */
function mayChange(error: unknown): boolean {
  return !(error instanceof Problem) || error.status >= 500 || error.status === 409 || error.status === 429;
}

export const client = new QueryClient({
  // Who is at the door is asked before every page, and answered there.
  queryCache: new QueryCache({ onError: (error, query) => query.queryKey[0] !== "me" && noticed(error) }),
  mutationCache: new MutationCache({ onError: noticed }),
  defaultOptions: {
    queries: { staleTime: 30_000, retry: (count, error) => count < 2 && mayChange(error), refetchOnWindowFocus: "always" },
    // A save that cannot be sent says so at once; the draft is kept by who made it.
    mutations: { networkMode: "always", retry: false },
  },
});
