"""Every refusal as an RFC 9457 problem."""

from http import HTTPStatus

import structlog
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from shared.errors import (
    DomainError,
    InvalidField,
    InvalidFields,
    Located,
    Problem,
    TooLarge,
    Unavailable,
    problem,
)
from shared.http.request_metrics import TRACEPARENT
from shared.sentences import pointer_to, sentence_of
from shared.telemetry import tracing
from shared.telemetry.metrics import POOL_TIMEOUTS

log = structlog.get_logger()


def problem_response(error: DomainError) -> Response:
    return _problem(error.problem(), dict(error.headers))


def _problem(body: dict[str, object], headers: dict[str, str] | None = None) -> Response:
    content = Problem.model_validate(body)
    return Response(content.model_dump_json(exclude_unset=True), content.status, headers, "application/problem+json")


async def refuse(request: Request, error: Exception) -> Response:
    assert isinstance(error, DomainError)
    return problem_response(error)


async def refuse_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return problem_response(
        InvalidFields([Located(pointer=_pointer(e["loc"]), detail=sentence_of(e)) for e in error.errors()])
    )


def _pointer(location: tuple[str | int, ...]) -> str:
    source, *path = location
    if source == "body":
        return pointer_to(path)
    return ".".join(map(str, path))


async def refuse_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    phrase = HTTPStatus(error.status_code).phrase
    slug = TooLarge.slug if error.status_code == TooLarge.status else phrase.lower().replace(" ", "-")
    return _problem(problem(slug, phrase, error.status_code, str(error.detail)), dict(error.headers or {}))


async def refuse_unavailable(request: Request, error: Exception) -> Response:
    if isinstance(error, PoolTimeout):
        POOL_TIMEOUTS.labels(service=request.app.state.service.name).inc()
    log.warning("database not available", error=str(error))
    return problem_response(Unavailable("the database does not answer just now"))


async def refuse_unstorable(request: Request, error: Exception) -> Response:
    return problem_response(InvalidField("", "a value cannot be stored"))


async def refuse_conflict(request: Request, error: Exception) -> Response:
    log.warning("write refused by a constraint", error=str(error))
    return problem_response(DomainError("somebody else wrote the same at the same moment"))


async def refuse_unknown(request: Request, error: Exception) -> Response:
    with tracing.inside(request.scope.get(TRACEPARENT, "")):  # Starlette calls this outside of what is observed
        log.error("request failed", path=request.url.path, exc_info=error)
    return _problem(problem("internal-error", "Something went wrong on our side", 500, "It is logged."))
