"""The OpenAPI document of the whole API, and the routes that are forwarded, both from the contract files."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from shared.auth import ADMIN, PUBLIC, RATE, READ, WRITE
from shared.derived.contracts import operations, read_contract

RULES = {rule.name for rule in (PUBLIC, READ, RATE, WRITE, ADMIN)}
Document = dict[str, Any]  # OpenAPI, whose parts are of every JSON type
INTERNAL = "internal"
PROPAGATED_PATHS = re.compile(r"^/v1/relationships/\{[^}]+\}(/team|/restoration)?$")


NOT_YET_APPLIED = {
    "description": "Done, but not yet applied by every service; `Location` is where to ask again.",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Propagation"}}},
}


class RouteWithoutRule(Exception):
    """A contract's operation names no rule."""


@dataclass(frozen=True)
class Route:
    """A public operation of a service. ``path`` is the public template, for metrics."""

    service: str
    path: str
    rule: str
    must_propagate: bool
    """Answered when every service has applied the change (docs/design/contract.md, Replica wait)."""


@dataclass
class Node:
    children: dict[str, "Node"] = field(default_factory=dict)
    any: "Node | None" = None
    routes: dict[str, Route] = field(default_factory=dict)

    def add(self, segments: list[str], method: str, route: Route) -> None:
        node = self
        for segment in segments:
            if segment.startswith("{"):
                node.any = node.any or Node()
                node = node.any
            else:
                node = node.children.setdefault(segment, Node())
        node.routes[method] = route

    def find(self, segments: list[str], at: int = 0) -> "dict[str, Route] | None":
        """The routes of a path by method, words before parameters; None where no template fits."""
        if at == len(segments):
            return self.routes or None
        child = self.children.get(segments[at])
        found = child.find(segments, at + 1) if child is not None else None
        if found is None and self.any is not None and segments[at]:
            found = self.any.find(segments, at + 1)
        return found


def public_contracts(services: Iterable[str]) -> dict[str, Document]:
    """Each service's contract without what only the gateway calls; `RouteWithoutRule` where a rule is not known."""
    contracts = {}
    for service in services:
        contract = read_contract(service)
        for (method, path), operation in operations(contract).items():
            if operation.get("x-rule") not in RULES:
                raise RouteWithoutRule(f"{service}: {method} {path}")
            if INTERNAL in operation.get("tags", []):
                del contract["paths"][path][method.lower()]
        contract["paths"] = {path: item for path, item in contract["paths"].items() if item}
        contracts[service] = contract
    return contracts


def routes_of(contracts: Mapping[str, Document]) -> Node:
    root = Node()
    for service, contract in contracts.items():
        for (method, path), operation in operations(contract).items():
            route = Route(service, "/api" + path, operation["x-rule"], _must_propagate(service, method, path))
            root.add(path.split("/")[2:], method, route)
    return root


def _must_propagate(service: str, method: str, path: str) -> bool:
    return service == "accounts" and method != "GET" and PROPAGATED_PATHS.match(path) is not None


@cache
def timeline_kinds(service: str) -> frozenset[str]:
    """The kinds of entry that a service has for a relationship's timeline."""
    contract = read_contract(service)
    parameters = contract["paths"]["/v1/relationships/{relationship_id}/timeline-entries"]["get"]["parameters"]
    [kind] = [parameter["schema"]["items"] for parameter in parameters if parameter["name"] == "kind"]
    schema = contract["components"]["schemas"][kind["$ref"].rsplit("/", 1)[-1]] if "$ref" in kind else kind
    return frozenset(schema.get("enum") or [schema["const"]])


def merged(contracts: Mapping[str, Document], own: Document, examples: Mapping[str, object]) -> Document:
    """One document: the services' paths under /api beside the gateway's own, schemas of one name kept apart."""
    paths: Document = {}
    schemas: Document = {}
    for service, contract in {**contracts, "gateway": own}.items():
        prefix = "" if service == "gateway" else "/api"
        contract = _with_unique_schema_names(contract, schemas, service)
        schemas |= contract.get("components", {}).get("schemas", {})
        for (method, path), operation in operations(contract).items():
            described = _described(operation, service, examples)
            if _must_propagate(service, method, path):
                described["responses"] = described["responses"] | {"202": NOT_YET_APPLIED}
            paths.setdefault(prefix + path, {})[method.lower()] = described
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Entente",
            "version": "1",
            "description": "Partnership relationships: what happened becomes a track record, and the record a tier.",
        },
        "security": [{"token": []}, {"session": []}],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "An API token (POST /api/v1/tokens)."},
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "entente",
                    "description": "A session (POST /api/v1/session); unsafe calls also send X-CSRF-Token. "
                    "The cookie is called __Host-entente where the gateway is reached by https.",
                },
            },
        },
    }


def _with_unique_schema_names(contract: Document, used: Mapping[str, object], service: str) -> Document:
    """The contract with those schemas renamed whose names another service uses for something else."""
    own = contract.get("components", {}).get("schemas", {})
    clashes = {name for name, schema in own.items() if name in used and used[name] != schema}
    # What refers to a renamed schema is then another schema itself.
    while more := {
        name
        for name, schema in own.items()
        if name in used and name not in clashes and clashes & set(_references(schema))
    }:
        clashes |= more
    if not clashes:
        return contract
    text = json.dumps(contract)
    for name in clashes:
        text = text.replace(f'"#/components/schemas/{name}"', f'"#/components/schemas/{service.title()}{name}"')
    renamed: Document = json.loads(text)
    found = renamed["components"]["schemas"]
    renamed["components"]["schemas"] = {
        service.title() + name if name in clashes else name: schema for name, schema in found.items()
    }
    return renamed


def _references(schema: object) -> list[str]:
    return re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(schema))


def _described(operation: Document, service: str, examples: Mapping[str, object]) -> Document:
    described = {name: value for name, value in operation.items() if name != "x-rule"}
    if operation["x-rule"] == PUBLIC.name:
        described["security"] = []
    described.setdefault("tags", [service])
    example = examples.get(operation.get("operationId", ""))
    if example is not None:
        for content in described["requestBody"]["content"].values():
            content["example"] = example
    return described
