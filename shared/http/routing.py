"""The edge: makes a route's function one authorized, idempotent transaction, committed before it is answered.

A route is written as what it does: `def log_interaction(command: LogInteraction, tx: Write, actor: CurrentActor)`.
The marked arguments are filled in here, in the one thread that runs the whole transaction. FastAPI's own `yield`
dependencies would commit after the response, or cost two thread switches more; and the answer kept for an
Idempotency-Key has to be in the same transaction (docs/decisions/0003).
"""

import inspect
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from enum import Enum
from functools import wraps
from typing import (
    Annotated,
    NamedTuple,
    NotRequired,
    Protocol,
    TypedDict,
    TypeVar,
    Unpack,
    get_args,
    get_origin,
    get_type_hints,
)

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import TypeAdapter
from sqlalchemy.exc import IntegrityError
from starlette.routing import BaseRoute

from shared.auth import PUBLIC, Actor, Rule
from shared.db.database import Database, Tx
from shared.errors import (
    DomainError,
    InvalidField,
    VersionRequired,
)
from shared.http import requirements
from shared.http.app_state import state_of
from shared.http.bodies import Answer
from shared.http.idempotency import KeyedWrite, Rendered
from shared.http.negotiation import forms_of
from shared.http.pages import Page, RowPage
from shared.http.requests import JsonRequest, RefusedInside

Write = Annotated[Tx, "write"]
Read = Annotated[Tx, "read"]
Steps = Annotated[Database, "steps"]
"""The database, for what takes many transactions and does no harm when it is begun again."""
CurrentActor = Annotated[Actor, "caller"]
Now = Annotated[datetime, "now"]
Version = Annotated[int, "version"]
"""The version in If-Match that the caller has seen: 428 without it."""

Endpoint = TypeVar("Endpoint", bound=Callable[..., object])


class Guard(NamedTuple):
    """What is checked of a request before anything of it is read."""

    rule: Rule
    answers: tuple[str, ...]
    """The media types that it is answered in."""
    accepts_any_parameter: bool


class RouteDecorator(Protocol):
    def __call__(self, endpoint: Endpoint) -> Endpoint: ...


_FILLED = {Write: "write", Read: "read", Steps: "steps", CurrentActor: "caller", Now: "now", Version: "version"}
_REFUSALS = (401, 403, 404, 406, 409, 422, 429, 503)
_REFUSALS_OF_BODIES = (400, 413, 415)
_REFUSALS_OF_VERSIONS = (412, 428)


class RouteOptions(TypedDict):
    """What a route may say of itself to FastAPI, beside what it does."""

    operation_id: NotRequired[str]
    tags: NotRequired[list[str | Enum]]
    responses: NotRequired[Mapping[int, Mapping[str, object]]]
    openapi_extra: NotRequired[Mapping[str, object]]
    include_in_schema: NotRequired[bool]
    accepts_any_parameter: NotRequired[bool]
    """For what programs ask for that add query parameters of their own, as calendars do."""
    requires: NotRequired[Mapping[str, Sequence[str]]]
    """Fields of the body that hold ids of others' records, by kind; `{"announced": ()}` for all that accounts says."""
    location: NotRequired[str]
    """Where what was made is read, as `/v1/contacts/{id}` with fields of the answer; by default of the last noun."""


