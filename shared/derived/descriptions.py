"""What fields and parameters mean: the docstrings beside them, read when a document is made of them.

A field is described by the string below it in its class. What a request's field means is said once: it holds for the
other requests and the answers of its module that say nothing else. What means the same everywhere is said in
`shared/derived/common_fields.py`. pydantic's `use_attribute_docstrings` would read every source at every start:
importing models took half as long again.
"""

import ast
import inspect
import re
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Annotated, get_args, get_origin, get_type_hints

from fastapi.params import Query
from pydantic import BaseModel

from shared.derived.common_fields import COMMON, PARAMETERS
from shared.derived.document import Document
from shared.http.bodies import Command


@dataclass(frozen=True)
class _Said:
    """The docstrings of a module: of its own names, and of the fields of its classes."""

    names: Mapping[str, str]
    fields: Mapping[str, Mapping[str, str]]
    requests: Collection[str]
    """The names of those classes that are bodies of requests."""

    def of_a_request(self, field: str) -> str | None:
        return next((self.fields[name][field] for name in self.requests if field in self.fields[name]), None)


_NOTHING = _Said({}, {}, ())


def describe_schemas(schemas: Mapping[str, Document], packages: Collection[str]) -> None:
    """Add what is missing to the components that were made of classes and names of these packages."""
    modules = [module for name, module in sorted(sys.modules.items()) if _is_of(name, packages)]
    for name, schema in schemas.items():
        properties: Mapping[str, Document] = schema.get("properties", {})
        kind = _class_of(name, properties, modules)
        for field, described in properties.items():
            said = None if kind is None else _first(_meanings(kind, field))
            if said is not None:
                described["description"] = said
            _describe(described, COMMON.get(field))
        if not properties:
            _describe(schema, *(_said(module).names.get(name) for module in modules if name in vars(module)))


def describe_parameters(parameters: Collection[Document], endpoint: Callable[..., object]) -> None:
    """Add what is missing to a route's parameters: of its filter's fields, or what the name means everywhere."""
    filters = list(_filters(inspect.unwrap(endpoint)))
    for parameter in parameters:
        name = parameter["name"]
        everywhere = PARAMETERS if parameter["in"] == "query" else COMMON
        _describe(parameter, *(_meanings(each, name)[0] for each in filters), everywhere.get(name))


def _describe(described: Document, *texts: str | None) -> None:
    said = _first(texts)
    if said is not None and not described.get("description"):
        described["description"] = said


def _filters(endpoint: Callable[..., object]) -> Iterator[type[BaseModel]]:
    """The models that a query is read into."""
    for hint in get_type_hints(endpoint, include_extras=True).values():
        if get_origin(hint) is Annotated:
            kind, *marks = get_args(hint)
            if any(isinstance(mark, Query) for mark in marks) and inspect.isclass(kind) and issubclass(kind, BaseModel):
                yield kind


def _is_of(module: str, packages: Collection[str]) -> bool:
    return any(module == package or module.startswith(package + ".") for package in packages)


def _class_of(name: str, properties: Collection[str], modules: Collection[ModuleType]) -> type[object] | None:
    """The class that a component was made of: of its name, with its fields."""
    plain = re.sub(r"-(Input|Output)$", "", name)
    for module in modules:
        kind = vars(module).get(plain)
        if inspect.isclass(kind) and kind.__module__ == module.__name__:
            own = {name for base in kind.__mro__ for name in inspect.get_annotations(base)}
            if {_attribute(kind, field) for field in properties} <= own:
                return kind
    return None


def _meanings(kind: type[object], field: str) -> tuple[str | None, str | None]:
    """What the class says of a field, or one that it inherits from; and what a request of these modules says of it."""
    attribute = _attribute(kind, field)
    bases = [base for base in kind.__mro__ if base not in BaseModel.__mro__]
    said = [(_said(sys.modules.get(base.__module__)), base.__name__) for base in bases]
    own = (each.fields.get(name, {}).get(attribute) for each, name in said)
    of_requests = (each.of_a_request(attribute) for each, _ in said)
    return _first(own), _first(of_requests)


def _first(texts: Iterable[str | None]) -> str | None:
    return next((text for text in texts if text is not None), None)


def _attribute(kind: type[object], field: str) -> str:
    """The name in the class of what is called so in the document."""
    fields = kind.model_fields if issubclass(kind, BaseModel) else {}
    return next((name for name, each in fields.items() if each.alias == field), field)


@cache
def _said(module: ModuleType | None) -> _Said:
    source = getattr(module, "__file__", None)
    if source is None or not source.endswith(".py"):
        return _NOTHING
    tree = ast.parse(Path(source).read_text())
    fields = {node.name: dict(_docstrings(node.body)) for node in tree.body if isinstance(node, ast.ClassDef)}
    requests = [name for name in fields if issubclass(getattr(module, name), Command)]
    return _Said(dict(_docstrings(tree.body)), fields, requests)


def _docstrings(body: list[ast.stmt]) -> Iterator[tuple[str, str]]:
    """Each name that is assigned or annotated and followed by a string, with that string."""
    for statement, following in pairwise(body):
        if isinstance(statement, ast.AnnAssign):
            target: ast.expr = statement.target
        elif isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            [target] = statement.targets
        else:
            continue
        match following:
            case ast.Expr(value=ast.Constant(value=str(text))) if isinstance(target, ast.Name):
                yield target.id, " ".join(text.split())
