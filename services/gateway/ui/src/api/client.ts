import createClient, { type Middleware } from "openapi-fetch";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];

/** What a server refused, as it says so itself (RFC 9457). */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly slug: string,
    title: string,
    readonly detail: string,
    readonly fields: Record<string, string>,
  ) {
    super(title);
  }
}

/** No answer at all: no network, or nobody there. Whether a write was done is not known. */
export class NoAnswer extends Error {}

let csrfToken: string | null = null;

export function rememberCsrfToken(token: string | null): void {
  csrfToken = token;
}

const guard: Middleware = {
  onRequest({ request }) {
    if (csrfToken !== null) request.headers.set("X-CSRF-Token", csrfToken);
  },
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

export const api = createClient<paths>({ baseUrl: window.location.origin, querySerializer: { array: { style: "form", explode: true } } });
api.use(guard);

/** The body of an answer that is known to have one; refusals and silence have been thrown before. */
export async function taken<T>(call: Promise<{ data?: T }>): Promise<T> {
  return (await call).data as T;
}
