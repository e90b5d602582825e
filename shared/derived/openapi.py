"""A service's OpenAPI document, made of its routes and corrected where FastAPI says less, or other than is so."""

import inspect
from collections.abc import Callable, Iterator
from http import HTTPStatus

from fastapi.openapi.utils import get_openapi

from shared.derived.descriptions import describe_parameters, describe_schemas
from shared.derived.document import Document as Document
from shared.errors import DomainError, Problem
from shared.http.routing import GuardedRoute
from shared.service import Service

METHODS = ("get", "post", "put", "patch", "delete")
SCHEMAS = "#/components/schemas/"
JSON = "application/json"
PROBLEM = "application/problem+json"
HEADERS: Document = {
    "ETag": {
        "description": "The version of what is answered, to be sent as If-Match with the next change of it.",
        "schema": {"type": "string"},
        "example": '"3"',
    },
    "Location": {
        "description": "Where what was made is read.",
        "schema": {"type": "string", "format": "uri-reference"},
    },
    "Retry-After": {"description": "Seconds to wait before the next try.", "schema": {"type": "integer", "minimum": 1}},
    "WWW-Authenticate": {"description": "How to authenticate.", "schema": {"type": "string"}, "example": "Bearer"},
}
REFUSALS = {
    400: "The request cannot be read.",
    401: "Nobody is signed in: no session or token, or one that is over.",
    403: "This person, token or link may not do this.",
    404: "There is nothing here that this reader may read.",
    405: "The address has other methods, which Allow names.",
    406: "The answer cannot be given in a form that the request accepts.",
    409: "It does not go with what is there now.",
    412: "Somebody else changed it first: read it again.",
    413: "The body is too large.",
    415: "The body is of a form that is not read here.",
    422: "A value is not right; `errors` names each with its position.",
    428: "The version that was seen has to be sent as If-Match.",
    429: "Too many requests: wait as long as Retry-After says.",
    500: "Something went wrong that is no fault of the request.",
    503: "Not available just now: the same request may be sent again.",
}
"""What each status of a refusal means, on every route that answers it."""
UNSAID = "Successful Response"
"""What FastAPI says of an answer of which nothing else is said."""
GOOD = {
    (True, 200): "What was asked for, as it is now.",
    (False, 200): "How it stands after this.",
    (False, 201): "It was made, and is this.",
    (False, 202): "It was taken up, and is done in a moment.",
    (False, 204): "It was done; there is nothing to answer.",
}
"""What an answer is that is no refusal, by whether it was only read, and by status."""
_HEADERS_OF_REFUSALS = {401: "WWW-Authenticate", 429: "Retry-After", 503: "Retry-After"}


def openapi_of(service: Service) -> Document:
    """What a service serves, each operation with the name of its rule as `x-rule`."""
    routes = service.api().routes
    document = get_openapi(title=f"Entente {service.name}", version="1", routes=routes)
    problem = Problem.model_json_schema(mode="serialization", ref_template=f"{SCHEMAS}{{model}}")
    schemas = document["components"]["schemas"] | problem.pop("$defs") | {Problem.__name__: problem}
    document["components"] = {
        "schemas": dict(sorted(schemas.items())),
        "responses": {_name(status): _refusal(status) for status in REFUSALS},
        "headers": HEADERS,
    }
    document["x-problems"] = _problems(service.name)
    _each(document["components"], _without_title)
    _each(document["components"], _as_scalar)
    _each(document["paths"], _without_title)
    describe_schemas(document["components"]["schemas"], (f"services.{service.name}", "shared"))
    described = operations(document)
    for route in routes:
        if isinstance(route, GuardedRoute) and route.include_in_schema:
            for method in route.methods or ():
                _describe(described[method, route.path_format], method, route.endpoint)
    for operation in described.values():
        operation["responses"] = {
            status: _response(int(status), response, document) for status, response in operation["responses"].items()
        }
    return document


def operations(document: Document) -> dict[tuple[str, str], Document]:
    """Every operation of an OpenAPI document by (METHOD, path)."""
    return {
        (method.upper(), path): item[method]
        for path, item in document["paths"].items()
        for method in METHODS
        if method in item
    }


