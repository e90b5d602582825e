"""Requests and responses of milestones."""

from datetime import date, datetime

from pydantic import MISSING, BaseModel

from services.engagements.promises.schemas import Lateness
from services.engagements.values import ConfirmFuture, Name, Reason
from services.engagements.vocabulary import (
    CancelledBy,
    Experience,
    LateCause,
    MilestoneKind,
    MilestoneStatus,
)
from shared.http.bodies import Command
from shared.http.pages import After, Limit
from shared.ids import Id
from shared.values import Day


class AddMilestone(Command):
    """A tech-transfer gate, G0 charter to G7 close, is owned on both sides at once."""

    name: Name
    kind: MilestoneKind = MilestoneKind.MILESTONE
    promised_on: Day
    sponsor_owner_id: Id | None = None
    provider_owner_id: Id | None = None
    confirm_future: ConfirmFuture = False


class ChangeMilestone(Command):
    """Fields present are changed; null clears. The first promise never changes, a later one is the current."""

    name: Name | MISSING = MISSING
    kind: MilestoneKind | MISSING = MISSING
    current_promised_on: Day | MISSING = MISSING
    late_cause: LateCause | MISSING | None = MISSING
    reason: Reason | MISSING | None = MISSING
    sponsor_owner_id: Id | MISSING | None = MISSING
    provider_owner_id: Id | MISSING | None = MISSING
    confirm_future: ConfirmFuture | MISSING = MISSING


class CompleteMilestone(Lateness):
    completed_on: Day
    outcome: Experience
    confirm_future: ConfirmFuture = False


class ReopenMilestone(Command):
    reason: Reason | None = None


class MilestoneOut(BaseModel):
    id: str
    version: int
    relationship_id: str
    engagement_id: str
    name: str
    kind: MilestoneKind
    status: MilestoneStatus
    promised_on: date
    current_promised_on: date
    completed_on: date | None
    outcome: Experience | None
    late_cause: LateCause | None
    cancelled_on: date | None
    cancelled_by: CancelledBy | None
    lapsed_on: date | None
    reason: str | None
    sponsor_owner_id: str | None
    provider_owner_id: str | None
    created_by: str
    created_at: datetime


class MilestoneFilters(BaseModel):
    relationship_id: Id | None = None
    engagement_id: Id | None = None
    kind: MilestoneKind | None = None
    status: MilestoneStatus | None = None
    after: After = None
    limit: Limit = 50
