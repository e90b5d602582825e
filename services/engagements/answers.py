"""Answers of routes that record what may be there already."""

from typing import TypeVar, cast

from shared.http.bodies import Answer

T = TypeVar("T")


def created(recorded: tuple[T, bool]) -> T:
    """201 for a record that is new, 200 for one that was there already."""
    record, is_new = recorded
    return record if is_new else cast(T, Answer(record))
