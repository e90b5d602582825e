"""The router that every noun's routes are declared on."""

from typing import TypeVar, cast

from shared.http.bodies import Answer
from shared.http.routing import Api

T = TypeVar("T")

api = Api(prefix="/v1")


def created(recorded: tuple[T, bool]) -> T:
    """201 for a record that is new, 200 for one that was there already."""
    record, is_new = recorded
    return record if is_new else cast(T, Answer(record))
