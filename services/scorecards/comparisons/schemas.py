"""Responses of the comparison with other providers. Scores lie in 0..100."""

from datetime import date
from typing import Literal

from typing_extensions import TypeAliasType

from services.scorecards.values import Out, ProjectType

NoComparison = TypeAliasType("NoComparison", Literal["no_published_card", "sponsor_size_unknown", "too_few_to_compare"])


class SegmentOut(Out):
    """Null is no limit, but for the size: it is the sponsor's, and null where nobody has said it."""

    sponsor_size: str | None
    region: str | None
    project_type: ProjectType | None


class PlaceOut(Out):
    """`own` beside the others' `n` cards; null where they are too few to compare."""

    own: float | None
    n: int | None
    lower_quartile: float | None
    median: float | None
    upper_quartile: float | None


class GroupPlaceOut(PlaceOut):
    group: str


class ComparisonOut(Out):
    """How the sponsor's newest published card stands among those of other providers in the same segment.

    The others' are each relationship's newest of those whose period ended in the year up to this card's. `reason` says
    why there are no figures of others.
    """

    relationship_id: str
    scorecard_id: str | None
    period_ends_on: date | None
    as_of: date
    segment: SegmentOut
    reason: NoComparison | None
    overall: PlaceOut | None
    groups: list[GroupPlaceOut]
