"""The values that requests are made of: bounded, and strict about their JSON type."""

from datetime import timedelta
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from shared.http.bodies import Command
from shared.text import Plain

AHEAD = timedelta(days=731)
"""How far ahead something may be dated that happens, rather than is promised: two years."""


def _six_decimals(weight: float) -> float:
    exponent = Decimal(str(weight)).normalize().as_tuple().exponent
    if not isinstance(exponent, int) or exponent < -6:
        raise ValueError("has at most six decimals")
    return weight


NEAR = timedelta(days=366)
"""How far ahead a promise or delivery may lie unless its sender confirms it: a year mistyped would hide a miss."""

Name = Annotated[str, StringConstraints(min_length=1, max_length=200), Plain]
Title = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Word = Annotated[str, StringConstraints(min_length=1, max_length=80), Plain]
Words = Annotated[list[Word], Field(max_length=50)]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
ExternalId = Annotated[str, StringConstraints(min_length=1, max_length=200)]
AttributeKey = Annotated[str, StringConstraints(pattern="^[a-z][a-z0-9_]{0,79}$")]
Currency = Annotated[str, StringConstraints(pattern="^[A-Z]{3}$")]
Complexity = Annotated[int, Field(strict=True, ge=1, le=5, description="1 simple .. 5 pioneering")]
Amount = Annotated[float, Field(strict=True, ge=0, le=1e15)]
Weight = Annotated[float, Field(strict=True, gt=0, le=3), AfterValidator(_six_decimals)]
Flag = Annotated[bool, Field(strict=True)]
ConfirmFuture = Annotated[
    bool, Field(strict=True, description="A day over 366 days ahead is meant as it is written; not stored.")
]


class Retract(Command):
    reason: Reason
