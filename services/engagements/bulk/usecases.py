"""Bulk routes: each row its own outcome, the good rows one transaction."""

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from services.engagements.bulk.schemas import BulkOut, RowDone, RowRefused
from shared.errors import DomainError, InvalidFields, Located, Problem

C = TypeVar("C", bound=BaseModel)


class Rows(Generic[C]):
    """The rows of a bulk request: refused where they are no command, else to be recorded one by one."""

    def __init__(self, kind: type[C], items: Sequence[Any]) -> None:
        self.commands: list[tuple[int, C]] = []
        self._results: dict[int, RowDone | RowRefused] = {}
        for index, item in enumerate(items):
            try:
                self.commands.append((index, kind.model_validate(item)))
            except ValidationError as error:
                places = [Located(pointer=_pointer(e["loc"]), detail=e["msg"]) for e in error.errors()]
                self._refuse(index, InvalidFields(places))

    def record(self, record: Callable[[C], tuple[str, bool]]) -> BulkOut:
        """`record(command)` returns an id and whether it is new, or raises the row's refusal."""
        for index, command in self.commands:
            try:
                row_id, is_new = record(command)
                self._results[index] = RowDone(index=index, status=201 if is_new else 200, id=row_id)
            except DomainError as error:
                self._refuse(index, error)
        return BulkOut(results=[self._results[index] for index in sorted(self._results)])

    def _refuse(self, index: int, error: DomainError) -> None:
        for place in error.errors:
            place.pointer = f"/items/{index}{place.pointer}"
        problem = Problem.model_validate(error.problem())
        self._results[index] = RowRefused(index=index, status=error.status, problem=problem)


def _pointer(location: tuple[str | int, ...]) -> str:
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in location)
