"""Responses of bulk requests: one outcome per item."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from shared.errors import Problem


class RowDone(BaseModel):
    """201 for an item that was recorded, 200 for one that existed already."""

    index: int
    """Which of the request's `items` this is the outcome of, from 0."""
    outcome: Literal["recorded", "existed"]
    """recorded: it was recorded, or in a dry run would be; existed: the same record was there already."""
    status: int
    """201 for an item that was recorded, 200 for one that existed already."""
    id: str
    """The id of the record; in a dry run that of one that would be made, which is then not used."""


class RowRefused(BaseModel):
    """An item that was refused alone; the others stand."""

    index: int
    """Which of the request's `items` this is the outcome of, from 0."""
    outcome: Literal["refused"]
    """refused, by which an item that was not recorded is known."""
    status: int
    """The status that the item would have been refused with alone."""
    problem: Problem
    """Why, as a refusal of the item alone would say it; its `errors` point into the whole request."""


class BulkOut(BaseModel):
    results: list[Annotated[RowDone | RowRefused, Field(discriminator="outcome")]]
    """One outcome for each of the request's `items`, in their order."""
