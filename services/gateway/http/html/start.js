// The viewer reads OpenAPI 3.0; what Entente uses of 3.1 it draws all the same once the version says 3.0.
fetch("/api/openapi.json")
  .then((answer) => answer.json())
  .then((document) =>
    SwaggerUIBundle({
      spec: { ...document, openapi: "3.0.3" },
      dom_id: "#api",
      deepLinking: true,
      docExpansion: "none",
      filter: true,
      requestInterceptor: (request) => withCsrfToken(request),
    }),
  );

async function withCsrfToken(request) {
  if (request.method && request.method !== "GET" && !request.headers.Authorization) {
    const me = await fetch("/api/v1/me");
    if (me.ok) request.headers["X-CSRF-Token"] = (await me.json()).csrf_token;
  }
  return request;
}
