"""A service's web app, derived from its value: routes, problems for every refusal, probes, metrics, body limits."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime

import anyio.to_thread
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.telemetry import TelemetryConfig
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import DataError, IntegrityError
from starlette.datastructures import State
from starlette.exceptions import HTTPException
from starlette.types import Lifespan

from shared.actor_tokens import TokenVerifier
from shared.auth import Actor
from shared.clock import Clock
from shared.db.database import TRANSIENT, Database
from shared.derived.migrations import has_schema
from shared.derived.worker import unseen_for_s
from shared.errors import (
    DomainError,
    NotSignedIn,
)
from shared.http.app_state import Authenticate
from shared.http.probes import PROBES
from shared.http.problems import (
    refuse,
    refuse_conflict,
    refuse_http,
    refuse_invalid,
    refuse_unavailable,
    refuse_unknown,
    refuse_unstorable,
)
from shared.http.request_metrics import MeasuredRequests
from shared.service import Service
from shared.settings import Settings
from shared.telemetry import tracing
from shared.telemetry.metrics import READY

log = structlog.get_logger()

ASK_READY_S = 2
UNSEEN_MOST_S = 60
"""A worker says every ten seconds that it is there."""
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
    lifespan: Lifespan[FastAPI] | None = None,
) -> FastAPI:
    """The ASGI app of a service; entering its lifespan sets the thread limit."""
    app = FastAPI(
        title=f"Entente {service.name}",
        lifespan=lifespan or _lifespan(settings.threads),
        # The contract is a committed file (shared.contracts), so no route needs to tell it to strangers.
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        telemetry=_NO_TELEMETRY,
    )
    app.state.database, app.state.authenticate, app.state.clock = database, authenticate, clock
    app.state.service, app.state.max_body_bytes = service, settings.max_body_bytes
    app.state.is_leaving = False
    app.state.ready_limiter = anyio.CapacityLimiter(1)
    app.router.routes.extend(service.api().routes)  # as `Api.add` does, so that one match finds the route
    app.add_exception_handler(DomainError, refuse)
    app.add_exception_handler(RequestValidationError, refuse_invalid)
    app.add_exception_handler(HTTPException, refuse_http)
    app.add_exception_handler(Exception, refuse_unknown)
    for kind in TRANSIENT:
        app.add_exception_handler(kind, refuse_unavailable)
    app.add_exception_handler(IntegrityError, refuse_conflict)
    app.add_exception_handler(DataError, refuse_unstorable)
    app.add_middleware(MeasuredRequests, service=service.name)
    for path, probe in zip(PROBES, (_healthz, _readyz, _metrics), strict=True):
        app.add_route(path, probe, include_in_schema=False)
    return app


async def _healthz(request: Request) -> Response:
    return JSONResponse({"status": "alive"})


async def _readyz(request: Request) -> Response:
    """The bus or the worker being away does not make a service unready: writes go on and the outbox grows."""
    state = request.app.state
    if state.is_leaving:
        return JSONResponse({"status": "leaving"}, 503)
    parts = await anyio.to_thread.run_sync(_parts, state.service, state.database)
    is_ready = all(parts.values())
    worker = await anyio.to_thread.run_sync(_worker, state.database, state.clock()) if is_ready else "not known"
    said: dict[str, object] = getattr(state, "readiness", dict)()
    body = {"status": "ready" if is_ready else "unready", **parts, "worker": worker, **said}
    return JSONResponse(body, 200 if is_ready else 503)


async def _is_ready(state: State) -> bool:
    """Not, where the database does not say in time; at most one thread waits for it."""
    with anyio.move_on_after(ASK_READY_S):
        asked = anyio.to_thread.run_sync(
            _parts, state.service, state.database, abandon_on_cancel=True, limiter=state.ready_limiter
        )
        return all((await asked).values())
    return False


def _parts(service: Service, database: Database) -> dict[str, bool]:
    try:
        return {"database": True, "migrations": has_schema(service, database)}
    except Exception as error:
        log.warning("database not ready", service=service.name, error=str(error))
        return {"database": False, "migrations": False}


def _worker(database: Database, now: datetime) -> str:
    """Whether a worker applies and announces what happens: who is ready may still serve what is old."""
    unseen_s = unseen_for_s(database, now)
    if unseen_s is None:
        return "never seen"
    return "at work" if unseen_s <= UNSEEN_MOST_S else f"not seen for {unseen_s:.0f} s"


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
    """More threads than connections would only wait for the pool, and be answered 503. At the end traces are sent."""
    anyio.to_thread.current_default_thread_limiter().total_tokens = threads
    yield
    await anyio.to_thread.run_sync(tracing.close)
