"""Responses of scores. No number is rounded: scores lie in 0..100, p, lower and upper in 0..1."""

from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from pydantic import ConfigDict, Field
from typing_extensions import TypeAliasType

from services.scorecards.scoring.policy import Kind, Tier
from services.scorecards.values import Out

TierCause = TypeAliasType("TierCause", Literal["evidence", "review"])


class Step(StrEnum):
    """How far apart the points of a history lie; months by their ends."""

    day = "day"
    week = "week"
    month = "month"


class TimelineKind(StrEnum):
    tier_change = "tier_change"


class KindContributionOut(Out):
    """One kind's part of p - .70, apart by sign; with the others' it adds up to it."""

    kind: Kind
    good: float
    bad: float
    items: int


class ItemContributionOut(Out):
    source_kind: str
    source_id: str
    kind: Kind
    on: date
    y: float
    w: float
    contribution: float


class ContributionsOut(Out):
    by_kind: list[KindContributionOut]
    items: list[ItemContributionOut]
    next: str | None


class GateOut(Out):
    gate: str
    needs: float
    has: float
    met: bool


class WayOut(Out):
    """So many more items of this kind, if they came today, would meet the gates that are missing."""

    kind: Kind
    items: int
    y: float
    w: float


class NextTierOut(Out):
    tier: Tier
    gates: list[GateOut]
    ways: list[WayOut]
    earliest_on: date
    needs_item: bool


class ForecastOut(Out):
    """The first step down within two years, if nothing more happens."""

    tier: Tier
    on: date


class TierOut(Out):
    relationship_id: str
    as_of: date
    policy_version: int
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
    contributions: ContributionsOut
    next_tier: NextTierOut | None
    forecast: ForecastOut | None


class PointOut(Out):
    on: date
    score: float
    p: float
    lower: float
    upper: float
    tier: Tier


class TierChangeOut(Out):
    """Caused by an item of that day, the weightiest in the change's direction, or by the review of what has faded."""

    on: date
    from_tier: Tier
    to_tier: Tier
    cause: TierCause
    source_kind: str | None
    source_id: str | None


class HistoryOut(Out):
    model_config = ConfigDict(serialize_by_alias=True, populate_by_name=True)

    relationship_id: str
    policy_version: int
    from_on: date = Field(alias="from")
    to_on: date = Field(alias="to")
    step: Step
    points: list[PointOut]
    changes: list[TierChangeOut]


class EffectOut(Out):
    """The record's contribution to the score today, in points."""

    source_kind: str
    source_id: str
    effect: float


class EffectsOut(Out):
    items: list[EffectOut]


class TimelineEntryOut(Out):
    id: str
    kind: TimelineKind
    at: datetime
    on: date
    title: str
    source_kind: str
    source_id: str | None
    from_tier: Tier
    to_tier: Tier
    cause: TierCause
    caused_by_kind: str | None
    caused_by_id: str | None


class TimelineOut(Out):
    items: list[TimelineEntryOut]
