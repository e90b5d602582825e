"""Forwards requests for a service as they came, under their actor's token; answers all others by the gateway's own app.

Plain ASGI, because this is on every path: routing, authentication and limits cost a few microseconds here.
"""

from collections.abc import Mapping, Sequence, Set

import pydantic_core
import structlog
from fastapi import FastAPI
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette_compress import CompressMiddleware

from services.gateway.http.authentication import SAFE, Authenticator, address_of
from services.gateway.http.openapi import Node, Route
from services.gateway.http.replica_wait import APPLIED_S, ReplicaWait
from services.gateway.http.responses import ConditionalGet, HeadAsGet
from services.gateway.identity.credentials import Credential
from services.gateway.upstream import Headers, Reply
from shared.db.database import TRANSIENT
from shared.errors import DomainError, InternalError, MethodNotAllowed, NotFound, TooLarge, Unavailable
from shared.http import requirements
from shared.http.problems import problem_of_request, problem_response
from shared.http.request_metrics import MeasuredRequests
from shared.telemetry.metrics import POOL_TIMEOUTS

log = structlog.get_logger()

PREFIX = "/api/v1/"
PROGRAMS = ("api", ".well-known")
"""First parts of addresses that programs ask for: what is not there is a problem and never a page."""
PROBLEM_JSON = (b"content-type", b"application/problem+json")
# The headers that reach a service, and those of its answer that reach the client. All others are dropped, also
# those that would claim an identity.
FORWARDED_HEADERS = frozenset(
    (b"accept", b"accept-language", b"content-type", b"idempotency-key", b"if-match", b"if-none-match")
)
RETURNED_HEADERS = frozenset(
    (
        b"allow", b"cache-control", b"content-disposition", b"content-type", b"etag", b"idempotency-replayed",
        b"retry-after", b"vary",
    )
)  # fmt: skip
_OF_TRACES = frozenset((b"traceparent", b"x-request-id"))
CORS_AGE_S = 600
SECURITY_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
CONTENT_POLICY = b"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


