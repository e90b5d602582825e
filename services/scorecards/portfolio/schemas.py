"""Filters and responses of the portfolio. No number is rounded: scores lie in 0..100, p, lower and upper in 0..1."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypeAliasType

from services.scorecards.scoring.policy import Tier
from services.scorecards.values import Out, Region, Size
from shared.auth import Side
from shared.http.pages import After, Limit, Text
from shared.ids import Id

PortfolioSort = TypeAliasType(
    "PortfolioSort",
    Literal[
        "lower", "-lower", "score", "-score", "change", "-change", "last_contact", "-last_contact", "name", "-name"
    ],
)


class PortfolioSegment(BaseModel):
    """Which relationships; region and size are the provider's, `q` is part of either name."""

    region: Region | None = None
    size: Size | None = None
    owner_id: Id | None = None
    q: Text = None
    """Only where this text is in either company's name; upper and lower case are the same."""


class _OfTier(BaseModel):
    sort: PortfolioSort = "-lower"
    """What the list is ordered by; with a minus the largest, the newest or the end of the alphabet first."""
    tier: Tier | None = None


class _OfSide(BaseModel):
    side: Side = "sponsor"
    """Whose cards are shown: the sponsor's or the provider's."""


# The contract lists parameters in the order of their fields, and those of a later base come first.
class PortfolioFilter(PortfolioSegment, _OfTier):
    """What every list of the portfolio may be asked for."""

    after: After = None
    limit: Limit = 50


class HeatMapFilter(PortfolioFilter, _OfSide):
    """A list of the portfolio with the cards of one side."""


class PortfolioRowOut(Out):
    """`change` is the score now minus that at the last calendar quarter's end; `monthly_scores` end with today's."""

    relationship_id: str
    sponsor_id: str
    sponsor_name: str
    provider_id: str
    provider_name: str
    region: str | None
    """The provider's region; null where nobody has said it."""
    size: str | None
    """The provider's size; null where nobody has said it."""
    owner_id: str
    is_restricted: bool
    """Whether only its team and admins read it."""
    started_on: date | None
    """The day on which the two began to work together; null where it is not known."""
    rung: str
    """Where it stands on the ladder: R0 to R5."""
    last_contact_on: date | None
    """The day (UTC) of the last contact; null where there was none."""
    last_business_review_on: date | None
    """The day (UTC) of the last business review; null where there was none."""
    next_touch_due_on: date | None
    """The day on which the next contact is due; null where none is."""
    score: float
    p: float
    lower: float
    upper: float
    tier: Tier
    tier_since: date | None
    """The day from which it has been in its tier; null where it never changed."""
    unproven: bool
    """Whether there is too little evidence to rely on the score."""
    depth: float
    """How much evidence there is, in weights that fade."""
    tenure_days: int
    """Days since the first evidence."""
    evidence_count: int
    """How many items of evidence there are."""
    change: float
    """Points of score since the last calendar quarter ended."""
    monthly_scores: list[float]
    """The score at the end of each of the last months, oldest first, and today's at the end."""
    as_of: date
    """The day (UTC) that the row was computed for."""
    policy_version: int
    """The version of the tier policy."""


class PortfolioSummaryOut(Out):
    """Rows by tier under the given filters, those whose next contact was due before today, and all readable owners."""

    as_of: date
    by_tier: dict[Tier, int]
    """How many relationships are in each tier."""
    touches_overdue: int
    """How many of them should have been contacted before today."""
    owner_ids: list[str]
    """The ids of everybody who is responsible for a relationship that the reader may read, whatever the filters."""


class MovementOut(Out):
    relationship_id: str
    provider_name: str
    sponsor_name: str
    from_tier: Tier
    to_tier: Tier


class MovementsOut(Out):
    model_config = ConfigDict(serialize_by_alias=True, populate_by_name=True)

    from_on: date = Field(alias="from")
    """The day that is compared with."""
    to_on: date = Field(alias="to")
    """The day that is compared."""
    items: list[MovementOut]
    """Every relationship whose tier differs, by name."""


class HeatCardOut(Out):
    """The newest published card; `is_outdated`: more than two of its periods have passed since.

    `values` is by attribute, each the mean of its raters; null where nobody rated or it does not apply.
    """

    scorecard_id: str
    review_cycle_id: str
    period_starts_on: date
    period_ends_on: date
    coverage: float
    """The share of importance that was rated, in 0..1."""
    score: float | None
    """The card's score, from 0 to 100; null where nothing was rated."""
    is_outdated: bool
    """Whether more than two of its periods have passed since."""
    values: dict[str, float | None]
    """By attribute the mean of its raters, in 0..1; null where nobody rated or it does not apply."""


class HeatRowOut(Out):
    """A relationship of the portfolio with the newest published card of one side, null where there is none."""

    relationship_id: str
    sponsor_id: str
    sponsor_name: str
    provider_id: str
    provider_name: str
    region: str | None
    """The provider's region; null where nobody has said it."""
    size: str | None
    """The provider's size; null where nobody has said it."""
    owner_id: str
    is_restricted: bool
    """Whether only its team and admins read it."""
    tier: Tier
    score: float
    lower: float
    card: HeatCardOut | None
    """The newest published card of the side; null where there is none."""