class Api:
    """Routes that each name their rule: FastAPI's router is within, so that none can be declared without."""

    def __init__(self, *, prefix: str = "", tags: list[str | Enum] | None = None) -> None:
        # A body without a Content-Type is JSON: Java's client sends it so.
        self._router = APIRouter(route_class=GuardedRoute, prefix=prefix, tags=tags, strict_content_type=False)
        self._prefix = prefix

    @property
    def routes(self) -> list[BaseRoute]:
        return self._router.routes

    def add(self, *others: "Api") -> None:
        """Take over the routes of ``others``, with the paths that they have there.

        `include_router` would keep them below: each level matches a request twice again, and the route that a request
        ends at, which metrics and traces name, loses the prefix of the level above.
        """
        for other in others:
            self.routes.extend(other.routes)

    def get(self, path: str, *, rule: Rule, **options: Unpack[RouteOptions]) -> RouteDecorator:
        return self._route("GET", path, rule, 200, options)

    def post(self, path: str, *, rule: Rule, status_code: int = 201, **options: Unpack[RouteOptions]) -> RouteDecorator:
        return self._route("POST", path, rule, status_code, options)

    def put(self, path: str, *, rule: Rule, **options: Unpack[RouteOptions]) -> RouteDecorator:
        return self._route("PUT", path, rule, 200, options)

    def patch(self, path: str, *, rule: Rule, **options: Unpack[RouteOptions]) -> RouteDecorator:
        return self._route("PATCH", path, rule, 200, options)

    def delete(
        self, path: str, *, rule: Rule, status_code: int = 204, **options: Unpack[RouteOptions]
    ) -> RouteDecorator:
        return self._route("DELETE", path, rule, status_code, options)

    def _route(self, method: str, path: str, rule: Rule, status: int, options: RouteOptions) -> RouteDecorator:
        def declare(endpoint: Endpoint) -> Endpoint:
            filled = _filled(endpoint)
            result = get_type_hints(endpoint).get("return")
            if get_origin(result) is RowPage:
                result = Page.__class_getitem__(get_args(result)[0])
            if result is type(None) or (inspect.isclass(result) and issubclass(result, Response)):
                result = None  # nothing, or an answer made by the endpoint itself
            described = dict(options.get("openapi_extra", {}))
            described.setdefault("parameters", _header_parameters(method, filled))
            described["x-rule"] = rule.name
            if (requires := options.get("requires")) is not None:
                described["x-requires"] = {kind: list(fields) for kind, fields in requires.items()}
            # Their model stands once, in the contract: FastAPI would make one for each route and status.
            refusals = (
                *_REFUSALS,
                *(_REFUSALS_OF_BODIES if method in ("POST", "PUT", "PATCH") else ()),
                *(_REFUSALS_OF_VERSIONS if "version" in filled.values() else ()),
            )
            responses: dict[int | str, dict[str, object]] = {each: {"description": "Refused"} for each in refusals}
            responses |= {each: dict(answer) for each, answer in options.get("responses", {}).items()}
            location = self._location(path, status, options)
            if location is not None:
                responses[status] = {"headers": {"Location": {"$ref": "#/components/headers/Location"}}} | dict(
                    responses.get(status, {})
                )
            answers = _media_types(responses.get(status, {}), result)
            guard = Guard(rule, answers, options.get("accepts_any_parameter", False))
            edge = _edged(endpoint, filled, guard, _renderer(result, status, location))
            self._router.add_api_route(
                path,
                edge,
                methods=[method],
                status_code=status,
                response_model=result,
                response_class=Response if result is None else JSONResponse,
                operation_id=options.get("operation_id", endpoint.__name__),
                tags=options.get("tags"),
                responses=responses,
                openapi_extra=described,
                include_in_schema=options.get("include_in_schema", True),
            )
            return endpoint

        return declare

    def _location(self, path: str, status: int, options: RouteOptions) -> str | None:
        own = f"{self._prefix}/{path.rsplit('/', 1)[1]}/{{id}}" if status == 201 else None
        return options.get("location", own)


def _media_types(response: Mapping[str, object], result: type[object] | None) -> tuple[str, ...]:
    """What a route answers with: JSON, unless it says otherwise; any where it answers nothing."""
    content = response.get("content")
    if isinstance(content, Mapping):
        return tuple(map(str, content))
    return ("application/json",) if result is not None or "model" in response else ("*/*",)


def _filled(endpoint: Callable[..., object]) -> dict[str, str]:
    hints = get_type_hints(endpoint, include_extras=True)
    return {name: _FILLED[hint] for name, hint in hints.items() if hint in _FILLED and name != "return"}


def _header_parameters(method: str, filled: dict[str, str]) -> list[dict[str, object]]:
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
    endpoint: Callable[..., object], filled: dict[str, str], guard: Guard, render: Callable[[object], Response]
) -> Callable[..., object]:
    transaction = next((name for name, kind in filled.items() if kind in ("write", "read", "steps")), None)

    def fill(request: Request, arguments: dict[str, object]) -> dict[str, object]:
        for name, kind in filled.items():
            if kind == "caller":
                arguments[name] = request.state.actor
            elif kind == "now":
                arguments[name] = state_of(request).clock()
            elif kind == "version":
                arguments[name] = _seen_version(request)
        return arguments

    if inspect.iscoroutinefunction(endpoint):

        @wraps(endpoint)
        async def edge(request: JsonRequest, **arguments: object) -> Response:
            return render(await endpoint(**_with_request(endpoint, request, fill(request, arguments))))

    elif transaction is None or filled[transaction] == "read":

        @wraps(endpoint)
        def edge(request: JsonRequest, **arguments: object) -> Response:
            fill(request, arguments)
            if transaction is None:
                return render(endpoint(**arguments))
            with state_of(request).database.read() as tx:
                return render(endpoint(**arguments, **{transaction: tx}))

    else:
        run_once = _write if filled[transaction] == "write" else _step

        @wraps(endpoint)
        def edge(request: JsonRequest, **arguments: object) -> Response:
            fill(request, arguments)
            return run_once(request, lambda given: render(endpoint(**arguments, **{transaction: given})))

    edge.__signature__ = _signature(endpoint, filled)  # type: ignore[attr-defined]
    edge.guard = guard  # type: ignore[attr-defined]
    return edge


