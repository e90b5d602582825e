"""Responses of the comparison with other providers. Scores lie in 0..100."""

from datetime import date
from typing import Literal

from typing_extensions import TypeAliasType

from services.scorecards.values import Out, ProjectType

NoComparison = TypeAliasType("NoComparison", Literal["no_published_card", "sponsor_size_unknown", "too_few_to_compare"])


class SegmentOut(Out):
    """Null is no limit, but for the size: it is the sponsor's, and null where nobody has said it."""

    sponsor_size: str | None
    """The sponsor's size; null where nobody has said it, and then nothing is compared."""
    region: str | None
    """The region that the providers are of; null where any is."""
    project_type: ProjectType | None
    """The type of project that the cards are of; null where any is."""


class PlaceOut(Out):
    """`own` beside the others' `n` cards; null where they are too few to compare."""

    own: float | None
    """This relationship's score, from 0 to 100; null where nothing was rated."""
    n: int | None
    """How many others it is compared with; null where they belong to fewer than five providers."""
    lower_quartile: float | None
    """A quarter of the others have no more, from 0 to 100; null where they are too few."""
    median: float | None
    """Half of the others have no more, from 0 to 100; null where they are too few."""
    upper_quartile: float | None
    """Three quarters of the others have no more, from 0 to 100; null where they are too few."""


class GroupPlaceOut(PlaceOut):
    group: str
    """The key of the group of attributes that the scores are of."""


class ComparisonOut(Out):
    """How the sponsor's newest published card stands among those of other providers in the same segment.

    The others' are each relationship's newest of those whose period ended in the year up to this card's. `reason` says
    why there are no figures of others.
    """

    relationship_id: str
    scorecard_id: str | None
    """The id of the sponsor's newest published card; null where there is none."""
    period_ends_on: date | None
    """The last day of that card's period; null where there is none."""
    as_of: date
    segment: SegmentOut
    """Whom it is compared with."""
    reason: NoComparison | None
    """Why there are no figures of others; null where there are."""
    overall: PlaceOut | None
    """The score of the whole card among the others'; null where there is no card."""
    groups: list[GroupPlaceOut]
    """The score of each group of attributes among the others'."""
