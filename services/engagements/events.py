"""What engagements announces. No personal data: ids, days, numbers and closed words; no free text.

A promise's events carry how it ended; an interaction's carry whether it is a private note, and its author.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, Field

from shared.events import EpochEnd, Event


def event_of(kind: type[Event], row: Mapping[str, Any]) -> Event:
    """The event of a row: its id is the row's `<aggregate>_id`, every other field the column of that name."""
    values = {name: row[name.removesuffix("_")] for name in kind.model_fields if name not in ("id", "archived")}
    if "archived" in kind.model_fields:
        values["archived"] = row["archived_at"] is not None
    return kind.model_construct(id=row[f"{kind.aggregate}_id"], **values)


class EngagementRecorded(Event, type="engagements.engagement_recorded.v1", aggregate="engagement"):
    """`closed_on` is null again once work was resumed; consumers count no archived engagement."""

    relationship_id: str
    type_: str = Field(serialization_alias="type")
    mode: str
    complexity: int
    stage: str
    contracted_on: date | None
    closed_on: date | None
    archived: bool


class Promise(BaseModel):
    """`promised_on` is the original promise; `lapsed_on` the day on which it had been open for 60 days past that."""

    relationship_id: str
    engagement_id: str | None
    status: str
    promised_on: date
    late_cause: str | None
    lapsed_on: date | None
    cancelled_on: date | None
    cancelled_by: str | None


class MilestoneFact(Promise):
    kind: str
    completed_on: date | None
    outcome: str | None


class MilestoneRecorded(MilestoneFact, Event, type="engagements.milestone_recorded.v1", aggregate="milestone"): ...


class MilestoneCompleted(MilestoneFact, Event, type="engagements.milestone_completed.v1", aggregate="milestone"): ...


class MilestoneReopened(MilestoneFact, Event, type="engagements.milestone_reopened.v1", aggregate="milestone"): ...


class MilestoneLapsed(MilestoneFact, Event, type="engagements.milestone_lapsed.v1", aggregate="milestone"): ...


class MilestoneCancelled(MilestoneFact, Event, type="engagements.milestone_cancelled.v1", aggregate="milestone"): ...


class DeliveryFact(Promise):
    """`weight` in (0, 3], at most six decimals."""

    delivered_on: date | None
    accepted: bool
    weight: float


class DeliveryRecorded(DeliveryFact, Event, type="engagements.delivery_recorded.v1", aggregate="delivery"): ...


class DeliveryCorrected(DeliveryFact, Event, type="engagements.delivery_corrected.v1", aggregate="delivery"): ...


class DeliveryRetracted(DeliveryFact, Event, type="engagements.delivery_retracted.v1", aggregate="delivery"): ...


class DeliveryLapsed(DeliveryFact, Event, type="engagements.delivery_lapsed.v1", aggregate="delivery"): ...


class DeliveryCancelled(DeliveryFact, Event, type="engagements.delivery_cancelled.v1", aggregate="delivery"): ...


class InteractionFact(BaseModel):
    """A private note is for its author and admins only; a consumer that shows interactions checks `is_private`."""

    relationship_id: str
    engagement_id: str | None
    kind: str
    occurred_at: datetime
    experience: str | None
    findings: str | None
    attributes: list[str]
    is_private: bool
    author_id: str


class InteractionLogged(InteractionFact, Event, type="engagements.interaction_logged.v1", aggregate="interaction"): ...


class InteractionCorrected(
    InteractionFact, Event, type="engagements.interaction_corrected.v1", aggregate="interaction"
): ...


class InteractionRetracted(
    InteractionFact, Event, type="engagements.interaction_retracted.v1", aggregate="interaction"
): ...


class ActionRecorded(Event, type="engagements.action_recorded.v1", aggregate="action"):
    relationship_id: str
    interaction_id: str | None
    owner_actor_id: str | None
    owner_contact_id: str | None
    due_on: date | None
    done_on: date | None
    archived: bool


class IssueRecorded(Event, type="engagements.issue_recorded.v1", aggregate="issue"):
    relationship_id: str
    engagement_id: str | None
    severity: str
    owner_actor_id: str | None
    opened_on: date
    escalated_on: date | None
    closed_on: date | None
    archived: bool


class StandingChanged(Event, type="engagements.standing_changed.v1", aggregate="standing"):
    """`id` is the relationship's; `rung` R0..R5; the version counts this service's own changes of it."""

    relationship_id: str
    rung: str
    last_contact_on: date | None
    last_business_review_on: date | None
    next_touch_due_on: date | None


class EpochCompleted(EpochEnd, Event, type="engagements.epoch_completed.v1", aggregate="completion", key="id"): ...
