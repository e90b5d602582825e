"""What scorecards announces: scores and tiers that changed and why, the life of each card, and who is to be notified.

Nothing that carries a rating, or depends on one, is announced before the card is published
(docs/design/contract.md, Reveal).
"""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, Field

from services.scorecards.scoring.policy import Tier
from shared.events import EpochEnd, Event


class CausedBy(BaseModel):
    """Evidence applied (the last of its transaction), the day's review of what has faded, or a rebuild."""

    cause: Literal["evidence", "review", "rebuild"]
    source_kind: str | None = None
    source_id: str | None = None


class ScoreChanged(Event, type="scorecards.score_changed.v1", aggregate="score"):
    """`from` and `to` are scores in 0..100; p, lower and upper lie in 0..1."""

    relationship_id: str
    from_: float = Field(serialization_alias="from")
    to: float
    score: float
    p: float
    lower: float
    upper: float
    as_of: date
    policy_version: int
    caused_by: CausedBy


class TierChanged(Event, type="scorecards.tier_changed.v1", aggregate="tier"):
    relationship_id: str
    from_: Tier = Field(serialization_alias="from")
    to: Tier
    score: float
    p: float
    lower: float
    upper: float
    as_of: date
    policy_version: int
    caused_by: CausedBy


class ReviewCycleRecorded(Event, type="scorecards.review_cycle_recorded.v1", aggregate="review_cycle", key="id"):
    name: str
    cadence: str
    fiscal_year_start_month: int
    time_zone: str
    template_id: str
    sides: list[str]
    starts_on: date
    opens_days_before_end: int
    due_days_after_end: int
    archived: bool


class ScorecardFact(BaseModel):
    """A card's ids, side and period (`period_ends_on` is its last day), and where in its life it stands."""

    relationship_id: str
    review_cycle_id: str
    side: str
    period_starts_on: date
    period_ends_on: date
    due_on: date
    status: str
    revision: int


class ScorecardOpened(ScorecardFact, Event, type="scorecards.scorecard_opened.v1", aggregate="scorecard"): ...


class ScorecardSubmitted(ScorecardFact, Event, type="scorecards.scorecard_submitted.v1", aggregate="scorecard"): ...


class ScorecardSigned(ScorecardFact, Event, type="scorecards.scorecard_signed.v1", aggregate="scorecard"): ...


class PublishedRating(BaseModel):
    """`value` in [0, 1] is the mean of the raters' values; null where the attribute takes no part."""

    attribute: str
    importance: float
    value: float | None


class ScorecardPublished(ScorecardFact, Event, type="scorecards.scorecard_published.v1", aggregate="scorecard"):
    """`y` in [0, 1] and `w` in (0, 3] have at most six decimals; null where nothing was rated."""

    is_blind: bool
    ratings: list[PublishedRating]
    y: float | None
    w: float | None


class ScorecardDisputed(ScorecardFact, Event, type="scorecards.scorecard_disputed.v1", aggregate="scorecard"): ...


class ScorecardResolved(ScorecardFact, Event, type="scorecards.scorecard_resolved.v1", aggregate="scorecard"): ...


class ScorecardReopened(ScorecardFact, Event, type="scorecards.scorecard_reopened.v1", aggregate="scorecard"): ...


class ScorecardWaived(ScorecardFact, Event, type="scorecards.scorecard_waived.v1", aggregate="scorecard"): ...


class NoticeDue(Event, type="scorecards.notice_due.v1", aggregate="notice", message=True):
    """Who is to be notified of what about which card; the gateway resolves the address and sends it once."""

    relationship_id: str
    scorecard_id: str
    recipient_id: str
    recipient_kind: Literal["user", "contact"]
    template: Literal["opened", "reminder", "escalation", "link", "disputed"]
    side: str
    period_starts_on: date
    period_ends_on: date
    due_on: date
    rating_link_id: str | None
    link_expires_at: datetime | None


class ActionPlanRecorded(Event, type="scorecards.action_plan_recorded.v1", aggregate="action_plan"):
    relationship_id: str
    scorecard_id: str
    attribute: str
    sponsor_owner_id: str | None
    provider_owner_id: str | None
    due_on: date
    done_on: date | None
    archived: bool


class EpochCompleted(EpochEnd, Event, type="scorecards.epoch_completed.v1", aggregate="completion", key="id"): ...
