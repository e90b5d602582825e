"""The words of accounts: kinds, sizes, regions, functions, and the bounds of texts."""

from enum import StrEnum
from math import isfinite
from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints

from shared.text import Plain
from shared.values import BIG_INTEGER_MOST


class AccountKind(StrEnum):
    sponsor = "sponsor"
    provider = "provider"
    other = "other"


class AccountSize(StrEnum):
    """By yearly revenue: small under 500 million US dollars, mid to 5 billion, large above."""

    small = "small"
    mid = "mid"
    large = "large"


class Region(StrEnum):
    north_america = "north_america"
    europe = "europe"
    asia_pacific = "asia_pacific"
    rest_of_world = "rest_of_world"


class Function(StrEnum):
    executive_sponsor = "executive_sponsor"
    alliance_lead = "alliance_lead"
    technical = "technical"
    quality = "quality"
    regulatory = "regulatory"
    supply = "supply"
    commercial = "commercial"


class Visibility(StrEnum):
    open = "open"
    restricted = "restricted"


class ReviewCadence(StrEnum):
    monthly = "monthly"
    quarterly = "quarterly"
    half_yearly = "half_yearly"
    yearly = "yearly"


Name = Annotated[str, StringConstraints(min_length=1, max_length=200), Plain]


Word = Annotated[str, StringConstraints(min_length=1, max_length=80), Plain]


ExternalIds = Annotated[
    dict[Word, Annotated[str, StringConstraints(min_length=1, max_length=200)]], Field(max_length=20)
]


Words = Annotated[list[Word], Field(max_length=50)]


Country = Annotated[str, StringConstraints(pattern="^[A-Z]{2}$")]


Website = Annotated[str, StringConstraints(pattern="^https?://[^\\s]+$", max_length=300)]


def _plain(value: object) -> object:
    if value is not None and not isinstance(value, str | int | float):
        raise ValueError("is not a text, a number, true, false or null")
    if isinstance(value, float) and not isfinite(value):
        raise ValueError("is not a finite number, as 1.5")
    if isinstance(value, int) and abs(value) > BIG_INTEGER_MOST:
        raise ValueError(f"is a number beyond {BIG_INTEGER_MOST}, the most that is accepted; write it as a text")
    return value


# Checked first, so that a wrong one is refused once and not for each of what it could have been.
CustomValue = Annotated[str | int | float | bool | None, BeforeValidator(_plain)]


CustomFields = Annotated[dict[Word, CustomValue], Field(max_length=50)]
