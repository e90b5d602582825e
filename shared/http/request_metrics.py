"""Counts, times and traces requests."""

import random
import re
import time

from prometheus_client import Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.http.probes import PROBES
from shared.telemetry import tracing
from shared.telemetry.metrics import HTTP

TRACEPARENT = "entente.traceparent"
REQUEST_ID = "entente.request_id"
_GIVEN_ID = re.compile(rb"[A-Za-z0-9._:/+=@-]{1,128}")


class MeasuredRequests:
    """Pure ASGI: counts, times and traces each request by its route, never by its path; its answer says its ids.

    Where one stands around another, the outer one does it.
    """

    def __init__(self, app: ASGIApp, service: str) -> None:
        self._app, self._service = app, service
        self._series: dict[tuple[str, str, int], Histogram] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in PROBES or TRACEPARENT in scope:  # what watches is not watched
            await self._app(scope, receive, send)
            return
        started, status = time.perf_counter(), 500
        above = next((value for name, value in scope["headers"] if name == b"traceparent"), b"")
        span = tracing.start(self._service, scope["method"], "server", above.decode("latin-1"))
        request_id = _request_id(scope)
        scope[TRACEPARENT], scope[REQUEST_ID] = span.traceparent, request_id
        token = tracing.enter(span.traceparent, request_id)

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                own = [(b"x-request-id", request_id.encode()), (b"traceparent", span.traceparent.encode())]
                message = {**message, "headers": [*message.get("headers", ()), *own]}
            await send(message)

        try:
            await self._app(scope, receive, watch)
        finally:
            tracing.leave(token)
            route = getattr(scope.get("route"), "path", "unmatched")
            labels = (scope["method"], route, status)
            series = self._series.get(labels)
            if series is None:
                series = HTTP.labels(service=self._service, method=labels[0], route=route, status=str(status))
                self._series[labels] = series
            series.observe(time.perf_counter() - started)
            span.end(
                name=f"{scope['method']} {route}",
                error=str(status) if status >= 500 else None,
                http__request__method=scope["method"],
                http__route=route,
                http__response__status_code=status,
            )


def _request_id(scope: Scope) -> str:
    """The id that a client has given its request, if it is a plain word of at most 128 characters; else a new one."""
    given = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
    return given.decode() if _GIVEN_ID.fullmatch(given) else f"{random.getrandbits(128):032x}"
