"""Where the description of a field comes from."""

from datetime import datetime

from pydantic import BaseModel, Field

from shared.derived.common_fields import COMMON
from shared.derived.descriptions import describe_parameters, describe_schemas
from shared.derived.document import Document
from shared.http.bodies import Command

Shade = str
"""How light it is."""


class MakeThing(Command):
    colour: str
    """What it looks like."""
    weight: float
    """In kilograms."""


class ThingOut(BaseModel):
    id: str
    colour: str
    weight: float
    """In kilograms, weighed
    again."""
    created_at: datetime
    since: str = Field(alias="from")
    """The first day."""
    unknown: str


class HeavyThingOut(ThingOut):
    tons: float
    """In tons."""


class PlainOut(BaseModel):
    tons: int


def described(name: str, *fields: str) -> dict[str, str | None]:
    schema: Document = {"properties": {field: {"type": "string"} for field in fields}}
    describe_schemas({name: schema}, [__name__])
    return {field: each.get("description") for field, each in schema["properties"].items()}


def test_a_field_means_what_its_class_a_request_beside_it_or_its_name_says() -> None:
    assert described("ThingOut", "id", "colour", "weight", "created_at", "from", "unknown") == {
        "id": COMMON["id"],
        "colour": "What it looks like.",
        "weight": "In kilograms, weighed again.",
        "created_at": COMMON["created_at"],
        "from": "The first day.",
        "unknown": None,
    }


def test_a_field_means_what_the_class_says_that_it_comes_from() -> None:
    assert described("HeavyThingOut", "weight", "tons") == {
        "weight": "In kilograms, weighed again.",
        "tons": "In tons.",
    }


def test_what_an_answer_says_holds_for_no_other_answer() -> None:
    assert described("PlainOut", "tons") == {"tons": None}


def test_a_component_of_other_fields_is_not_taken_for_the_class_of_its_name() -> None:
    assert described("MakeThing", "colour", "length") == {"colour": None, "length": None}


def test_a_name_is_described_by_the_text_below_it() -> None:
    schema: Document = {"type": "string"}
    describe_schemas({"Shade": schema}, [__name__])

    assert schema["description"] == "How light it is."


def test_what_is_said_already_stays() -> None:
    schema: Document = {"properties": {"id": {"description": "Its own."}, "other": {"description": "Its own."}}}
    describe_schemas({"Elsewhere": schema}, [__name__])

    assert {each["description"] for each in schema["properties"].values()} == {"Its own."}


def test_a_parameter_of_a_path_and_one_of_a_query_mean_different_things() -> None:
    def endpoint(relationship_id: str) -> None: ...

    parameters: list[Document] = [
        {"name": "relationship_id", "in": "path"},
        {"name": "relationship_id", "in": "query"},
        {"name": "not-known", "in": "query"},
    ]
    describe_parameters(parameters, endpoint)

    first, second, third = (each.get("description") for each in parameters)
    assert first == COMMON["relationship_id"]
    assert str(second).startswith("Only of this relationship")
    assert third is None