class Gateway:
    """The public ASGI app, around the gateway's own one."""

    def __init__(
        self,
        app: FastAPI,
        routes: Node,
        own_routes: Node,
        authenticator: Authenticator,
        replica_wait: ReplicaWait,
        max_body_bytes: int,
        cors_origins: Sequence[str] = (),
    ) -> None:
        self.app, self._routes, self._own_routes = app, routes, own_routes
        self._authenticator, self._replica_wait = authenticator, replica_wait
        self._max_body_bytes = max_body_bytes
        measured = MeasuredRequests(ConditionalGet(self._answer), "gateway")
        self._public: ASGIApp = HeadAsGet(CompressMiddleware(measured))
        if cors_origins:
            self._public = CORSMiddleware(
                self._public,
                allow_origins=cors_origins,
                allow_methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
                allow_headers=sorted(name.decode() for name in FORWARDED_HEADERS | {b"authorization"} | _OF_TRACES),
                expose_headers=sorted(name.decode() for name in RETURNED_HEADERS | {b"location"} | _OF_TRACES),
                max_age=CORS_AGE_S,
            )
        self._security_headers = [
            *SECURITY_HEADERS,
            (b"content-security-policy", CONTENT_POLICY),
            (b"ratelimit-policy", authenticator.rate_policy),
        ]
        if authenticator.cookie.is_secure:
            self._security_headers.append((b"strict-transport-security", b"max-age=31536000; includeSubDomains"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        else:
            await self._public(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        segments = path.split("/")
        routes = self._routes.find(segments[3:]) if path.startswith(PREFIX) else None
        if routes is not None and (route := routes.get(scope["method"])) is not None:
            scope["route"] = route
            await self._forward(scope, receive, send)
            return
        own = self._own_routes.find(segments[1:])
        allowed = (routes or {}).keys() | (own or {}).keys()
        if own is not None and scope["method"] in own:
            await self._answer_own(scope, receive, send)
        elif allowed:
            await _answer_other_method(scope, self._with_security_headers(scope, send), allowed)
        elif segments[1] in PROGRAMS:
            refused = NotFound("there is no such address; /api/docs lists those that there are")
            await problem_response(refused)(scope, receive, self._with_security_headers(scope, send))
        else:
            await self._answer_own(scope, receive, send)  # a page, or one of the probes

    async def _answer_own(self, scope: Scope, receive: Receive, send: Send) -> None:
        send = self._with_security_headers(scope, send)
        request_headers = dict(scope["headers"])
        try:
            if not self._authenticator.has_credentials(request_headers):
                scope["entente.remaining"] = self._authenticator.rates.count(address_of(scope))
            if scope["method"] not in SAFE and b"authorization" not in request_headers:
                self._authenticator.check_origin(request_headers)
            await self.app(scope, receive, send)
        except DomainError as error:
            await problem_response(error)(scope, receive, send)

    def _with_security_headers(self, scope: Scope, send: Send) -> Send:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                if scope["method"] not in SAFE:
                    self._authenticator.forget()  # a session may have begun or ended just now
                given = list(message["headers"])
                names = {name for name, _ in given}
                given += [(name, value) for name, value in self._security_headers if name not in names]
                if b"cache-control" not in names:
                    given.append((b"cache-control", b"no-store"))
                if "entente.remaining" in scope:
                    given.append((b"ratelimit", scope["entente.remaining"]))
                message = {**message, "headers": given}
            await send(message)

        return send_with_headers

    async def _forward(self, scope: Scope, receive: Receive, send: Send) -> None:
        remaining: bytes | None = None
        try:
            request_headers = dict(scope["headers"])
            credential = await self._authenticator.identify(request_headers, scope["method"], address_of(scope))
            remaining = self._authenticator.count(credential)
            body = await self._body(request_headers, receive)
            reply = await self._reply(scope, request_headers, credential, body)
        except DomainError as error:
            reply = _problem_reply(error)
        except TRANSIENT as error:
            if isinstance(error, PoolTimeout):
                POOL_TIMEOUTS.labels(service="gateway").inc()
            log.warning("database not available", error=str(error))
            reply = _problem_reply(Unavailable("the database does not answer just now"))
        except Exception as error:
            log.error("request failed", path=scope["path"], exc_info=error)
            reply = Reply(500, [PROBLEM_JSON], pydantic_core.to_json(problem_of_request(InternalError())))
        headers = [(name, value) for name, value in reply.headers if name in RETURNED_HEADERS]
        location = reply.header(b"location")
        if location is not None:
            headers.append((b"location", _outside(location).encode("latin-1")))
        headers += self._security_headers
        headers.append((b"cache-control", b"no-store"))
        headers.append((b"content-length", str(len(reply.body)).encode()))
        if remaining is not None:
            headers.append((b"ratelimit", remaining))
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": reply.body})

    async def _body(self, request_headers: Mapping[bytes, bytes], receive: Receive) -> bytes:
        declared = request_headers.get(b"content-length", b"")
        if declared.isdigit() and int(declared) > self._max_body_bytes:
            raise TooLarge(f"a body has at most {self._max_body_bytes} bytes")
        body = b""
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return body
            chunk: bytes = message.get("body", b"")
            body += chunk
            if len(body) > self._max_body_bytes:
                raise TooLarge(f"a body has at most {self._max_body_bytes} bytes")
            if not message.get("more_body", False):
                return body

    async def _reply(
        self, scope: Scope, request_headers: Mapping[bytes, bytes], credential: Credential, body: bytes
    ) -> Reply:
        route: Route = scope["route"]
        headers: Headers = [pair for pair in scope["headers"] if pair[0] in FORWARDED_HEADERS]
        path: bytes = scope["raw_path"][len("/api") :]
        if route.requires and (required := await self._replica_wait.required(route.requires, body)):
            headers = [*headers, (requirements.HEADER.encode(), required)]
        reply = await self._replica_wait.call(
            route.service,
            credential.actor,
            scope["method"],
            path,
            query=scope["query_string"],
            headers=headers,
            body=body,
        )
        if route.must_propagate and reply.is_good:
            return await self._propagated(scope["path"].split("/")[4], reply, request_headers)
        return reply

    async def _propagated(self, relationship_id: str, reply: Reply, request_headers: Mapping[bytes, bytes]) -> Reply:
        """The reply once every service has applied the change, else 202 with the location to ask again."""
        tag = reply.header(b"etag")
        # Archiving answers without a version: it is the one after that which the client had seen.
        version = _number(tag) if tag is not None else _number(request_headers[b"if-match"].decode("latin-1")) + 1
        answer = await self._replica_wait.propagation(relationship_id, version, APPLIED_S)
        if answer.is_applied:
            return reply
        location = f"/v1/relationships/{relationship_id}/propagation".encode()
        headers = [(b"content-type", b"application/json"), (b"location", location), (b"retry-after", b"1")]
        return Reply(
            202, headers + [pair for pair in reply.headers if pair[0] == b"etag"], answer.model_dump_json().encode()
        )


def _problem_reply(error: DomainError) -> Reply:
    headers = [(name.lower().encode(), value.encode()) for name, value in error.headers.items()]
    return Reply(error.status, [*headers, PROBLEM_JSON], pydantic_core.to_json(problem_of_request(error)))


async def _answer_other_method(scope: Scope, send: Send, methods: Set[str]) -> None:
    """Which methods an address has: the answer to OPTIONS, and why any other one is refused."""
    allowed = ", ".join(sorted({*methods, "OPTIONS", *(["HEAD"] if "GET" in methods else [])}))
    headers = [(b"allow", allowed.encode())]
    status, body = 204, b""
    if scope["method"] != "OPTIONS":
        refused = MethodNotAllowed(f"here are {allowed}")
        status, body = refused.status, pydantic_core.to_json(problem_of_request(refused))
        headers.append(PROBLEM_JSON)
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _number(tag: str) -> int:
    return int(tag.strip().removeprefix("W/").strip('"').split("-")[0])


def _outside(location: str) -> str:
    return "/api" + location if location.startswith("/v1/") else location
