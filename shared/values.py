"""Values that requests of several services are made of: days and instants in the forms of RFC 3339, and numbers."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

FIRST_OF_HISTORY, FIRST_DAY, LAST_DAY = date(1800, 1, 1), date(1970, 1, 1), date(2199, 12, 31)
INTEGER_MOST, BIG_INTEGER_MOST = 2**31 - 1, 2**63 - 1
"""What columns of integers hold on every database."""

Moment = TypeVar("Moment", date, datetime)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_UNSIGNED = re.compile(r".*[0-9] [0-9]{2}:[0-9]{2}")
_NO_DAY = "is not a day; write it as 2026-09-30"
_NO_INSTANT = "is not a point in time; write it with its offset from UTC, as 2026-09-30T14:30:00Z"


def day_in(text: str) -> date:
    """The day that an RFC 3339 `full-date` names; `ValueError` for every other form, digits alone among them."""
    if _DAY.fullmatch(text) is None:
        raise ValueError(_NO_DAY)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("is not a day of the calendar; write one as 2026-09-30") from None


def instant_in(text: str) -> datetime:
    """The instant that an RFC 3339 `date-time` names, in UTC to the microsecond; `ValueError` for every other form.

    A leap second is refused: no database stores one.
    """
    if _INSTANT.fullmatch(text) is None:
        if _UNSIGNED.fullmatch(text):
            raise ValueError("has a space where its offset begins; in an address + is written as %2B")
        raise ValueError(_NO_INSTANT)
    if text[17:19] == "60":
        raise ValueError("is a leap second, which cannot be stored; write the second before it, as 23:59:59Z")
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except ValueError:
        raise ValueError("is not a time of the calendar and the clock; write one as 2026-09-30T14:30:00Z") from None
    except OverflowError:
        raise ValueError(f"is outside the days that are accepted, {FIRST_DAY} to {LAST_DAY}") from None


def _day(value: object) -> date:
    if isinstance(value, str):
        day = day_in(value)
    elif isinstance(value, date) and not isinstance(value, datetime):
        day = value
    else:
        raise ValueError(_NO_DAY)
    return day


def _instant(value: object) -> datetime:
    if isinstance(value, str):
        instant = instant_in(value)
    elif isinstance(value, datetime) and value.tzinfo is not None:
        instant = value.astimezone(UTC)
    else:
        raise ValueError(_NO_INSTANT)
    return instant


def _since(first: date) -> Callable[[Moment], Moment]:
    def check(moment: Moment) -> Moment:
        day = moment.date() if isinstance(moment, datetime) else moment
        if day < first:
            raise ValueError(f"is before {first}, the first day that is accepted here")
        if day > LAST_DAY:
            raise ValueError(f"is after {LAST_DAY}, the last day that is accepted here")
        return moment

    return check


def _schema(form: str, what: str, first: date) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "format": form, "description": f"{what} from {first} to {LAST_DAY}."})


Day = Annotated[
    date,
    BeforeValidator(_day),
    AfterValidator(_since(FIRST_DAY)),
    _schema("date", "A calendar day", FIRST_DAY),
]
LongAgo = Annotated[
    date,
    BeforeValidator(_day),
    AfterValidator(_since(FIRST_OF_HISTORY)),
    _schema("date", "A calendar day", FIRST_OF_HISTORY),
]
"""A day that may lie before anything was recorded, as when two companies began to work together."""

Instant = Annotated[
    datetime,
    BeforeValidator(_instant),
    AfterValidator(_since(FIRST_DAY)),
    _schema("date-time", "A point in time with its offset from UTC, on a UTC day", FIRST_DAY),
]
"""Aware, in UTC."""

Number = Annotated[int, Field(ge=1, le=INTEGER_MOST)]
"""The number of a version in a path."""
