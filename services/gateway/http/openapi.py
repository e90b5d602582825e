"""The OpenAPI document of the whole API, and the routes that are forwarded, both from the contract files."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from starlette.routing import BaseRoute

from shared.auth import ADMIN, PUBLIC, RATE, READ, READ_OURS, WRITE
from shared.derived.contracts import read_contract
from shared.derived.openapi import SCHEMAS, Document, operations, without_unused
from shared.http.routing import GuardedRoute

SIGNED_IN: list[Document] = [{"token": []}, {"session": []}]
CALLERS = {
    PUBLIC.name: "Anybody may call it, signed in or not.",
    READ.name: "Viewers, reviewers, managers and admins of either side may call it, each for what they may read.",
    READ_OURS.name: "Viewers, reviewers, managers and admins of the sponsor side may call it.",
    RATE.name: "Viewers, reviewers, managers and admins of either side may call it, each for what they may read, and "
    "who came by a rating link, for the card that it opens.",
    WRITE.name: "Managers and admins of the sponsor side may call it, for what they may read.",
    ADMIN.name: "Admins of the sponsor side may call it.",
}
"""Who may call an operation, by the name of its rule."""
INTERNAL = "internal"
PROPAGATED_PATHS = re.compile(r"^/v1/relationships/\{[^}]+\}(/team|/restoration)?$")


NOT_YET_APPLIED = {
    "description": "Done, but not yet applied by every service; `Location` is where to ask again.",
    "content": {"application/json": {"schema": {"$ref": SCHEMAS + "Propagation"}}},
    "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in ("Location", "Retry-After")},
}
HANDED_ON = {"sign_scorecard": "ScorecardOut"}
"""What the gateway's own operations answer as a service has answered them."""
ON_EVERY_ANSWER: Document = {
    "RateLimit": {
        "description": "What is left of the requests of this caller, and in how many seconds they are whole again.",
        "schema": {"type": "string"},
        "example": '"default";r=998;t=1',
    },
    "RateLimit-Policy": {"description": "Requests a second, by policy.", "schema": {"type": "string"}},
    "X-Request-Id": {
        "description": "The request's own id, or one that it was given; it stands in the log.",
        "schema": {"type": "string", "maxLength": 128},
    },
    "traceparent": {"description": "The trace that it is a part of (W3C).", "schema": {"type": "string"}},
}
TAGS = {
    "accounts": "Companies: sponsors, providers and others.",
    "contacts": "People at an account, by function; personal data can be erased.",
    "relationships": "One sponsor and one provider: owner, team, visibility, governance, ladder, timeline, packs.",
    "interactions": "What happened between the two: calls, meetings, audits, notes.",
    "engagements": "Projects and contracts, with their stages.",
    "milestones": "Promised steps of an engagement, kept, late or cancelled.",
    "deliveries": "What was promised and handed over.",
    "actions": "Follow-ups with an owner and a due day.",
    "issues": "What went wrong, from opening to closing.",
    "tiers": "The score and tier of a relationship, its history and what it is made of.",
    "tier policies": "The numbers that every score is computed with.",
    "portfolio": "All relationships beside one another.",
    "comparison": "How a relationship stands among those of other providers.",
    "perception gaps": "Where the two sides see the same thing differently.",
    "facts": "What is known of a period, and the records that a rating may cite.",
    "scorecards": "Quarterly reviews: rated, submitted, signed, published.",
    "review cycles": "Who is reviewed when, by which template.",
    "scorecard templates": "What a scorecard asks.",
    "attributes": "What can be rated, and what below, meets and exceeds mean for it.",
    "action plans": "What is done about a low rating, and what came of it.",
    "imports": "Records of other systems, by a mapping, with a report of every refused line.",
    "live": "What changed, as it happens.",
    "sessions": "Signing in and out, and one's own password.",
    "users": "People of this installation.",
    "tokens": "Tokens of programs.",
    "mails": "Mail that was sent, waits or failed.",
    "operations": "How each service is, and records that could not be applied.",
}
"""What each tag of an operation gathers."""


class RouteWithoutRule(Exception):
    """A contract's operation names no rule."""


@dataclass(frozen=True)
class Route:
    """A public operation of a service. ``path`` is the public template, for metrics."""

    service: str
    path: str
    rule: str
    requires: Mapping[str, Sequence[str]]
    """Fields of the body with ids that another service owns, by kind; `announced` is all that accounts announced."""
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
            if operation.get("x-rule") not in CALLERS:
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
            requires = operation.get("x-requires", {})
            must_propagate = _must_propagate(service, method, path)
            route = Route(service, "/api" + path, operation["x-rule"], requires, must_propagate)
            root.add(path.split("/")[2:], method, route)
    return root


def own_routes(routes: Iterable[BaseRoute]) -> Node:
    """The gateway's own routes by their whole path, without the UI's, whose path is any."""
    root = Node()
    for route in routes:
        if isinstance(route, GuardedRoute):
            for method in route.methods or ():
                root.add(route.path.split("/")[1:], method, Route("gateway", route.path, "", {}, must_propagate=False))
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
        schemas |= contract["components"]["schemas"]
        for (method, path), operation in operations(contract).items():
            if INTERNAL in operation.get("tags", []):
                continue
            described = _described(operation, service, examples)
            if _must_propagate(service, method, path):
                described["responses"] = described["responses"] | {"202": NOT_YET_APPLIED}
            paths.setdefault(prefix + path, {})[method.lower()] = described
    document: Document = {
        "openapi": "3.1.0",
        "info": {
            "title": "Entente",
            "version": "1",
            "description": "Partnership relationships: what happened becomes a track record, and the record a tier.",
            "contact": {"name": "The admin of this installation"},
            "license": {"name": "Apache 2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/", "description": "The installation that this document is read from."}],
        "tags": [{"name": name, "description": text} for name, text in TAGS.items()],
        "security": SIGNED_IN,
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "responses": own["components"]["responses"],
            "headers": own["components"]["headers"] | ON_EVERY_ANSWER,
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
    problems = [problem for contract in (*contracts.values(), own) for problem in contract["x-problems"]]
    document["x-problems"] = sorted({each["code"]: each for each in problems}.values(), key=lambda each: each["code"])
    for operation in operations(document).values():
        for response in operation["responses"].values():
            _with_headers_of_every_answer(response)
    document["components"]["responses"] = {
        name: _with_headers_of_every_answer(dict(response))
        for name, response in document["components"]["responses"].items()
    }
    return without_unused(without_unused(document, "responses"))


def _with_headers_of_every_answer(response: Document) -> Document:
    if "$ref" not in response:
        common = {name: {"$ref": f"#/components/headers/{name}"} for name in ON_EVERY_ANSWER}
        response["headers"] = response.get("headers", {}) | common
    return response


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
    described = {name: value for name, value in operation.items() if name not in ("x-rule", "x-requires")}
    described["description"] = f"{operation.get('description', '')}\n\n{CALLERS[operation['x-rule']]}".strip()
    described["security"] = [] if operation["x-rule"] == PUBLIC.name else SIGNED_IN
    described.setdefault("tags", [service])
    example = examples.get(operation.get("operationId", ""))
    if example is not None:
        for content in described["requestBody"]["content"].values():
            content["example"] = example
    handed_on = HANDED_ON.get(described["operationId"])
    if handed_on is not None:
        answer = described["responses"]["200"]
        answer["content"]["application/json"]["schema"] = {"$ref": SCHEMAS + handed_on}
        answer["headers"] = answer.get("headers", {}) | {"ETag": {"$ref": "#/components/headers/ETag"}}
    return described
