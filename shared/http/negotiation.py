"""What a request may carry: query parameters that its route knows, a body and an answer in a form that it has."""

from collections.abc import Iterator, Set
from difflib import get_close_matches
from typing import NamedTuple
from urllib.parse import parse_qsl

from fastapi.dependencies.models import Dependant
from fastapi.params import Form
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.types import Scope

from shared.errors import DomainError, Located

JSON = "application/json"
_PROBLEM = "application/problem+json"
_FORM = "multipart/form-data"


class UnknownParameter(DomainError):
    """A filter with a mistyped name would otherwise answer everything, as if nothing had been asked for."""

    slug, status, title = "unknown-parameter", 422, "There is no such query parameter here"


class NotAcceptable(DomainError):
    slug, status, title = "not-acceptable", 406, "The answer cannot be given in that form"


class UnsupportedMediaType(DomainError):
    slug, status, title = "unsupported-media-type", 415, "A body of this form is not read here"


class Forms(NamedTuple):
    """What a route reads and answers. `parameters` is None where any are accepted, `body` where none is read."""

    parameters: frozenset[str] | None
    body: str | None
    answers: tuple[str, ...]

    def check(self, scope: Scope) -> None:
        """Raises `UnknownParameter`, `NotAcceptable` or `UnsupportedMediaType`."""
        if scope["query_string"] and self.parameters is not None:
            _check_parameters(scope["query_string"].decode("latin-1"), self.parameters)
        for name, value in scope["headers"]:
            if name == b"accept" and value != b"*/*":
                _check_accept(value.decode("latin-1"), self.answers)
            elif name == b"content-type" and self.body is not None:
                _check_body(value.decode("latin-1"), self.body)


def forms_of(route: APIRoute, answers: tuple[str, ...], *, accepts_any_parameter: bool) -> Forms:
    known = None if accepts_any_parameter else frozenset(_parameters(route.dependant))
    if route.body_field is None:
        return Forms(known, None, answers)
    return Forms(known, _FORM if isinstance(route.body_field.field_info, Form) else JSON, answers)


def _parameters(dependant: Dependant) -> Iterator[str]:
    for field in dependant.query_params:
        model = field.field_info.annotation
        if isinstance(model, type) and issubclass(model, BaseModel):
            yield from (each.alias or name for name, each in model.model_fields.items())
        else:
            yield field.alias
    for part in dependant.dependencies:
        yield from _parameters(part)


def _check_parameters(query: str, known: Set[str]) -> None:
    unknown = [name for name, _ in parse_qsl(query, keep_blank_values=True) if name not in known]
    if unknown:
        raise UnknownParameter(
            f"{len(set(unknown))} unknown" if len(set(unknown)) > 1 else _explained(unknown[0], known),
            errors=[Located(pointer=name[:80], detail=_explained(name, known)) for name in dict.fromkeys(unknown)],
        )


def _explained(name: str, known: Set[str]) -> str:
    near = get_close_matches(_plain(name), {_plain(each): each for each in known}, 1, 0.6)
    if near:
        return f"{name[:80]!r} is not known; did you mean {next(each for each in known if _plain(each) == near[0])!r}?"
    if not known:
        return f"{name[:80]!r} is not known; there are none here"
    return f"{name[:80]!r} is not known; here are {', '.join(sorted(known))}"


def _plain(name: str) -> str:
    """Spellings of one name alike: `externalId`, `external-id`, `external_id`."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _check_accept(accept: str, answers: tuple[str, ...]) -> None:
    accepted = [part.strip() for part in accept.split(",") if part.strip()]
    if not accepted or any(_accepts(each, answer) for each in accepted for answer in answers):
        return
    raise NotAcceptable(f"the answer is {' or '.join(answers)}, and the request accepts {accept[:200]}")


def _accepts(accepted: str, answer: str) -> bool:
    media_range, *parameters = (part.strip().lower() for part in accepted.split(";"))
    if any(each.replace(" ", "") in ("q=0", "q=0.0", "q=0.00", "q=0.000") for each in parameters):
        return False
    kind, _, form = media_range.partition("/")
    answer_kind, _, answer_form = answer.partition("/")
    return (kind in ("*", answer_kind) and form in ("*", answer_form)) or (media_range == _PROBLEM and answer == JSON)


def _check_body(content_type: str, body: str) -> None:
    media_type = content_type.split(";", 1)[0].strip().lower()
    is_json = media_type == JSON or (media_type.startswith("application/") and media_type.endswith("+json"))
    if not media_type or (is_json if body == JSON else media_type == body):
        return
    raise UnsupportedMediaType(f"the body is read as {body}, and the request says {content_type[:200]}")
