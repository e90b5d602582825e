"""The way to the services: one call, in process or by HTTP, as the URL's scheme says (docs/decisions/0004)."""

import asyncio
import random
import time
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol
from urllib.parse import unquote_to_bytes

import aiohttp
import pydantic_core
import structlog
from aiohttp import ClientTimeout, DummyCookieJar, TCPConnector
from starlette.types import ASGIApp, Message
from yarl import URL

from shared.actor_tokens import TokenSigner
from shared.auth import Actor
from shared.errors import Unavailable
from shared.telemetry.tracing import here, request_id

log = structlog.get_logger()

TIMEOUT_S = 35
CONNECT_TIMEOUT_S = 2
# Shorter than the least ENTENTE_KEEP_ALIVE_S: a connection is never used at the moment its server closes it.
KEEP_ALIVE_S = 4
RETRIES_MOST = 2
BREAKER_FAILURES = 5
BREAKER_OPEN_S = 2.0
SYSTEM = Actor("gateway", "The gateway", "admin", "sponsor", "client")
"""The gateway itself, where no other actor is named."""

Headers = Sequence[tuple[bytes, bytes]]


class Request(NamedTuple):
    """``path`` is the service's own and percent-encoded as it came; ``query`` likewise."""

    method: str
    path: bytes
    query: bytes
    headers: list[tuple[bytes, bytes]]
    body: bytes

    @property
    def is_repeatable(self) -> bool:
        return self.method == "GET" or any(name == b"idempotency-key" for name, _ in self.headers)


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Headers
    body: bytes

    def header(self, name: bytes) -> str | None:
        return next((value.decode("latin-1") for key, value in self.headers if key == name), None)

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 300

    def json(self) -> Any:  # what a service's contract file says; the reader declares the part that it reads
        return pydantic_core.from_json(self.body)


class Upstream(Protocol):
    async def send(self, request: Request) -> Reply:
        """The service's answer, whatever its status; `Unavailable` when there is none in time."""

    async def close(self) -> None: ...


class InProcess:
    """A service's ASGI app, called without a socket or a client between."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def send(self, request: Request) -> Reply:
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "method": request.method,
            "scheme": "http",
            "path": _decoded(request.path),
            "raw_path": request.path,
            "query_string": request.query,
            "root_path": "",
            "headers": request.headers,
            "client": None,
            "server": ("inprocess", 0),
        }
        status, headers, chunks, is_read = 0, [], [], False

        async def receive() -> Message:
            nonlocal is_read
            if is_read:
                await asyncio.get_running_loop().create_future()  # a client in this process never disconnects
            is_read = True
            return {"type": "http.request", "body": request.body, "more_body": False}

        async def send(message: Message) -> None:
            nonlocal status, headers
            if message["type"] == "http.response.start":
                status, headers = message["status"], message["headers"]
            elif message["type"] == "http.response.body":
                chunks.append(message.get("body", b""))

        try:
            async with asyncio.timeout(TIMEOUT_S):
                await self._app(scope, receive, send)
        except TimeoutError:
            raise Unavailable("a service did not answer in time") from None
        except Exception:
            if not status:  # the app has answered 500 and logged why before it raised
                raise
        return Reply(status, list(headers), chunks[0] if len(chunks) == 1 else b"".join(chunks))

    async def close(self) -> None: ...


def _decoded(path: bytes) -> str:
    return (unquote_to_bytes(path) if b"%" in path else path).decode("utf-8", "replace")


@dataclass
class Breaker:
    """Opens after consecutive failures, so that calls to a dead service fail at once; then lets one call try."""

    failures: int = 0
    opened_at: float = 0.0

    def check(self) -> None:
        if self.failures < BREAKER_FAILURES:
            return
        now = time.monotonic()
        if now - self.opened_at < BREAKER_OPEN_S:
            raise Unavailable("a service does not answer just now")
        self.opened_at = now

    def note(self, is_failure: bool) -> None:
        self.failures = self.failures + 1 if is_failure else 0
        if is_failure:
            self.opened_at = time.monotonic()


@dataclass
class Http:
    """A service behind a URL, over kept connections; a pool per event loop that calls."""

    url: str
    breaker: Breaker = field(default_factory=Breaker)
    sessions: "weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, aiohttp.ClientSession]" = field(
        default_factory=weakref.WeakKeyDictionary
    )

    async def send(self, request: Request) -> Reply:
        self.breaker.check()
        url = URL(self.url.rstrip("/") + request.path.decode("latin-1") + _query(request.query), encoded=True)
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers]
        tried = 0
        while True:
            try:
                reply = await self._send(request.method, url, headers, request.body)
            except (aiohttp.ClientError, TimeoutError) as error:
                self.breaker.note(is_failure=True)
                was_cut = isinstance(error, aiohttp.ClientConnectionError) and not isinstance(error, TimeoutError)
                if was_cut and request.is_repeatable and tried < RETRIES_MOST:
                    tried += 1
                    await asyncio.sleep(random.uniform(0.02, 0.1) * tried)
                    continue
                log.warning("service does not answer", url=self.url, error=repr(error))
                raise Unavailable("a service does not answer just now") from None
            self.breaker.note(is_failure=False)
            return reply

    async def _send(self, method: str, url: URL, headers: Sequence[tuple[str, str]], body: bytes) -> Reply:
        sent = self._session().request(method, url, headers=headers, data=body or None, allow_redirects=False)
        async with sent as answer:
            content = await answer.read()
            return Reply(answer.status, [(name.lower(), value) for name, value in answer.raw_headers], content)

    def _session(self) -> aiohttp.ClientSession:
        loop = asyncio.get_running_loop()
        session = self.sessions.get(loop)
        if session is None:
            session = self.sessions[loop] = aiohttp.ClientSession(
                connector=TCPConnector(limit=200, keepalive_timeout=KEEP_ALIVE_S),
                timeout=ClientTimeout(total=TIMEOUT_S, sock_connect=CONNECT_TIMEOUT_S),
                cookie_jar=DummyCookieJar(),
                auto_decompress=False,
                skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
                middlewares=(_sent_once,),
            )
        return session

    async def close(self) -> None:
        session = self.sessions.pop(asyncio.get_running_loop(), None)
        if session is not None:
            await session.close()


async def _sent_once(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Keeps aiohttp from repeating PUT and DELETE by itself, which would answer 412 to a repeated If-Match: it
    repeats after these two errors only."""
    try:
        return await handler(request)
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise aiohttp.ClientConnectionError(repr(error)) from error


