"""The way to a service: both ways behave alike, and a service that is away costs its callers little."""

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import httpx
import pytest
import uvicorn

from services.gateway import upstream
from services.gateway.app import open_gateway
from services.gateway.upstream import Http, InProcess, Reply, Request, Upstream, Upstreams
from shared.errors import Unavailable
from shared.ids import new_id
from tests.support.installation import InstallationUnderTest, somebody

KEYED = [(b"idempotency-key", b"k")]


@contextmanager
def served(app: object) -> Iterator[str]:
    """An ASGI app behind a real socket, as `entente serve` would put it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))  # type: ignore[arg-type]
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(params=["in process", "http"])
def accounts(installation: InstallationUnderTest, request: pytest.FixtureRequest) -> Iterator[Upstream]:
    app = installation.product.apps["accounts"]
    if request.param == "in process":
        yield InProcess(app)
        return
    with served(app) as url:
        yield Http(url)


def call(installation: InstallationUnderTest, way: Upstream, method: str, path: str, **more: object) -> Reply:
    async def send() -> Reply:
        upstreams = Upstreams(installation.product.signer, {"accounts": way})
        try:
            bare, _, query = path.partition("?")
            return await upstreams.call("accounts", somebody(), method, bare.encode(), query=query.encode(), **more)  # type: ignore[arg-type]
        finally:
            await upstreams.close()

    return asyncio.run(send())


def test_both_ways_bring_the_same_answer(installation: InstallationUnderTest, accounts: Upstream) -> None:
    json = [(b"content-type", b"application/json")]
    name = f"Ærø {new_id()}"

    body = b'{"name":"%s","kind":"provider"}' % name.encode()

    made = call(installation, accounts, "POST", "/v1/accounts", headers=json, body=body)
    found = call(installation, accounts, "GET", "/v1/accounts?" + str(httpx.QueryParams({"q": name})))
    missing = call(installation, accounts, "GET", f"/v1/accounts/{new_id()}")
    broken = call(installation, accounts, "POST", "/v1/accounts", headers=json, body=b"{")

    assert (made.status, made.header(b"etag"), made.header(b"content-type")) == (201, '"1"', "application/json")
    assert [item["name"] for item in found.json()["items"]] == [name]
    assert (missing.status, missing.header(b"content-type")) == (404, "application/problem+json")
    assert broken.status == 400


def test_the_whole_gateway_works_over_http(installation: InstallationUnderTest) -> None:
    api = installation.api()
    with served(installation.product.apps["accounts"]) as url:
        upstreams = Upstreams(installation.product.signer, {"accounts": Http(url)})
        settings = installation.product.settings.model_copy(update={"public_url": "https://entente.example"})
        gateway = open_gateway(installation.product.databases["gateway"], upstreams, settings, installation.clock)

        async def visit() -> list[httpx.Response]:
            transport = httpx.ASGITransport(gateway)  # type: ignore[arg-type]
            async with (
                gateway.app.router.lifespan_context(gateway.app),
                httpx.AsyncClient(transport=transport, base_url="https://a.example", headers=api.headers) as client,
            ):
                made = await client.post("/api/v1/accounts", json={"name": "Northwind", "kind": "sponsor"})
                return [made, await client.get("/api/v1/accounts/" + made.json()["id"])]

        made, read = asyncio.run(visit())

    assert (made.status_code, read.status_code) == (201, 200)
    assert made.content == read.content
    assert "max-age" in read.headers["strict-transport-security"]


@asynccontextmanager
async def flaky(cuts: int) -> AsyncIterator[tuple[Http, list[bytes]]]:
    """A server that cuts its first calls off before it answers, and all calls that reached it."""
    seen: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while (line := await reader.readline()) not in (b"", b"\r\n"):
            if line.endswith(b"HTTP/1.1\r\n"):
                seen.append(line)
        if len(seen) > cuts:
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok")
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    way = Http(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    try:
        yield way, seen
    finally:
        await way.close()
        server.close()


@pytest.mark.parametrize(
    ("method", "headers", "cuts", "calls", "is_answered"),
    [
        ("GET", [], 2, 3, True),
        ("GET", [], 3, 3, False),
        ("POST", KEYED, 2, 3, True),
        ("POST", [], 1, 1, False),
        ("PATCH", [], 1, 1, False),
        ("PUT", [], 1, 1, False),
        ("DELETE", [], 1, 1, False),
    ],
)
def test_only_repeatable_requests_are_repeated_at_most_twice(
    method: str, headers: list[tuple[bytes, bytes]], cuts: int, calls: int, is_answered: bool
) -> None:
    async def visit() -> tuple[bool, int]:
        async with flaky(cuts) as (way, seen):
            try:
                reply = await way.send(Request(method, b"/v1/x", b"", headers, b""))
            except Unavailable:
                return False, len(seen)
            return reply.status == 200, len(seen)

    answered, count = asyncio.run(visit())

    assert answered is is_answered
    assert count == calls


def test_the_breaker_opens_for_a_dead_service_and_tries_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async def visit() -> tuple[int, int, int]:
        monkeypatch.setattr(upstream, "BREAKER_OPEN_S", 60)
        async with flaky(upstream.BREAKER_FAILURES) as (way, seen):
            for _ in range(20):
                with pytest.raises(Unavailable):
                    await way.send(Request("POST", b"/", b"", [], b""))
            while_open = len(seen)
            monkeypatch.setattr(upstream, "BREAKER_OPEN_S", 0)
            reply = await way.send(Request("POST", b"/", b"", [], b""))
            await way.send(Request("POST", b"/", b"", [], b""))
            return while_open, reply.status, len(seen)

    assert asyncio.run(visit()) == (upstream.BREAKER_FAILURES, 200, upstream.BREAKER_FAILURES + 2)


def test_a_call_to_a_service_that_never_answers_times_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upstream, "TIMEOUT_S", 0.2)

    async def silent(scope: object, receive: object, send: object) -> None:
        await asyncio.sleep(60)

    async def visit(way: Upstream) -> None:
        with pytest.raises(Unavailable):
            await way.send(Request("GET", b"/", b"", [], b""))
        await way.close()

    with socket.create_server(("127.0.0.1", 0)) as listener:  # takes connections, answers none
        started = time.monotonic()
        asyncio.run(visit(Http(f"http://127.0.0.1:{listener.getsockname()[1]}")))
        asyncio.run(visit(InProcess(silent)))

    assert time.monotonic() - started < 30


def test_a_service_without_a_url_is_a_bad_setting(installation: InstallationUnderTest) -> None:
    with pytest.raises(ValueError, match="ENTENTE_ACCOUNTS_URL"):
        Upstreams.open(installation.product.signer, {"accounts": "inprocess:"}, {})
