"""Keyset pages: `{"items": [...], "next": cursor|null}`, stable while rows come and go."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

import pydantic_core
from pydantic import BaseModel, Field

from shared.ids import Id

LIMIT_MOST = 200
T = TypeVar("T")

After = Annotated[str | None, Field(max_length=2000, description="The `next` of the page before.")]
Limit = Annotated[int, Field(ge=1, le=LIMIT_MOST)]
Ids = Annotated[tuple[Id, ...], Field(alias="id", max_length=LIMIT_MOST, description="Only these.")]
Text = Annotated[str | None, Field(min_length=1, max_length=200, pattern="^[^\\x00]*$")]


class Page(BaseModel, Generic[T]):
    items: list[T]
    next: str | None


@dataclass(frozen=True)
class RowPage(Generic[T]):
    """A page of rows as the database gives them, for lists that are read often: JSON is made of them without models.

    `names` are the fields of T in their order, and each row begins with the values of these; a test holds it
    (tests/contract/test_row_pages.py). What else a row has, as the keys of its order, is not shown.
    """

    names: Sequence[str]
    rows: Sequence[Sequence[object]]
    next: str | None

    def to_json(self) -> bytes:
        items = [dict(zip(self.names, row, strict=False)) for row in self.rows]
        return pydantic_core.to_json({"items": items, "next": self.next})
