"""The document says what everything in it means, so that nobody who reads it has to guess or to try."""

import copy
from collections.abc import Callable, Iterator

import pytest

from services.gateway.app import openapi_document
from services.gateway.http.openapi import CALLERS, TAGS
from services.registry import UPSTREAMS
from shared.derived.document import Document
from shared.derived.openapi import UNSAID, operations


@pytest.fixture(scope="module")
def document() -> Document:
    return openapi_document(UPSTREAMS)


def unsaid(document: Document) -> Iterator[str]:
    """What the document leaves to be guessed: where, and of what kind."""
    for (method, path), operation in operations(document).items():
        name = operation["operationId"]
        if operation["description"] in ("", *CALLERS.values()):
            yield f"operation {name}"
        for parameter in operation.get("parameters", ()):
            if not parameter.get("description"):
                yield f"parameter {name} {parameter['name']}"
        for status, response in operation["responses"].items():
            if status.startswith("2") and response.get("description") in (None, "", UNSAID):
                yield f"answer {name} {status}"
            for media_type, content in response.get("content", {}).items():
                if not content.get("schema"):
                    yield f"body {name} {status} {media_type}"
        for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
            if not content.get("schema"):
                yield f"body {method} {path} {media_type}"
    for name, schema in document["components"]["schemas"].items():
        for field, described in schema.get("properties", {}).items():
            if not described.get("description"):
                yield f"field {name} {field}"


def test_every_operation_parameter_field_and_answer_is_described(document: Document) -> None:
    assert len(operations(document)) > 150
    assert list(unsaid(document)) == []


def _without_text(document: Document) -> None:
    document["paths"]["/api/v1/accounts"]["get"]["description"] = next(iter(CALLERS.values()))


def _without_parameter(document: Document) -> None:
    del document["paths"]["/api/v1/accounts"]["get"]["parameters"][0]["description"]


def _without_answer(document: Document) -> None:
    document["paths"]["/api/v1/accounts"]["post"]["responses"]["201"]["description"] = UNSAID


def _without_body(document: Document) -> None:
    document["paths"]["/api/v1/accounts"]["post"]["responses"]["201"]["content"]["application/json"] = {}


def _without_field(document: Document) -> None:
    document["components"]["schemas"]["AccountOut"]["properties"]["country"].pop("description")


@pytest.mark.parametrize(
    ("remove", "found"),
    [
        (_without_text, "operation list_accounts"),
        (_without_parameter, "parameter list_accounts q"),
        (_without_answer, "answer create_account 201"),
        (_without_body, "body create_account 201 application/json"),
        (_without_field, "field AccountOut country"),
    ],
)
def test_one_that_is_not_described_is_found(document: Document, remove: Callable[[Document], None], found: str) -> None:
    incomplete = copy.deepcopy(document)
    remove(incomplete)

    assert list(unsaid(incomplete)) == [found]


def test_the_tags_are_those_that_operations_have() -> None:
    used = {tag for operation in operations(openapi_document(UPSTREAMS)).values() for tag in operation["tags"]}

    assert used == TAGS.keys()


def test_an_operation_says_who_may_call_it(document: Document) -> None:
    described = operations(document)

    def ends(method: str, path: str) -> str:
        return str(described[method, path]["description"].rsplit("\n\n", 1)[-1])

    assert ends("GET", "/api/v1/setup") == CALLERS["public"]
    assert ends("GET", "/api/v1/accounts") == CALLERS["read"]
    assert ends("GET", "/api/v1/review-cycles") == CALLERS["read-ours"]
    assert ends("POST", "/api/v1/accounts") == CALLERS["write"]
    assert ends("PUT", "/api/v1/scorecards/{scorecard_id}/ratings") == CALLERS["rate"]
    assert ends("POST", "/api/v1/users") == CALLERS["admin"]
    assert not any("x-rule" in operation for operation in described.values())


def test_what_may_be_one_of_several_is_known_by_its_own_field(document: Document) -> None:
    results = document["components"]["schemas"]["BulkOut"]["properties"]["results"]["items"]

    assert len(results["oneOf"]) == 2
    assert results["discriminator"]["mapping"].keys() == {"recorded", "existed", "refused"}
    custom = document["components"]["schemas"]["CreateAccount"]["properties"]["custom_fields"]
    assert custom["additionalProperties"] == {"type": ["string", "number", "boolean", "null"]}
    sides = document["components"]["schemas"]["CreateReviewCycle"]["properties"]["sides"]
    assert (sides["type"], sides["items"]) == ("array", {"$ref": "#/components/schemas/Side"})
