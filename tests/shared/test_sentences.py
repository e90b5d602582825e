"""What is wrong with a value reaches its sender as a sentence, in none of the words of the program."""

import importlib
import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails, _pydantic_core

from services.registry import SERVICES
from shared.contracts import __path__ as CONTRACTS
from shared.http.bodies import Command
from shared.sentences import _PATTERNS, pointer_to, sentence_of
from shared.values import Day, Instant
from tests.support.installation import InstallationUnderTest

MACHINE = re.compile(
    r"Input|Value error|Assertion|should (be|have|match)|datetime\.|valid (string|integer|dictionary|list|number)"
    r"|pydantic|instance of|unable to|unexpected extra|Field required|Extra inputs|sentinel|\^\[|None|True|False|<class"
)
WRONG: tuple[object, ...] = (
    None, True, 7, -1, 1.5, 2**80, "", "x", " ", "20260930", "9999-12-31", "1969-01-01", "2026-09-30T24:00:00Z",
    "a" * 30_000, [], ["x"], [None], [[]], {}, {"x": "y"}, {"x": []}, "\u202eevil", 1e300,
)  # fmt: skip


def _models(kind: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for model in kind.__subclasses__():
        yield model
        yield from _models(model)


def _errors(model: type[BaseModel]) -> Iterator[ErrorDetails]:
    for body in (
        None,
        [],
        "x",
        1,
        {},
        {"colour": "red"},
        *({name: wrong} for name in _names(model) for wrong in WRONG),
    ):
        try:
            model.model_validate(body)
        except ValidationError as error:
            yield from error.errors()


def _names(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def test_every_wrong_value_of_every_request_is_refused_in_plain_words() -> None:
    for name in SERVICES:
        importlib.import_module(f"services.{name}.routes")
    errors = [
        error for model in _models(Command) if model.__module__.startswith("services") for error in _errors(model)
    ]

    said = {sentence_of(error) for error in errors}

    assert len({error["type"] for error in errors}) > 15
    assert [sentence for sentence in said if MACHINE.search(sentence) or len(sentence) > 500] == []
    steps = {str(step) for error in errors for step in error["loc"]}
    assert steps.isdisjoint({"str", "int", "float", "bool", "date", "datetime"})


@pytest.mark.parametrize("error", _pydantic_core.list_all_errors(), ids=lambda error: error["type"])
def test_every_error_type_of_the_library_has_a_sentence(error: dict[str, object]) -> None:
    context = error.get("example_context") or {}
    details = {"type": error["type"], "loc": ("body", "field"), "msg": "", "input": "value", "ctx": context}

    sentence = sentence_of(details)  # type: ignore[arg-type]  # as the library lists it

    assert sentence
    assert not MACHINE.search(sentence)


def test_every_pattern_of_the_contracts_has_a_sentence() -> None:
    asked = set[str]()
    for path in Path(next(iter(CONTRACTS))).glob("*.openapi.json"):
        _patterns(json.loads(path.read_text()), asked)

    assert asked - {"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"} == set(_PATTERNS)


def _patterns(part: object, found: set[str]) -> None:
    for child in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        _patterns(child, found)
    if isinstance(part, dict) and isinstance(part.get("pattern"), str):
        found.add(part["pattern"])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("9999-12-31", '"9999-12-31" is after 2199-12-31, the last day that is accepted here'),
        ("1969-01-01", '"1969-01-01" is before 1970-01-01, the first day that is accepted here'),
        ("20260930", '"20260930" is not a day; write it as 2026-09-30'),
        ("1759190400", '"1759190400" is not a day; write it as 2026-09-30'),
        ("2026-09-30T00:00:00Z", '"2026-09-30T00:00:00Z" is not a day; write it as 2026-09-30'),
        ("2026-02-30", '"2026-02-30" is not a day of the calendar; write one as 2026-09-30'),
        ("2026-W40-3", '"2026-W40-3" is not a day; write it as 2026-09-30'),
        ("２０２６-09-30", '"２０２６-09-30" is not a day; write it as 2026-09-30'),
        (" 2026-09-30", '" 2026-09-30" is not a day; write it as 2026-09-30'),
        (1759190400, "1759190400 is not a day; write it as 2026-09-30"),
        (True, "true is not a day; write it as 2026-09-30"),
    ],
)
def test_a_day_is_read_from_the_form_of_rfc_3339_alone(text: object, sentence: str) -> None:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(Day).validate_python(text)

    assert [sentence_of(error) for error in refused.value.errors()] == [sentence]


