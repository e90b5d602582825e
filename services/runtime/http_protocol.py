"""HTTP/1.1 as uvicorn reads it by httptools, without upgrades and with an end to headers (docs/decisions/0010).

Java's client asks by default to go on in HTTP/2 (`Upgrade: h2c`), with a body behind the request. httptools stops
reading there, so that the body is lost. Nothing here is upgraded, so such a request is read as if it had not asked.
Written against uvicorn 0.54 and httptools 0.9; tests/integration/test_http_protocol.py sends what clients send.
"""

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEADERS_MOST = 65_536
"""Bytes that are read of a request before its headers have to be complete; httptools reads on for ever."""
_OF_UPGRADES = (b"upgrade", b"http2-settings")
_INVALID = "Invalid HTTP request received."


class PlainHttpProtocol(HttpToolsProtocol):
    _header_bytes = 0
    _is_in_headers = False

    def data_received(self, data: bytes) -> None:
        self._unset_keepalive_if_required()
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as stopped:
            rest = memoryview(data)[stopped.args[0] :].tobytes()
            request = self._request_without_upgrade()
            self.parser = httptools.HttpRequestParser(self)
            self.data_received(request + rest)
            return
        except httptools.HttpParserError:
            self.send_400_response(_INVALID)
            return
        if self._is_in_headers:
            self._header_bytes += len(data)
            if self._header_bytes > HEADERS_MOST:
                self.send_400_response(_INVALID)

    def on_message_begin(self) -> None:
        self._header_bytes, self._is_in_headers = 0, True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._is_in_headers = False
        if not self.parser.should_upgrade():
            super().on_headers_complete()

    def on_message_complete(self) -> None:
        if not self.parser.should_upgrade():
            super().on_message_complete()

    def _request_without_upgrade(self) -> bytes:
        lines = [self.parser.get_method() + b" " + self.url + b" HTTP/1.1"]
        for name, value in self.headers:
            if name == b"connection":
                kept = [part for part in value.split(b",") if part.strip().lower() not in _OF_UPGRADES]
                lines.append(name + b": " + b",".join(kept))
            elif name not in _OF_UPGRADES:
                lines.append(name + b": " + value)
        return b"\r\n".join([*lines, b"", b""])
