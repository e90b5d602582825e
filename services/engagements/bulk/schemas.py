"""Responses of bulk requests: one outcome per item."""

from pydantic import BaseModel

from shared.errors import Problem


class RowDone(BaseModel):
    """201 for an item that was recorded, 200 for one that existed already."""

    index: int
    status: int
    id: str


class RowRefused(BaseModel):
    index: int
    status: int
    problem: Problem


class BulkOut(BaseModel):
    results: list[RowDone | RowRefused]
