"""The edge: makes a route's function one authorized, idempotent transaction, committed before it is answered.

A route is written as what it does: `def log_interaction(command: LogInteraction, tx: Write, actor: Caller, now: Now)`.
The marked arguments are filled in here, in the one thread that runs the whole transaction. FastAPI's own `yield`
dependencies would commit after the response, or cost two thread hops more; and the answer kept for an
Idempotency-Key has to be in the same transaction (docs/decisions/0003).
"""

import hashlib
import inspect
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Annotated, Any, Protocol, TypeVar, get_type_hints

import pydantic_core
import sqlalchemy as sa
from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, TypeAdapter
from sqlalchemy.exc import IntegrityError

from shared.auth import PUBLIC, Actor, Rule
from shared.db import Database, Tx
from shared.errors import (
    DomainError,
    IdempotencyKeyReused,
    InvalidField,
    MalformedBody,
    TooLarge,
    VersionRequired,
)

Write = Annotated[Tx, "write"]
Read = Annotated[Tx, "read"]
Steps = Annotated[Database, "steps"]
"""The database, for what takes many transactions and does no harm when it is begun again."""
Caller = Annotated[Actor, "caller"]
Now = Annotated[datetime, "now"]
Version = Annotated[int, "version"]
"""The version in If-Match that the caller has seen: 428 without it."""

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


class Declare(Protocol):
    def __call__(self, endpoint: Endpoint) -> Endpoint: ...


_FILLED = {Write: "write", Read: "read", Steps: "steps", Caller: "caller", Now: "now", Version: "version"}
_STATUSES = (400, 401, 403, 404, 409, 412, 413, 422, 428, 429, 503)


