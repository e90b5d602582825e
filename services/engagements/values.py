"""The values that requests are made of: bounded, and strict about their JSON type."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, StringConstraints

from shared.http.bodies import Command

FIRST_DAY = date(1970, 1, 1)
LAST_DAY = date(2199, 12, 31)
AHEAD = timedelta(days=731)
"""How far ahead something may be dated that happens, rather than is promised: two years."""


def _text(value: object) -> object:
    # A number would pass for seconds since 1970, and `true` for one.
    if not isinstance(value, str | date):
        raise ValueError("is a text in ISO 8601")
    return value


def _six_decimals(weight: float) -> float:
    exponent = Decimal(str(weight)).normalize().as_tuple().exponent
    if not isinstance(exponent, int) or exponent < -6:
        raise ValueError("has at most six decimals")
    return weight


Day = Annotated[date, BeforeValidator(_text), Field(ge=FIRST_DAY, le=LAST_DAY)]
Instant = Annotated[
    AwareDatetime,
    BeforeValidator(_text),
    Field(ge=datetime(1970, 1, 1, tzinfo=UTC), lt=datetime(2200, 1, 1, tzinfo=UTC)),
    AfterValidator(lambda instant: instant.astimezone(UTC)),
]
"""A point in time with its offset from UTC, from 1970 on."""

Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Title = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Word = Annotated[str, StringConstraints(min_length=1, max_length=80)]
Words = Annotated[list[Word], Field(max_length=50)]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
ExternalId = Annotated[str, StringConstraints(min_length=1, max_length=200)]
AttributeKey = Annotated[str, StringConstraints(pattern="^[a-z][a-z0-9_]{0,79}$")]
Currency = Annotated[str, StringConstraints(pattern="^[A-Z]{3}$")]
Complexity = Annotated[int, Field(strict=True, ge=1, le=5, description="1 simple .. 5 pioneering")]
Amount = Annotated[float, Field(strict=True, ge=0, le=1e15)]
Weight = Annotated[float, Field(strict=True, gt=0, le=3), AfterValidator(_six_decimals)]
Flag = Annotated[bool, Field(strict=True)]


class Retract(Command):
    reason: Reason
