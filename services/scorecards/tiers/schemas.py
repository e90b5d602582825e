"""Responses of scores. No number is rounded: scores lie in 0..100, p, lower and upper in 0..1."""

from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from pydantic import ConfigDict, Field
from typing_extensions import TypeAliasType

from services.scorecards.scoring.policy import Kind, Tier
from services.scorecards.values import Out

TierCause = TypeAliasType("TierCause", Literal["evidence", "review"])
"""Whether evidence of the day changed the tier, or the daily review of what has faded."""


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
    """The kind of evidence."""
    good: float
    """What lifts the share, 0 or above."""
    bad: float
    """What lowers the share, 0 or below."""
    items: int
    """How many items of the kind there are."""


class ItemContributionOut(Out):
    source_kind: str
    """What the record is: interaction, delivery, milestone or scorecard."""
    source_id: str
    kind: Kind
    """The kind of evidence that it is."""
    on: date
    """The day (UTC) that it counts from."""
    y: float
    """How good the experience was, in 0..1."""
    w: float
    """How much it counted on that day, above 0, at most 3."""
    contribution: float
    """What it adds to `p` - 0.70 now; below 0 where it lowers it."""


class ContributionsOut(Out):
    by_kind: list[KindContributionOut]
    """The parts by kind of evidence."""
    items: list[ItemContributionOut]
    """The parts by item, the weightiest first."""
    next: str | None
    """What to send as `after` for the items that follow; null on the last page."""


class GateOut(Out):
    gate: str
    """lower, p, depth or tenure_days."""
    needs: float
    """What the tier asks for."""
    has: float
    """What there is, in the same unit."""
    met: bool
    """Whether it is met."""


class WayOut(Out):
    """So many more items of this kind, if they came today, would meet the gates that are missing."""

    kind: Kind
    """The kind of evidence."""
    items: int
    """How many more it takes: the fewest that do."""
    y: float
    """How good each is taken to be, in 0..1."""
    w: float
    """How much each is taken to count."""


class NextTierOut(Out):
    tier: Tier
    """The tier above."""
    gates: list[GateOut]
    """What it asks for, met or not."""
    ways: list[WayOut]
    """What would do, by kind of evidence; empty where only time is missing, or 1,000 items would not do."""
    earliest_on: date
    """The first day on which a step up is possible, not before `as_of`."""
    needs_item: bool
    """Whether an item has to come on that day or later: always true, for silence promotes no relationship."""


class ForecastOut(Out):
    """The first step down within two years, if nothing more happens."""

    tier: Tier
    """The tier that it falls to."""
    on: date
    """The day on which it falls."""


class TierOut(Out):
    relationship_id: str
    as_of: date
    policy_version: int
    """The version of the tier policy."""
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
    contributions: ContributionsOut
    """What the score is made of."""
    next_tier: NextTierOut | None
    """What the tier above would take; null at the top."""
    forecast: ForecastOut | None
    """Where silence leads; null where the tier stays for two years."""


class PointOut(Out):
    on: date
    """The day (UTC) whose end it is of."""
    score: float
    p: float
    lower: float
    upper: float
    tier: Tier


class TierChangeOut(Out):
    """Caused by an item of that day, the weightiest in the change's direction, or by the review of what has faded."""

    on: date
    """The day on which it changed."""
    from_tier: Tier
    to_tier: Tier
    cause: TierCause
    """What changed it."""
    source_kind: str | None
    """What the causing record is; null where the daily review changed it."""
    source_id: str | None
    """The id of the causing record; null where the daily review changed it."""


class HistoryOut(Out):
    model_config = ConfigDict(serialize_by_alias=True, populate_by_name=True)

    relationship_id: str
    policy_version: int
    """The version of the tier policy."""
    from_on: date = Field(alias="from")
    """The first day (UTC)."""
    to_on: date = Field(alias="to")
    """The last day (UTC), included."""
    step: Step
    """How far apart the points lie."""
    points: list[PointOut]
    """Score and tier, oldest first: at the first day, at each step after it, and at the last."""
    changes: list[TierChangeOut]
    """Every change of the tier between the two days, oldest first."""


class EffectOut(Out):
    """The record's contribution to the score today, in points."""

    source_kind: str
    source_id: str
    effect: float
    """Points of the score today that the record adds, or takes where it is below 0."""


class EffectsOut(Out):
    items: list[EffectOut]
    """One for each record asked for that is evidence."""


class TimelineEntryOut(Out):
    id: str
    kind: TimelineKind
    """What sort of thing happened."""
    at: datetime
    """The instant that it is ordered by: the end of its day (UTC)."""
    on: date
    """The day (UTC) on which it happened."""
    title: str
    """The tiers before and after, as words."""
    source_kind: str
    source_id: str | None
    """The id of the record; null of a change of tier."""
    from_tier: Tier
    to_tier: Tier
    cause: TierCause
    """What changed the tier."""
    caused_by_kind: str | None
    """What the causing record is; null where the daily review changed it."""
    caused_by_id: str | None
    """The id of the causing record; null where the daily review changed it."""


class TimelineOut(Out):
    items: list[TimelineEntryOut]
    """The entries, newest first."""