def _query(query: bytes) -> str:
    return "?" + query.decode("latin-1") if query else ""


class Upstreams:
    """Every service that the gateway reaches, called on behalf of an actor; usable from any event loop."""

    def __init__(self, signer: TokenSigner, services: Mapping[str, Upstream]) -> None:
        self.signer, self._services = signer, services

    @classmethod
    def open(cls, signer: TokenSigner, urls: Mapping[str, str], apps: Mapping[str, ASGIApp]) -> "Upstreams":
        """An adapter for each URL by its scheme; `ValueError` where an app in this process is named but not here."""
        services: dict[str, Upstream] = {}
        for name, url in urls.items():
            if url.startswith(("http://", "https://")):
                services[name] = Http(url)
            elif url == "inprocess:" and name in apps:
                services[name] = InProcess(apps[name])
            else:
                raise ValueError(f"ENTENTE_{name.upper()}_URL: is {url}, but must say where {name} answers by http:")
        return cls(signer, services)

    @property
    def names(self) -> list[str]:
        return list(self._services)

    async def call(
        self,
        service: str,
        actor: Actor,
        method: str,
        path: bytes,
        *,
        query: bytes = b"",
        headers: Headers = (),
        body: bytes = b"",
    ) -> Reply:
        """Send one request as ``actor``; the reply as it is, `Unavailable` without one."""
        token = self.signer.token(actor, service)
        own = [*headers, (b"authorization", b"Bearer " + token.encode())]
        if traceparent := here():
            own.append((b"traceparent", traceparent.encode()))
        if request := request_id():
            own.append((b"x-request-id", request.encode()))
        return await self._services[service].send(Request(method, path, query, own, body))

    async def json(
        self, service: str, actor: Actor, method: str, path: str, body: object = None, key: str | None = None
    ) -> Reply:
        """`call` for composed reads and workers: a JSON body, and a key that makes a write safe to repeat."""
        headers = [(b"content-type", b"application/json")] if body is not None else []
        if key is not None:
            headers.append((b"idempotency-key", key.encode()))
        path, _, query = path.partition("?")
        content = b"" if body is None else pydantic_core.to_json(body)
        return await self.call(
            service, actor, method, path.encode(), query=query.encode(), headers=headers, body=content
        )

    async def close(self) -> None:
        for service in self._services.values():
            await service.close()
