import createClient, { type Middleware } from "openapi-fetch";
import { NoAnswer, Problem } from "./problem";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];

let csrfToken: string | null = null;

export function rememberCsrfToken(token: string | null): void {
  csrfToken = token;
}

const csrf: Middleware = {
  onRequest({ request }) {
    if (csrfToken !== null) request.headers.set("X-CSRF-Token", csrfToken);
  },
};

const errors: Middleware = {
  async onResponse({ response }) {
    if (!response.ok) throw await problemOf(response);
  },
  onError({ error }) {
    return error instanceof DOMException && error.name === "AbortError" ? error : new NoAnswer();
  },
};

interface ProblemBody {
  type?: string;
  title?: string;
  detail?: string;
  errors?: { pointer: string; detail: string }[];
}

/** What makes an unsafe call, by other means than `api`, one of this page. */
export function csrfHeaders(): Record<string, string> {
  return csrfToken === null ? {} : { "X-CSRF-Token": csrfToken };
}

export async function problemOf(response: Response): Promise<Problem> {
  const body = (await response.json().catch(() => ({}))) as ProblemBody;
  const fields = Object.fromEntries((body.errors ?? []).map((each) => [each.pointer.slice(1), each.detail]));
  const slug = (body.type ?? "").split("/").pop() ?? "";
  return new Problem(response.status, slug, body.title ?? response.statusText, body.detail ?? "", fields);
}

const OPTIONS = { baseUrl: window.location.origin, querySerializer: { array: { style: "form", explode: true } } } as const;

export const api = createClient<paths>(OPTIONS);
api.use(csrf, errors);

export type Api = typeof api;

/** The same for who came by a rating link: its token in a header, and no session beside it. */
export function apiByLink(token: string): Api {
  const linked = createClient<paths>({ ...OPTIONS, headers: { Authorization: `Bearer ${token}` }, credentials: "omit" });
  linked.use(errors);
  return linked;
}

/** The body of an answer that is known to have one; refusals and silence have been thrown before. */
export async function unwrap<T>(call: Promise<{ data?: T }>): Promise<T> {
  return (await call).data as T;
}
