"""The contracts say bounds in keywords that JSON Schema has, and every number and day that is asked for has bounds."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.contracts import __path__ as CONTRACTS
from shared.values import BIG_INTEGER_MOST

DOCUMENTS = sorted(Path(next(iter(CONTRACTS))).glob("*.openapi.json"))
NO_KEYWORDS = {"ge", "gt", "le", "lt", "multiple_of", "min_length", "max_length"}


def _schemas(part: object) -> Iterator[dict[str, object]]:
    if isinstance(part, dict):
        if isinstance(part.get("type"), str):
            yield part
        for child in part.values():
            yield from _schemas(child)
    elif isinstance(part, list):
        for child in part:
            yield from _schemas(child)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_no_schema_has_a_keyword_that_does_not_exist(path: Path) -> None:
    wrong = [schema for schema in _schemas(json.loads(path.read_text())) if NO_KEYWORDS.intersection(schema)]

    assert wrong == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_every_integer_and_day_of_a_parameter_is_bounded(path: Path) -> None:
    document = json.loads(path.read_text())
    parameters = [
        parameter
        for methods in document["paths"].values()
        for operation in methods.values()
        for parameter in operation.get("parameters", [])
    ]

    for parameter in parameters:
        for schema in _schemas(parameter["schema"]):
            if schema["type"] == "integer":
                assert isinstance(schema.get("maximum"), int), parameter
                assert schema["maximum"] <= BIG_INTEGER_MOST
            if schema.get("format") in ("date", "date-time"):
                assert "from 1970-01-01 to 2199-12-31" in str(schema.get("description")), parameter