def without_unused(document: Document, part: str = "schemas") -> Document:
    """The document without the components of this part that nothing refers to any more."""
    components = document["components"]
    while unused := components[part].keys() - referred(document, part):
        components[part] = {name: each for name, each in components[part].items() if name not in unused}
    return document


def referred(document: Document, part: str = "schemas") -> set[str]:
    """The names of components that something in the document refers to."""
    found: set[str] = set()
    prefix = f"#/components/{part}/"

    def note(node: Document) -> None:
        reference = node.get("$ref")
        if isinstance(reference, str) and reference.startswith(prefix):
            found.add(reference.removeprefix(prefix))

    _each(document, note)
    return found


def without_titles(node: Document) -> Document:
    """A schema is called what its component is called: a second name makes generators drop one of two alike."""
    _each(node, _without_title)
    return node


def _each(node: object, visit: Callable[[Document], None]) -> None:
    if isinstance(node, dict):
        visit(node)
        for name, child in node.items():
            if name not in ("example", "examples", "default", "const", "enum"):
                _each(child, visit)
    elif isinstance(node, list):
        for child in node:
            _each(child, visit)


def _without_title(node: Document) -> None:
    if isinstance(node.get("title"), str):
        del node["title"]


def _describe(operation: Document, method: str, endpoint: Callable[..., object]) -> None:
    operation["description"] = _paragraphs(operation.get("description", ""))
    describe_parameters(operation.get("parameters", ()), endpoint)
    for status, response in operation["responses"].items():
        if response["description"] == UNSAID:
            response["description"] = GOOD[method == "GET", int(status)]


def _as_scalar(node: Document) -> None:
    """Any JSON scalar is one schema of several types: a union of them becomes a class in most languages."""
    kinds = [list(each.items()) for each in node.get("anyOf", ())]
    if len(kinds) > 2 and all(len(kind) == 1 and kind[0][0] == "type" for kind in kinds):
        types = [kind[0][1] for kind in kinds]
        del node["anyOf"]
        node["type"] = [each for each in types if not (each == "integer" and "number" in types)]


def _paragraphs(text: str) -> str:
    """The text with each paragraph in one line: a source breaks lines where they are full."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))


def _problems(service: str) -> list[Document]:
    """Every refusal that a service may answer with, by its code."""
    own = (f"services.{service}.", "shared.")
    found = {kind.slug: kind for kind in _refusals(DomainError) if kind.__module__.startswith(own)}
    return [
        {"code": code, "status": kind.status, "title": kind.title, "description": _meaning(kind)}
        for code, kind in sorted(found.items())
    ]


def _refusals(kind: type[DomainError]) -> Iterator[type[DomainError]]:
    yield kind
    for narrower in kind.__subclasses__():
        yield from _refusals(narrower)


def _meaning(kind: type[DomainError]) -> str:
    return inspect.cleandoc(kind.__dict__.get("__doc__") or REFUSALS.get(kind.status, ""))


def _response(status: int, response: Document, document: Document) -> Document:
    if status in REFUSALS:
        return {"$ref": f"#/components/responses/{_name(status)}"}
    for media_type, content in response.get("content", {}).items():
        if media_type != JSON and not content.get("schema"):
            is_text = media_type.startswith("text/")
            content["schema"] = {"type": "string"} if is_text else {"type": "string", "format": "binary"}
    if _has_version(response, document):
        response["headers"] = response.get("headers", {}) | {"ETag": {"$ref": "#/components/headers/ETag"}}
    return response


def _has_version(response: Document, document: Document) -> bool:
    schema = response.get("content", {}).get(JSON, {}).get("schema", {})
    name = schema.get("$ref", "").removeprefix(SCHEMAS)
    return "version" in document["components"]["schemas"].get(name, {}).get("properties", {})


def _name(status: int) -> str:
    """The component of a status' refusals: `NotFound` of 404."""
    return "".join(word.title() for word in HTTPStatus(status).phrase.replace("-", " ").split())


def _refusal(status: int) -> Document:
    refusal: Document = {
        "description": REFUSALS[status],
        "content": {PROBLEM: {"schema": {"$ref": SCHEMAS + Problem.__name__}}},
    }
    if (header := _HEADERS_OF_REFUSALS.get(status)) is not None:
        refusal["headers"] = {header: {"$ref": f"#/components/headers/{header}"}}
    return refusal
