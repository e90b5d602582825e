"""A service's web app, derived from its value: routes, problems for every refusal, probes, metrics, body limits."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from http import HTTPStatus
from typing import Any

import anyio.to_thread
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.telemetry import TelemetryConfig
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared import tracing
from shared.auth import Actor, TokenVerifier
from shared.clock import Clock
from shared.db import TRANSIENT, Database
from shared.errors import (
    DomainError,
    InvalidField,
    InvalidFields,
    Located,
    NotSignedIn,
    Problem,
    TooLarge,
    Unavailable,
    problem,
)
from shared.observe import HTTP, POOL_TIMEOUTS, READY
from shared.service import Service, has_shape
from shared.settings import Settings

log = structlog.get_logger()

Authenticate = Callable[[Request], Awaitable[Actor]]

ASK_READY_S = 2
PROBES = ("/healthz", "/readyz", "/metrics")
# FastAPI's own would tell paths, queries and the texts of errors to whatever collector the environment names.
_NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}


def by_actor_token(verifier: TokenVerifier) -> Authenticate:
    """Services answer only who carries an actor token of the gateway for them."""

    async def authenticate(request: Request) -> Actor:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise NotSignedIn()
        return verifier.actor(token)

    return authenticate


def web_app(
    service: Service,
    database: Database,
    authenticate: Authenticate,
    settings: Settings,
    clock: Clock,
    **options: Any,
) -> FastAPI:
    """The ASGI app of a service; entering its lifespan sets the thread limit."""
    options.setdefault("lifespan", _lifespan(settings.threads))
    # The contract is a committed file (shared.contracts), so no route needs to tell it to strangers.
    options |= {"openapi_url": None, "docs_url": None, "redoc_url": None, "telemetry": _NO_TELEMETRY}
    app = FastAPI(title=f"Entente {service.name}", **options)
    app.state.database, app.state.authenticate, app.state.clock = database, authenticate, clock
    app.state.service, app.state.max_body_bytes = service, settings.max_body_bytes
    app.state.is_leaving = False
    app.state.ready_limiter = anyio.CapacityLimiter(1)
    app.include_router(service.api)
    app.add_exception_handler(DomainError, _refuse)
    app.add_exception_handler(RequestValidationError, _refuse_invalid)
    app.add_exception_handler(HTTPException, _refuse_http)
    app.add_exception_handler(Exception, _refuse_unknown)
    for kind in TRANSIENT:
        app.add_exception_handler(kind, _refuse_unavailable)
    app.add_exception_handler(IntegrityError, _refuse_conflict)
    app.add_exception_handler(DataError, _refuse_unstorable)
    app.add_middleware(Observed, service=service.name)
    for path, probe in zip(PROBES, (_healthz, _readyz, _metrics), strict=True):
        app.add_route(path, probe, include_in_schema=False)
    return app


async def _healthz(request: Request) -> Response:
    return JSONResponse({"status": "alive"})


async def _readyz(request: Request) -> Response:
    """The bus being away does not make a service unready: writes go on and the outbox grows."""
    state = request.app.state
    if state.is_leaving:
        return JSONResponse({"status": "leaving"}, 503)
    parts = await anyio.to_thread.run_sync(_parts, state.service, state.database)
    is_ready = all(parts.values())
    body = {"status": "ready" if is_ready else "unready", **parts, **getattr(state, "readiness", dict)()}
    return JSONResponse(body, 200 if is_ready else 503)


async def _is_ready(state: Any) -> bool:
    """Not, where the database does not say in time; at most one thread waits for it."""
    with anyio.move_on_after(ASK_READY_S):
        asked = anyio.to_thread.run_sync(
            _parts, state.service, state.database, abandon_on_cancel=True, limiter=state.ready_limiter
        )
        return all((await asked).values())
    return False


def _parts(service: Service, database: Database) -> dict[str, bool]:
    try:
        return {"database": True, "migrations": has_shape(service, database)}
    except Exception as error:
        log.warning("database not ready", service=service.name, error=str(error))
        return {"database": False, "migrations": False}


async def _metrics(request: Request) -> Response:
    """What Prometheus asks for, of every service in this process that answers here."""
    for state in (request.app.state, *(app.state for app in getattr(request.app.state, "beside", ()))):
        READY.labels(service=state.service.name).set(await _is_ready(state))
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def _lifespan(threads: int) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with serving(threads):
            yield

    return lifespan


@asynccontextmanager
async def serving(threads: int) -> AsyncIterator[None]:
    """More threads than connections would only wait for the pool, and be told 503. At the end traces are sent."""
    anyio.to_thread.current_default_thread_limiter().total_tokens = threads
    yield
    await anyio.to_thread.run_sync(tracing.close)


def problem_response(error: DomainError) -> Response:
    return _problem(error.problem(), dict(error.headers))


def _problem(body: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    content = Problem.model_validate(body).model_dump_json(exclude_unset=True)
    return Response(content, body["status"], headers, "application/problem+json")


async def _refuse(request: Request, error: Exception) -> Response:
    assert isinstance(error, DomainError)
    return problem_response(error)


async def _refuse_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return problem_response(
        InvalidFields([Located(pointer=_pointer(e["loc"]), detail=e["msg"]) for e in error.errors()])
    )


def _pointer(location: tuple[str | int, ...]) -> str:
    place, *path = location
    if place == "body":
        return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)
    return ".".join(map(str, path))


async def _refuse_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    phrase = HTTPStatus(error.status_code).phrase
    slug = TooLarge.slug if error.status_code == TooLarge.status else phrase.lower().replace(" ", "-")
    return _problem(problem(slug, phrase, error.status_code, str(error.detail)), dict(error.headers or {}))


async def _refuse_unavailable(request: Request, error: Exception) -> Response:
    if isinstance(error, PoolTimeout):
        POOL_TIMEOUTS.labels(service=request.app.state.service.name).inc()
    log.warning("database not available", error=str(error))
    return problem_response(Unavailable("the database does not answer just now"))


async def _refuse_unstorable(request: Request, error: Exception) -> Response:
    return problem_response(InvalidField("", "a value cannot be stored"))


async def _refuse_conflict(request: Request, error: Exception) -> Response:
    log.warning("write refused by a constraint", error=str(error))
    return problem_response(DomainError("somebody else wrote the same at the same moment"))


async def _refuse_unknown(request: Request, error: Exception) -> Response:
    with tracing.inside(request.scope.get(TRACEPARENT, "")):  # Starlette calls this outside of what is observed
        log.error("request failed", path=request.url.path, exc_info=error)
    return _problem(problem("internal-error", "Something went wrong on our side", 500, "It is logged."))


TRACEPARENT = "entente.traceparent"


class Observed:
    """Pure ASGI: counts, times and traces each request by its route, never by its path."""

    def __init__(self, app: ASGIApp, service: str) -> None:
        self._app, self._service = app, service
        self._series: dict[tuple[str, str, int], Any] = {}

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
            place = (scope["method"], route, status)
            series = self._series.get(place)
            if series is None:
                series = HTTP.labels(service=self._service, method=place[0], route=route, status=str(status))
                self._series[place] = series
            series.observe(time.perf_counter() - started)
            span.end(
                name=f"{scope['method']} {route}",
                error=str(status) if status >= 500 else None,
                http__request__method=scope["method"],
                http__route=route,
                http__response__status_code=status,
            )
