"""What clients send byte by byte to a real server: upgrades that nobody wants, pieces, headers without an end."""

import re
import socket
import threading

import pytest
from starlette.types import Receive, Scope, Send

from services.runtime.cli.processes import serve_app
from tests.support.processes import free_port

# As Java's HttpClient sends it by default to an http: address.
H2C = b"Connection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAEAAEAAAAIAAAAAAAMAAAAAAAQBAAAA\r\nUpgrade: h2c\r\n"
POST = b"POST /echo?a=1 HTTP/1.1\r\nHost: here\r\n"
SIZED = POST + H2C + b"Content-Length: 5\r\n\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n" + H2C + b"\r\n"
GET = b"GET /other HTTP/1.1\r\nHost: here\r\n\r\n"


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    named = b" ".join(sorted(name for name, _ in scope["headers"] if name in (b"upgrade", b"connection")))
    answer = b"<%s %s %s %s>" % (scope["method"].encode(), scope["path"].encode(), body, named)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": answer})


@pytest.fixture(scope="module")
def port() -> int:
    """A server of its own in a thread, which ends with the process: only a signal ends one."""
    taken = free_port()
    listener = socket.create_server(("127.0.0.1", taken))
    threading.Thread(target=serve_app, args=(echo, listener, 75), daemon=True).start()
    return taken


def answers(port: int, *pieces: bytes, wanted: int = 1) -> list[str]:
    """What is answered to these pieces, sent one after another; empty where the connection is closed before."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        received = b""
        for piece in pieces:
            connection.sendall(piece)
        while len(found := re.findall(rb"<(.*?)>", received)) < wanted:
            part = connection.recv(65_536)
            if not part:
                break
            received += part
        return [each.decode() for each in found]


@pytest.mark.parametrize(
    "pieces",
    [
        [SIZED + b"hello"],
        [SIZED, b"hello"],
        [SIZED, b"he", b"llo"],
        [SIZED[:90], SIZED[90:] + b"hel", b"lo"],
        [CHUNKED, b"5\r\nhello\r\n0\r\n\r\n"],
        [CHUNKED + b"2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"],
    ],
    ids=["at-once", "body-apart", "body-in-pieces", "headers-in-pieces", "chunked-apart", "chunked-at-once"],
)
def test_the_body_of_a_request_that_asks_for_http2_is_read(port: int, pieces: list[bytes]) -> None:
    assert answers(port, *pieces) == ["POST /echo hello connection"]


def test_the_connection_goes_on_after_such_a_request(port: int) -> None:
    asked = GET[:-2] + H2C + b"\r\n"

    found = answers(port, SIZED + b"hello" + GET + asked, SIZED, b"again", wanted=4)

    assert [each.split(" connection")[0].strip() for each in found] == [
        "POST /echo hello", "GET /other", "GET /other", "POST /echo again",
    ]  # fmt: skip


def test_a_websocket_is_not_opened(port: int) -> None:
    upgrade = (
        b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: AAAA\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )

    assert [each.split(" connection")[0].strip() for each in answers(port, GET[:-2] + upgrade)] == ["GET /other"]


@pytest.mark.parametrize("piece", [b"X-Long: " + b"x" * 70_000, b"".join(b"X-%d: y\r\n" % i for i in range(20_000))])
def test_headers_without_an_end_are_refused(port: int, piece: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(GET[:-2] + piece)
        assert connection.recv(65_536).startswith(b"HTTP/1.1 400")


def test_what_is_no_http_is_refused(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(b"\x16\x03\x01\x02\x00\r\n\r\n")
        assert connection.recv(65_536).startswith(b"HTTP/1.1 400")
