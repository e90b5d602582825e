import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { Problem } from "./api/problem";

const endings = new Set<() => void>();

/** Calls back when the server no longer knows who this is. */
export function onSessionEnd(listener: () => void): void {
  endings.add(listener);
}

function noticed(error: unknown): void {
  if (error instanceof Problem && error.status === 401) endings.forEach((listener) => listener());
}

/** What a server has decided stays decided; silence and trouble of its own are tried again. */
function mayChange(error: unknown): boolean {
  return !(error instanceof Problem) || error.status >= 500 || error.status === 409 || error.status === 429;
}

export const client = new QueryClient({
  // Who is signed in is asked before every page, and the answer handled there.
  queryCache: new QueryCache({ onError: (error, query) => query.queryKey[0] !== "me" && noticed(error) }),
  mutationCache: new MutationCache({ onError: noticed }),
  defaultOptions: {
    queries: { staleTime: 30_000, retry: (count, error) => count < 2 && mayChange(error), refetchOnWindowFocus: "always" },
    // A save that cannot be sent fails at once; the component that made it holds the draft.
    mutations: { networkMode: "always", retry: false },
  },
});
