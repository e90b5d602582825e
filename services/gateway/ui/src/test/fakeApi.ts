/** The API of a component test: answers by method and path, and remembers what was sent. */

interface Call {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Headers;
  body: unknown;
}

interface Answer {
  status?: number;
  body?: unknown;
}

type Handler = (call: Call) => Answer | Promise<Answer>;

let handlers: { method: string; path: RegExp; handle: Handler }[] = [];
let made: Call[] = [];

export function reset(): void {
  handlers = [];
  made = [];
}

/** Answers calls such as `GET /api/v1/users/{}`, where `{}` is any one part of a path; the newest answer for a call holds. */
export function answers(route: string, handle: Handler | unknown): void {
  const [method = "", template = ""] = route.split(" ");
  const path = new RegExp(`^${template.replaceAll("{}", "[^/]+")}$`);
  handlers.unshift({ method, path, handle: typeof handle === "function" ? (call) => handle(call) : () => ({ body: handle }) });
}

/** A refusal as the API writes it. */
export function problem(status: number, slug: string, title: string, fields: Record<string, string> = {}, detail = ""): Answer {
  const errors = Object.entries(fields).map(([field, reason]) => ({ pointer: `/${field}`, detail: reason }));
  return { status, body: { type: `https://errors.test/${slug}`, title, status, detail, errors } };
}

/** The calls of a route so far, oldest first. */
export function calls(route: string): Call[] {
  const [method = "", template = ""] = route.split(" ");
  const path = new RegExp(`^${template.replaceAll("{}", "[^/]+")}$`);
  return made.filter((call) => call.method === method && path.test(call.path));
}

export async function answer(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const request = input instanceof Request ? input : new Request(input, init);
  const url = new URL(request.url);
  const text = await request.text();
  const isJson = request.headers.get("content-type")?.includes("json") ?? false;
  const call: Call = { method: request.method, path: url.pathname, query: url.searchParams, headers: request.headers, body: isJson && text !== "" ? JSON.parse(text) : text };
  made.push(call);
  const found = handlers.find(({ method, path }) => method === call.method && path.test(call.path));
  if (found === undefined) throw new Error(`the test has no answer for ${call.method} ${call.path}`);
  const { status = 200, body } = await found.handle(call);
  return new Response(body === undefined ? null : JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
}
