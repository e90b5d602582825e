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


class _OfTier(BaseModel):
    sort: PortfolioSort = "-lower"
    tier: Tier | None = None


class _OfSide(BaseModel):
    side: Side = "sponsor"


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
    size: str | None
    owner_id: str
    is_restricted: bool
    started_on: date | None
    rung: str
    last_contact_on: date | None
    last_business_review_on: date | None
    next_touch_due_on: date | None
    score: float
    p: float
    lower: float
    upper: float
    tier: Tier
    tier_since: date | None
    unproven: bool
    depth: float
    tenure_days: int
    evidence_count: int
    change: float
    monthly_scores: list[float]
    as_of: date
    policy_version: int


class PortfolioSummaryOut(Out):
    """Rows by tier under the given filters, those whose next contact was due before today, and all readable owners."""

    as_of: date
    by_tier: dict[Tier, int]
    touches_overdue: int
    owner_ids: list[str]


class MovementOut(Out):
    relationship_id: str
    provider_name: str
    sponsor_name: str
    from_tier: Tier
    to_tier: Tier


class MovementsOut(Out):
    model_config = ConfigDict(serialize_by_alias=True, populate_by_name=True)

    from_on: date = Field(alias="from")
    to_on: date = Field(alias="to")
    items: list[MovementOut]


class HeatCardOut(Out):
    """The newest published card; `is_outdated`: more than two of its periods have passed since.

    `values` is by attribute, each the mean of its raters; null where nobody rated or it does not apply.
    """

    scorecard_id: str
    review_cycle_id: str
    period_starts_on: date
    period_ends_on: date
    coverage: float
    score: float | None
    is_outdated: bool
    values: dict[str, float | None]


class HeatRowOut(Out):
    """A relationship of the portfolio with the newest published card of one side, null where there is none."""

    relationship_id: str
    sponsor_id: str
    sponsor_name: str
    provider_id: str
    provider_name: str
    region: str | None
    size: str | None
    owner_id: str
    is_restricted: bool
    tier: Tier
    score: float
    lower: float
    card: HeatCardOut | None