def _with_request(endpoint: Callable[..., object], request: Request, arguments: dict[str, object]) -> dict[str, object]:
    return arguments | {"request": request} if "request" in inspect.signature(endpoint).parameters else arguments


def _signature(endpoint: Callable[..., object], filled: dict[str, str]) -> inspect.Signature:
    hints = get_type_hints(endpoint, include_extras=True)
    request = inspect.Parameter("request", inspect.Parameter.KEYWORD_ONLY, annotation=Request)
    own = [
        parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY, annotation=hints[name])
        for name, parameter in inspect.signature(endpoint).parameters.items()
        if name not in filled and name != "request"
    ]
    return inspect.Signature([request, *own])


def _renderer(result: type[object] | None, status: int, location: str | None) -> Callable[[object], Response]:
    """Makes the answer of what an endpoint returns; `location` goes with the route's own status."""
    adapter: TypeAdapter[object] | None = None if result is None else TypeAdapter(result)

    def render(answer: object) -> Response:
        if isinstance(answer, Response):
            if location is not None and answer.status_code == status:
                answer.headers["Location"] = location
            return answer
        code, kept = status, None
        if isinstance(answer, Answer):
            code, kept, answer = answer.status, answer.kept, answer.body
        if adapter is None:
            return Response(status_code=code)
        if isinstance(answer, RowPage):
            return Rendered(answer.to_json(), code, media_type="application/json")
        response = Rendered(adapter.dump_json(answer), code, media_type="application/json")
        if kept is not None:
            response.kept = adapter.dump_json(kept)
        version = getattr(answer, "version", None)
        if version is not None:
            response.headers["ETag"] = f'"{version}"'
        if location is not None and code == status:
            response.headers["Location"] = re.sub(r"{(\w+)}", lambda field: getattr(answer, field[1]), location)
        return response

    return render


def _seen_version(request: Request) -> int:
    header = request.headers.get("if-match")
    if header is None:
        raise VersionRequired()
    # A tag of an answer to GET has a digest of its content behind the version.
    text = header.strip().removeprefix("W/").strip('"').split("-")[0]
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise InvalidField("If-Match", "is not an ETag of this resource")
    return int(text)


def _write(request: JsonRequest, run_in: Callable[[Tx], Response]) -> Response:
    database = state_of(request).database
    required = request.headers.get(requirements.HEADER)

    def run(tx: Tx) -> Response:
        if required is not None:
            requirements.check(tx, required)
        return run_in(tx)

    keyed_write = KeyedWrite.of(request)
    if keyed_write is None:
        with database.write() as tx:
            return run(tx)
    try:
        with database.write() as tx:
            response = run(tx)
            keyed_write.keep(tx, response)
            return response
    except (DomainError, IntegrityError):
        # Keys are new but for a retry, so nothing asks before: a second write of a key cannot commit, whether its
        # first came long before or at the same moment, and what the first has done may be why this one is refused.
        if (before := keyed_write.answered(database)) is not None:
            return before
        raise


def _step(request: JsonRequest, run: Callable[[Database], Response]) -> Response:
    """Many transactions cannot be taken back, so a key is asked for before; two at the same moment may both run."""
    database = state_of(request).database
    if (required := request.headers.get(requirements.HEADER)) is not None:
        with database.read() as tx:
            requirements.check(tx, required)
    keyed_write = KeyedWrite.of(request)
    if keyed_write is None:
        return run(database)
    if (before := keyed_write.answered(database)) is not None:
        return before
    response = run(database)
    try:
        with database.write() as tx:
            keyed_write.keep(tx, response)
        return response
    except IntegrityError:
        return keyed_write.answered(database) or response


class GuardedRoute(APIRoute):
    """Authenticates and applies the route's rule before anything of the request is read."""

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]
        handle = super().get_route_handler()
        guard: Guard = self.endpoint.guard  # type: ignore[attr-defined]  # a route without a rule refuses to start
        rule, forms = guard.rule, forms_of(self, guard.answers, accepts_any_parameter=guard.accepts_any_parameter)

        async def guarded(request: Request) -> Response:
            request = JsonRequest(request.scope, request.receive)
            if rule is not PUBLIC:
                actor = await state_of(request).authenticate(request)
                rule.check(actor)
                request.state.actor = actor
            forms.check(request.scope)
            try:
                return await handle(request)
            except Exception as error:
                refused = error if isinstance(error, RefusedInside) else error.__cause__
                if isinstance(refused, RefusedInside):
                    raise refused.error from None
                raise

        return guarded
