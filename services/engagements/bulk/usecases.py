"""Bulk requests: each item has its own outcome, the accepted ones are one transaction."""

from collections.abc import Callable, Mapping, Sequence
from typing import Generic, TypeVar

from pydantic import BaseModel, ValidationError

from services.engagements.bulk.schemas import BulkOut, RowDone, RowRefused
from shared.errors import DomainError, Problem
from shared.sentences import refused

UNSTORED = frozenset({"confirm_future"})
"""What a command says of itself and not of its record."""

C = TypeVar("C", bound=BaseModel)


class Items(Generic[C]):
    """The items of a bulk request, validated one by one: an invalid one is refused, the others are its commands."""

    def __init__(self, kind: type[C], items: Sequence[object]) -> None:
        self._accepted: list[tuple[int, C]] = []
        self._results: dict[int, RowDone | RowRefused] = {}
        for index, item in enumerate(items):
            try:
                self._accepted.append((index, kind.model_validate(item)))
            except ValidationError as error:
                self._refuse(index, refused(error.errors()))

    @property
    def commands(self) -> list[C]:
        return [command for _, command in self._accepted]

    def record(self, record: Callable[[C], tuple[str, bool]]) -> BulkOut:
        """`record(command)` returns an id and whether it is new, or raises the item's refusal."""
        for index, command in self._accepted:
            try:
                record_id, is_new = record(command)
                outcome, status = ("recorded", 201) if is_new else ("existed", 200)
                self._results[index] = RowDone(index=index, outcome=outcome, status=status, id=record_id)
            except DomainError as error:
                self._refuse(index, error)
        return BulkOut(results=[self._results[index] for index in sorted(self._results)])

    def _refuse(self, index: int, error: DomainError) -> None:
        for located in error.errors:
            located.pointer = f"/items/{index}{located.pointer}"
        problem = Problem.model_validate(error.problem())
        self._results[index] = RowRefused(index=index, outcome="refused", status=error.status, problem=problem)


def is_same(row: Mapping[str, object], command: BaseModel) -> bool:
    """The record has the value of every field of the command that is stored: it repeats what was recorded."""
    return all(row[name] == value for name, value in command.__dict__.items() if name not in UNSTORED)
