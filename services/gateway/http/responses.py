"""What is done to answers on their way out: HEAD as GET without the body, and 304 where the client has it already."""

import hashlib
from collections.abc import Iterable

import anyio
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Header = tuple[bytes, bytes]


class HeadAsGet:
    """Answers HEAD with the headers of GET. A stream ends with its headers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return
        with anyio.CancelScope() as answering:

            async def send_headers(message: Message) -> None:
                if message["type"] == "http.response.start":
                    await send(message)
                    await send({"type": "http.response.body", "body": b""})
                    answering.cancel()

            await self._app({**scope, "method": "GET"}, receive, send_headers)


class ConditionalGet:
    """Gives every JSON answer to a GET an ETag of its content, and answers 304 to who sends that as If-None-Match.

    What has a version keeps it in front, as `"3-1f0c..."`, and such a tag goes as If-Match like `"3"` alone. The
    version is not enough: an answer may hold what belongs to other records, as the names of accounts.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        started: Message | None = None
        known = next((value for name, value in scope["headers"] if name == b"if-none-match"), None)

        async def send_tagged(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                if message["status"] == 200 and _header(message["headers"], b"content-type") == b"application/json":
                    started = message
                    return
            elif started is not None:
                if not message.get("more_body", False):
                    tag = _tag(message.get("body", b""), _header(started["headers"], b"etag"))
                    is_known = known is not None and _matches(known, tag)
                    await send(_with_tag(started, tag, is_known=is_known))
                    message = {**message, "body": b""} if is_known else message
                else:
                    await send(started)
                started = None
            await send(message)

        await self._app(scope, receive, send_tagged)


def _header(headers: Iterable[Header], wanted: bytes) -> bytes | None:
    return next((value for name, value in headers if name == wanted), None)


def _tag(body: bytes, version: bytes | None) -> bytes:
    digest = hashlib.blake2b(body, digest_size=8).hexdigest().encode()
    return b'"%s-%s"' % (version.strip(b'W/"'), digest) if version is not None else b'"%s"' % digest


def _matches(known: bytes, tag: bytes) -> bool:
    """By the weak comparison that RFC 9110 asks for here: `W/` does not matter."""
    return known.strip() == b"*" or any(each.strip().removeprefix(b"W/") == tag for each in known.split(b","))


def _with_tag(message: Message, tag: bytes, *, is_known: bool) -> Message:
    left_out = (b"etag", b"content-length", b"content-type") if is_known else (b"etag",)
    headers = [pair for pair in message["headers"] if pair[0] not in left_out]
    return {**message, "status": 304 if is_known else message["status"], "headers": [*headers, (b"etag", tag)]}
