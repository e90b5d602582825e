"""Counts, times and traces requests."""

import time

from prometheus_client import Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.http.probes import PROBES
from shared.telemetry import tracing
from shared.telemetry.metrics import HTTP

TRACEPARENT = "entente.traceparent"


class MeasuredRequests:
    """Pure ASGI: counts, times and traces each request by its route, never by its path."""

    def __init__(self, app: ASGIApp, service: str) -> None:
        self._app, self._service = app, service
        self._series: dict[tuple[str, str, int], Histogram] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in PROBES:  # what watches is not watched
            await self._app(scope, receive, send)
            return
        started, status = time.perf_counter(), 500
        above = next((value for name, value in scope["headers"] if name == b"traceparent"), b"")
        span = tracing.start(self._service, scope["method"], "server", above.decode("latin-1"))
        scope[TRACEPARENT] = span.traceparent
        token = tracing.enter(span.traceparent)

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
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