class Command(BaseModel):
    """A request body: unknown fields, NaN and infinity are refused."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, str_strip_whitespace=True)


@dataclass(frozen=True)
class Answer:
    """What a use case returns when the status is not the route's own, as 200 for what existed already.

    ``kept`` replaces the body in what an Idempotency-Key keeps, where the body holds a secret that is shown once.
    """

    body: Any
    status: int = 200
    kept: Any = None


class Api(APIRouter):
    """A router whose every route names its rule; one without refuses to be declared."""

    def __init__(self, **options: Any) -> None:
        super().__init__(route_class=EdgeRoute, **options)

    def get(self, path: str, *, rule: Rule, **options: Any) -> Declare:  # type: ignore[override]
        return self._route("GET", path, rule, 200, options)

    def post(self, path: str, *, rule: Rule, status_code: int = 201, **options: Any) -> Declare:  # type: ignore[override]
        return self._route("POST", path, rule, status_code, options)

    def put(self, path: str, *, rule: Rule, **options: Any) -> Declare:  # type: ignore[override]
        return self._route("PUT", path, rule, 200, options)

    def patch(self, path: str, *, rule: Rule, **options: Any) -> Declare:  # type: ignore[override]
        return self._route("PATCH", path, rule, 200, options)

    def delete(self, path: str, *, rule: Rule, status_code: int = 204, **options: Any) -> Declare:  # type: ignore[override]
        return self._route("DELETE", path, rule, status_code, options)

    def _route(self, method: str, path: str, rule: Rule, status: int, options: dict[str, Any]) -> Declare:
        def declare(endpoint: Endpoint) -> Endpoint:
            filled = _filled(endpoint)
            result = get_type_hints(endpoint).get("return")
            if result is type(None) or (inspect.isclass(result) and issubclass(result, Response)):
                result = None  # nothing, or an answer made by the endpoint itself
            described = options.setdefault("openapi_extra", {})
            described.setdefault("parameters", _header_parameters(method, filled))
            described["x-rule"] = rule.name
            # Their model is told once, by the contract: FastAPI would make one for each route and status.
            problems: dict[int, Any] = {each: {"description": "Problem"} for each in _STATUSES}
            options["responses"] = problems | options.get("responses", {})
            self.add_api_route(
                path,
                _edged(endpoint, filled, rule, status, result),
                methods=[method],
                status_code=status,
                response_model=result,
                operation_id=options.pop("operation_id", endpoint.__name__),
                **options,
            )
            return endpoint

        return declare


def _filled(endpoint: Callable[..., Any]) -> dict[str, str]:
    hints = get_type_hints(endpoint, include_extras=True)
    return {name: _FILLED[hint] for name, hint in hints.items() if hint in _FILLED and name != "return"}


def _header_parameters(method: str, filled: dict[str, str]) -> list[dict[str, Any]]:
    parameters = []
    if "version" in filled.values():
        text = "The ETag of what you have seen."
        parameters.append(
            {"name": "If-Match", "in": "header", "required": True, "description": text, "schema": {"type": "string"}}
        )
    if method == "POST" and not {"write", "steps"}.isdisjoint(filled.values()):
        text = "Sent again with the same body within 24 hours, gives the same answer."
        schema = {"type": "string", "minLength": 1, "maxLength": 200}
        parameters.append({"name": "Idempotency-Key", "in": "header", "description": text, "schema": schema})
    return parameters


def _edged(
    endpoint: Callable[..., Any], filled: dict[str, str], rule: Rule, status: int, result: Any
) -> Callable[..., Any]:
    render = _renderer(result, status)
    transaction = next((name for name, kind in filled.items() if kind in ("write", "read", "steps")), None)

    def fill(request: Request, arguments: dict[str, Any]) -> dict[str, Any]:
        for name, kind in filled.items():
            if kind == "caller":
                arguments[name] = request.state.actor
            elif kind == "now":
                arguments[name] = request.app.state.clock()
            elif kind == "version":
                arguments[name] = _seen_version(request)
        return arguments

    if inspect.iscoroutinefunction(endpoint):

        @wraps(endpoint)
        async def edge(request: Request, **arguments: Any) -> Response:
            return render(await endpoint(**_with_request(endpoint, request, fill(request, arguments))))

    elif transaction is None or filled[transaction] == "read":

        @wraps(endpoint)
        def edge(request: Request, **arguments: Any) -> Response:
            fill(request, arguments)
            if transaction is None:
                return render(endpoint(**arguments))
            with request.app.state.database.read() as tx:
                return render(endpoint(**arguments, **{transaction: tx}))

    else:
        run_once = _write if filled[transaction] == "write" else _step

        @wraps(endpoint)
        def edge(request: Request, **arguments: Any) -> Response:
            fill(request, arguments)
            return run_once(request, lambda given: render(endpoint(**arguments, **{transaction: given})))

    edge.__signature__ = _signature(endpoint, filled)  # type: ignore[attr-defined]
    edge.rule = rule  # type: ignore[attr-defined]
    return edge


def _with_request(endpoint: Callable[..., Any], request: Request, arguments: dict[str, Any]) -> dict[str, Any]:
    return arguments | {"request": request} if "request" in inspect.signature(endpoint).parameters else arguments


def _signature(endpoint: Callable[..., Any], filled: dict[str, str]) -> inspect.Signature:
    hints = get_type_hints(endpoint, include_extras=True)
    request = inspect.Parameter("request", inspect.Parameter.KEYWORD_ONLY, annotation=Request)
    own = [
        parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY, annotation=hints[name])
        for name, parameter in inspect.signature(endpoint).parameters.items()
        if name not in filled and name != "request"
    ]
    return inspect.Signature([request, *own])


def _renderer(result: Any, status: int) -> Callable[[Any], Response]:
    adapter: TypeAdapter[Any] | None = None if result is None else TypeAdapter(result)

    def render(answer: Any) -> Response:
        if isinstance(answer, Response):
            return answer
        code, kept = status, None
        if isinstance(answer, Answer):
            answer, code, kept = answer.body, answer.status, answer.kept
        if adapter is None:
            return Response(status_code=code)
        response = Response(adapter.dump_json(answer), code, media_type="application/json")
        if kept is not None:
            response.kept = adapter.dump_json(kept)  # type: ignore[attr-defined]
        version = getattr(answer, "version", None)
        if version is not None:
            response.headers["ETag"] = f'"{version}"'
        return response

    return render


def _seen_version(request: Request) -> int:
    header = request.headers.get("if-match")
    if header is None:
        raise VersionRequired()
    text = header.strip().removeprefix("W/").strip('"')
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise InvalidField("If-Match", "is not an ETag of this resource")
    return int(text)


def _write(request: Request, run: Callable[[Tx], Response]) -> Response:
    database: Database = request.app.state.database
    keyed = Keyed.of(request)
    if keyed is None:
        with database.write() as tx:
            return run(tx)
    try:
        with database.write() as tx:
            response = run(tx)
            keyed.keep(tx, response)
            return response
    except (DomainError, IntegrityError):
        # Keys are new but for a retry, so nothing asks before: a second write of a key cannot commit, whether its
        # first came long before or at the same moment, and what the first has done may be why this one is refused.
        if (before := keyed.answered(database)) is not None:
            return before
        raise


def _step(request: Request, run: Callable[[Database], Response]) -> Response:
    """Many transactions cannot be taken back, so a key is asked for before; two at the same moment may both run."""
    database: Database = request.app.state.database
    keyed = Keyed.of(request)
    if keyed is None:
        return run(database)
    if (before := keyed.answered(database)) is not None:
        return before
    response = run(database)
    try:
        with database.write() as tx:
            keyed.keep(tx, response)
        return response
    except IntegrityError:
        return keyed.answered(database) or response


@dataclass(frozen=True)
class Keyed:
    """A write that carries an Idempotency-Key: the same key and body have the same answer; only 2xx ones are kept."""

    place: dict[str, str]
    body_hash: str
    now: datetime

    @classmethod
    def of(cls, request: Request) -> "Keyed | None":
        key = request.headers.get("idempotency-key") if request.method == "POST" else None
        if key is None:
            return None
        if not 1 <= len(key) <= 200:
            raise InvalidField("Idempotency-Key", "is 1 to 200 characters long")
        route = f"{request.method} {request.url.path}"[:200]
        place = {"principal_id": request.state.actor.actor_id, "route": route, "key": key}
        return cls(place, hashlib.sha256(getattr(request, "_body", b"")).hexdigest(), request.app.state.clock())

    def keep(self, tx: Tx, response: Response) -> None:
        if response.status_code < 300:
            headers = {n: v for n, v in response.headers.items() if n in ("content-type", "etag", "location")}
            body = bytes(getattr(response, "kept", response.body)).decode()
            tx.add_row(
                tx.table("idempotency_key"), **self.place, body_hash=self.body_hash, status=response.status_code,
                headers=headers, body=body, created_at=self.now,
            )  # fmt: skip

    def answered(self, database: Database) -> Response | None:
        """What this key was answered before; `IdempotencyKeyReused` where that was for another body."""
        keys = database.metadata.tables["idempotency_key"]
        chosen = sa.select(keys).where(*(keys.c[name] == value for name, value in self.place.items()))
        with database.read() as tx:
            row = tx.run(chosen).mappings().first()
        if row is None:
            return None
        if row["body_hash"] != self.body_hash:
            raise IdempotencyKeyReused()
        return Response(row["body"], row["status"], dict(row["headers"]))


class JsonRequest(Request):
    """A request of bounded size whose JSON is parsed with bounded nesting, and without NaN or invalid UTF-8."""

    async def stream(self) -> AsyncGenerator[bytes, None]:
        received, most = 0, self.app.state.max_body_bytes
        async for chunk in super().stream():
            received += len(chunk)
            if received > most:
                raise _Refused(TooLarge(f"a body has at most {most} bytes"))
            yield chunk

    async def json(self) -> Any:
        if not hasattr(self, "_json"):
            try:
                self._json = pydantic_core.from_json(await self.body(), allow_inf_nan=False)
            except ValueError as error:
                raise _Refused(MalformedBody(str(error))) from None
            if b"\\u0000" in self._body and (pointer := _nul(self._json, "")) is not None:
                raise _Refused(MalformedBody(f"{pointer or 'the body'} holds a NUL character"))
        return self._json


def _nul(value: Any, pointer: str) -> str | None:
    """Where a NUL character stands, which no database text can hold."""
    if isinstance(value, str):
        return pointer if "\0" in value else None
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, child in children:
        found = pointer if isinstance(name, str) and "\0" in name else _nul(child, f"{pointer}/{name}")
        if found is not None:
            return found
    return None


class _Refused(Exception):
    """Carries a refusal past FastAPI, which hides what it does not know of a body's faults."""

    def __init__(self, error: DomainError) -> None:
        self.error = error


class EdgeRoute(APIRoute):
    """Authenticates and applies the route's rule before anything of the request is read."""

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]
        handle = super().get_route_handler()
        rule: Rule = self.endpoint.rule  # type: ignore[attr-defined]  # a route without a rule refuses to start

        async def guarded(request: Request) -> Response:
            request = JsonRequest(request.scope, request.receive)
            if rule is not PUBLIC:
                actor = await request.app.state.authenticate(request)
                rule.check(actor)
                request.state.actor = actor
            try:
                return await handle(request)
            except Exception as error:
                refused = error if isinstance(error, _Refused) else error.__cause__
                if isinstance(refused, _Refused):
                    raise refused.error from None
                raise

        return guarded
