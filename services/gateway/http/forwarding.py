"""The hop: a request for a service goes there as it came, under its actor's token; all others are the gateway's own.

Plain ASGI, because this is on every path: routing, sign-in and limits cost a few microseconds here.
"""

import json
from collections.abc import Mapping

import pydantic_core
import structlog
from fastapi import FastAPI
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.types import Message, Receive, Scope, Send

from services.gateway.http.authentication import SAFE, Door, address_of
from services.gateway.http.openapi import Node, Route
from services.gateway.http.replica_wait import APPLIED_S, Freshness
from services.gateway.identity.credentials import Entry
from services.gateway.upstream import Headers, Reply
from shared.db.database import TRANSIENT
from shared.errors import DomainError, TooLarge, Unavailable, problem
from shared.http.problems import problem_response
from shared.http.request_metrics import MeasuredRequests
from shared.telemetry.metrics import POOL_TIMEOUTS

log = structlog.get_logger()

PREFIX = "/api/v1/"
# What a service may hear and say. Whatever else came from outside, also what claims to be somebody, ends here.
PASSED_ON = frozenset(
    (b"accept", b"accept-language", b"content-type", b"idempotency-key", b"if-match", b"if-none-match")
)
PASSED_BACK = frozenset(
    (b"allow", b"cache-control", b"content-disposition", b"content-type", b"etag", b"retry-after", b"vary")
)
GUARDS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
NOTHING_RUNS = b"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


class Gateway:
    """The public ASGI app, around the gateway's own one."""

    def __init__(self, app: FastAPI, routes: Node, door: Door, freshness: Freshness, max_body_bytes: int) -> None:
        self.app, self._routes, self._door, self._freshness = app, routes, door, freshness
        self._max_body_bytes = max_body_bytes
        self._forward = MeasuredRequests(self._forward_unobserved, "gateway")
        self._guards = [
            *GUARDS, (b"content-security-policy", NOTHING_RUNS), (b"ratelimit-policy", door.rate_policy),
        ]  # fmt: skip
        if door.cookie.is_secure:
            self._guards.append((b"strict-transport-security", b"max-age=31536000; includeSubDomains"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path: str = scope["path"]
        routes = self._routes.find(path.split("/")[3:]) if path.startswith(PREFIX) else None
        if routes is None:
            await self._answer_own(scope, receive, send)
            return
        route = routes.get(scope["method"])
        if route is None:
            await _refuse_method(scope, receive, self._guarded(scope, send), routes)
            return
        scope["route"] = route
        await self._forward(scope, receive, send)

    async def _answer_own(self, scope: Scope, receive: Receive, send: Send) -> None:
        send = self._guarded(scope, send)
        found = dict(scope["headers"])
        try:
            if not self._door.has_credentials(found):
                scope["entente.remaining"] = self._door.rates.take(address_of(scope))
            if scope["method"] not in SAFE and b"authorization" not in found:
                self._door.check_origin(found)
            await self.app(scope, receive, send)
        except DomainError as error:
            await problem_response(error)(scope, receive, send)

    def _guarded(self, scope: Scope, send: Send) -> Send:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                if scope["method"] not in SAFE:
                    self._door.forget()  # whoever was let in or put out just now
                given = list(message["headers"])
                names = {name for name, _ in given}
                given += [(name, value) for name, value in self._guards if name not in names]
                if b"cache-control" not in names:
                    given.append((b"cache-control", b"no-store"))
                if "entente.remaining" in scope:
                    given.append((b"ratelimit", scope["entente.remaining"]))
                message = {**message, "headers": given}
            await send(message)

        return guarded

    async def _forward_unobserved(self, scope: Scope, receive: Receive, send: Send) -> None:
        remaining: bytes | None = None
        try:
            found = dict(scope["headers"])
            entry = await self._door.enter(found, scope["method"], address_of(scope))
            remaining = self._door.count(entry)
            body = await self._body(found, receive)
            reply = await self._reply(scope, found, entry, body)
        except DomainError as error:
            reply = _refusal(error)
        except TRANSIENT as error:
            if isinstance(error, PoolTimeout):
                POOL_TIMEOUTS.labels(service="gateway").inc()
            log.warning("database not available", error=str(error))
            reply = _refusal(Unavailable("the database does not answer just now"))
        except Exception as error:
            log.error("request failed", path=scope["path"], exc_info=error)
            failure = problem("internal-error", "Something went wrong on our side", 500, "It is logged.")
            reply = Reply(500, [(b"content-type", b"application/problem+json")], pydantic_core.to_json(failure))
        headers = [(name, value) for name, value in reply.headers if name in PASSED_BACK]
        location = reply.header(b"location")
        if location is not None:
            headers.append((b"location", _outside(location).encode("latin-1")))
        headers += self._guards
        headers.append((b"cache-control", b"no-store"))
        headers.append((b"content-length", str(len(reply.body)).encode()))
        if remaining is not None:
            headers.append((b"ratelimit", remaining))
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": reply.body})

    async def _body(self, found: Mapping[bytes, bytes], receive: Receive) -> bytes:
        declared = found.get(b"content-length", b"")
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

    async def _reply(self, scope: Scope, found: Mapping[bytes, bytes], entry: Entry, body: bytes) -> Reply:
        route: Route = scope["route"]
        headers: Headers = [pair for pair in scope["headers"] if pair[0] in PASSED_ON]
        path: bytes = scope["raw_path"][len("/api") :]
        reply = await self._freshness.call(
            route.service,
            entry.actor,
            scope["method"],
            path,
            query=scope["query_string"],
            headers=headers,
            body=body,
        )
        if route.spreads and reply.is_good:
            return await self._spread(scope["path"].split("/")[4], reply, found)
        return reply

    async def _spread(self, relationship_id: str, reply: Reply, found: Mapping[bytes, bytes]) -> Reply:
        """The reply once every service has applied the change, else 202 and where to ask again."""
        tag = reply.header(b"etag")
        # What was archived answers nothing; it was at the version that the caller had seen, and is one further now.
        version = _number(tag) if tag is not None else _number(found[b"if-match"].decode("latin-1")) + 1
        answer = await self._freshness.propagation(relationship_id, version, APPLIED_S)
        if answer.is_applied:
            return reply
        location = f"/v1/relationships/{relationship_id}/propagation".encode()
        headers = [(b"content-type", b"application/json"), (b"location", location), (b"retry-after", b"1")]
        return Reply(
            202, headers + [pair for pair in reply.headers if pair[0] == b"etag"], answer.model_dump_json().encode()
        )


def _refusal(error: DomainError) -> Reply:
    headers = [(name.lower().encode(), value.encode()) for name, value in error.headers.items()]
    headers.append((b"content-type", b"application/problem+json"))
    return Reply(error.status, headers, pydantic_core.to_json(error.problem()))


async def _refuse_method(scope: Scope, receive: Receive, send: Send, routes: dict[str, Route]) -> None:
    allowed = ", ".join(sorted(routes))
    body = problem("method-not-allowed", "Method Not Allowed", 405, f"here are {allowed}")
    headers = [(b"content-type", b"application/problem+json"), (b"allow", allowed.encode())]
    await send({"type": "http.response.start", "status": 405, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(body).encode()})


def _number(tag: str) -> int:
    return int(tag.strip().removeprefix("W/").strip('"'))


def _outside(location: str) -> str:
    return "/api" + location if location.startswith("/v1/") else location