@pytest.mark.parametrize(
    "text",
    [
        "2026-09-30", "20260930T143000Z", "2026-09-30T14:30Z", "2026-09-30T14:30:00", "2026-09-30 14:30:00Z",
        "2026-09-30T24:00:00Z", "2026-09-30T14:30:00+0200", "2026-09-30T14:30:00+02", "2026-09-30T14:30:00,5Z",
        "2026-09-30T14:30:00 02:00", "2026-09-30T23:59:60Z", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59",
        "2200-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "1759190400", "2026-W40-3T00:00:00Z",
        "2026-09-30T14:30:00+24:00",
        1759190400, 1.5, True, None, [],
    ],
)  # fmt: skip
def test_an_instant_is_read_from_the_form_of_rfc_3339_alone(text: object) -> None:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(Instant).validate_python(text)

    assert not MACHINE.search(sentence_of(refused.value.errors()[0]))


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-09-30T14:30:00Z", datetime(2026, 9, 30, 14, 30, tzinfo=UTC)),
        ("2026-09-30t14:30:00z", datetime(2026, 9, 30, 14, 30, tzinfo=UTC)),
        ("2026-09-30T14:30:00.123456789+05:30", datetime(2026, 9, 30, 9, 0, 0, 123456, tzinfo=UTC)),
        ("2199-12-31T23:59:59-00:00", datetime(2199, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_every_form_of_rfc_3339_is_an_instant_in_utc(text: str, instant: datetime) -> None:
    assert TypeAdapter(Instant).validate_python(text) == instant
    assert TypeAdapter(Day).validate_python("2026-09-30") == date(2026, 9, 30)


def test_a_secret_is_never_repeated_and_an_unseen_character_is_shown() -> None:
    too_short: ErrorDetails = {
        "type": "string_too_short", "loc": ("body", "password"), "msg": "", "input": "hunter2",
        "ctx": {"min_length": 12},
    }  # fmt: skip

    assert sentence_of(too_short) == "password has under 12 characters, the least that is accepted"
    turned = sentence_of({**too_short, "loc": ("body", "name"), "input": "a\u202eb\n"})
    assert turned == '"a\\u202eb\\u000a" has under 12 characters, the least that is accepted'
    assert pointer_to(("a/b", 0, "c~d")) == "/a~1b/0/c~0d"


def test_the_rows_of_a_bulk_request_and_a_query_say_the_same(installation: InstallationUnderTest) -> None:
    client = installation.client("engagements")
    row = {"relationship_id": "x", "promised_on": "1969-01-01", "delivered_on": "9999-12-31"}

    answer = client.post("/v1/deliveries/bulk", {"items": [row]}).json()["results"][0]["problem"]
    asked = client.get("/v1/deliveries", params={"from": "20260930", "limit": "many"})

    assert {error["pointer"]: error["detail"] for error in answer["errors"]} == {
        "/items/0/relationship_id": '"x" is not an id, as 01890a5d-ac96-774b-bcce-b302099a8057',
        "/items/0/promised_on": '"1969-01-01" is before 1970-01-01, the first day that is accepted here',
        "/items/0/delivered_on": '"9999-12-31" is after 2199-12-31, the last day that is accepted here',
    }
    assert {error["pointer"]: error["detail"] for error in asked.json()["errors"]} == {
        "from": '"20260930" is not a day; write it as 2026-09-30',
        "limit": '"many" is not a whole number, as 3',
    }
