"""Every refusal as an RFC 9457 problem."""

import structlog
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from shared.errors import (
    BadRequest,
    DomainError,
    InternalError,
    InvalidField,
    InvalidFields,
    Located,
    MethodNotAllowed,
    NotFound,
    Problem,
    TooLarge,
    Unavailable,
)
from shared.http.request_metrics import REQUEST_ID, TRACEPARENT
from shared.sentences import pointer_to, sentence_of
from shared.telemetry import tracing
from shared.telemetry.metrics import POOL_TIMEOUTS

log = structlog.get_logger()

_OF_THE_FRAMEWORK: tuple[type[DomainError], ...] = (BadRequest, NotFound, MethodNotAllowed, TooLarge)
"""What is refused before anything of the product is asked."""


def problem_response(error: DomainError) -> Response:
    content = Problem.model_validate(problem_of_request(error))
    return Response(
        content.model_dump_json(exclude_unset=True), content.status, dict(error.headers), "application/problem+json"
    )


def problem_of_request(error: DomainError) -> dict[str, object]:
    """The problem, with the id of the request that it refuses."""
    return error.problem() | {"request_id": tracing.request_id()}


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
    kind = next((kind for kind in _OF_THE_FRAMEWORK if kind.status == error.status_code), BadRequest)
    return problem_response(kind(str(error.detail)))


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
    scope = request.scope
    # Starlette calls this outside of what is observed.
    with tracing.inside(scope.get(TRACEPARENT, ""), scope.get(REQUEST_ID)):
        log.error("request failed", path=request.url.path, exc_info=error)
        return problem_response(InternalError())
