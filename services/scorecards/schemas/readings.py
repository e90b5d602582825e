"""What is read out of cards and of the ledger: facts of a period, gaps between the sides, a heat map."""

from datetime import date

from services.scorecards.schemas.cards import Status
from services.scorecards.schemas.scores import Out
from services.scorecards.scoring import Tier


class PromiseFactsOut(Out):
    """Of what was promised or done in the period. `kept_share` is kept / (kept + broken), null where there is neither.

    `kept` was done on or before its original promise (and accepted, or not below); `broken` was done later or not well,
    left open for too long, or cancelled by the provider; `excused` was late through the sponsor or the outside.
    """

    kept: int
    broken: int
    excused: int
    open: int
    cancelled: int
    kept_share: float | None


class FactsOut(Out):
    """What happened between two days, both included, as heard by `as_of`. Private notes are not counted."""

    relationship_id: str
    from_on: date
    to_on: date
    as_of: date
    deliveries: PromiseFactsOut
    milestones: PromiseFactsOut
    interactions: int
    interactions_by_kind: dict[str, int]
    interactions_by_experience: dict[str, int]
    findings: dict[str, int]
    last_business_review_on: date | None
    days_since_business_review: int | None


class EvidenceOut(Out):
    """A record of the period that an answer may refer to."""

    source_kind: str
    source_id: str
    on: date
    kind: str | None
    experience: str | None
    findings: str | None
    outcome: str | None
    promised_on: date | None
    attributes: list[str]


class AttributeGapOut(Out):
    """Values lie in [0, 1]; the gap is the provider's minus the sponsor's, in steps from -2 to 2."""

    attribute: str
    label: str
    group: str
    sponsor: float
    provider: float
    gap: float


class GroupGapOut(Out):
    """The importance-weighted mean of the gaps of its attributes, by the sponsor's importances."""

    group: str
    gap: float


class PeriodGapsOut(Out):
    """A period in which both sides were published; attributes that only one side rated are left out."""

    review_cycle_id: str
    period_starts_on: date
    period_ends_on: date
    attributes: list[AttributeGapOut]
    groups: list[GroupGapOut]


class GapsOut(Out):
    relationship_id: str
    periods: list[PeriodGapsOut]


class HeatOut(Out):
    attribute: str
    value: float | None


class HeatRowOut(Out):
    """The newest published card of one side; all null where there is none."""

    relationship_id: str
    provider_name: str
    sponsor_name: str
    tier: Tier
    lower: float
    scorecard_id: str | None
    period_ends_on: date | None
    status: Status | None
    score: float | None
    coverage: float | None
    ratings: list[HeatOut]
