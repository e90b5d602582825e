"""Keyset pages: `{"items": [...], "next": cursor|null}`, stable while rows come and go."""

from typing import Annotated, Generic, TypeVar

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
