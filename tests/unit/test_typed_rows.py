"""Rows are typed: beside a table stands a TypedDict with exactly its columns."""

import sys
from collections.abc import Iterator
from typing import TypedDict, is_typeddict

import pytest
import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from services.registry import SERVICES, service_named


def rows_of(service: str) -> Iterator[tuple[str, set[str], sa.Table]]:
    """Name, keys and table of each `XRow` of a service's modules beside whose definition a table class `X` stands."""
    service_named(service)
    for name, module in list(sys.modules.items()):
        if name.startswith(f"services.{service}."):
            yield from rows_in(vars(module), name)


def rows_in(members: dict[str, object], module: str) -> Iterator[tuple[str, set[str], sa.Table]]:
    for name, row in members.items():
        table = getattr(members.get(name.removesuffix("Row")), "__table__", None)
        is_row = name.endswith("Row") and isinstance(row, type) and is_typeddict(row) and row.__module__ == module
        if is_row and isinstance(row, type) and isinstance(table, sa.Table):
            yield f"{module}.{name}", set(row.__annotations__), table


@pytest.mark.parametrize("service", SERVICES)
def test_every_typed_row_names_exactly_the_columns_of_its_table(service: str) -> None:
    wrong = {
        name: sorted(keys ^ set(table.columns.keys()))
        for name, keys, table in rows_of(service)
        if keys != set(table.columns.keys())
    }

    assert wrong == {}


@pytest.mark.parametrize("name", ["AccountRow", "RelationshipRow", "ContactRow"])
def test_the_rows_of_accounts_are_found(name: str) -> None:
    assert name in {found.rpartition(".")[2] for found, _, _ in rows_of("accounts")}


def test_a_row_without_a_column_of_its_table_is_seen() -> None:
    class Thing(SQLModel, table=True):
        thing_id: str = Field(primary_key=True)
        name: str

    class ThingRow(TypedDict):
        thing_id: str

    SQLModel.metadata.remove(Thing.metadata.tables["thing"])

    ((_, keys, table),) = rows_in({"Thing": Thing, "ThingRow": ThingRow}, __name__)

    assert keys != set(table.columns.keys())
