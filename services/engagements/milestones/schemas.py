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
    """What is to be reached, up to 200 characters."""
    kind: MilestoneKind = MilestoneKind.MILESTONE
    """An ordinary milestone, or a gate of a technology transfer from G0 to G7."""
    promised_on: Day
    """The day first promised; it never changes, and on time means on or before it."""
    sponsor_owner_id: Id | None = None
    """The id of the sponsor's person or contact who answers for it; null where nobody is named."""
    provider_owner_id: Id | None = None
    """The id of the provider's person or contact who answers for it; null where nobody is named."""
    confirm_future: ConfirmFuture = False


class ChangeMilestone(Command):
    """Fields present are changed; null clears. The first promise never changes, a later one is the current."""

    name: Name | MISSING = MISSING
    kind: MilestoneKind | MISSING = MISSING
    current_promised_on: Day | MISSING = MISSING
    """The day promised now, where it was moved; on time is still judged by `promised_on`."""
    late_cause: LateCause | MISSING | None = MISSING
    reason: Reason | MISSING | None = MISSING
    """What is said of the delay, up to 2,000 characters; needed with a `late_cause` other than the provider. Null where
    nothing is."""
    sponsor_owner_id: Id | MISSING | None = MISSING
    provider_owner_id: Id | MISSING | None = MISSING
    confirm_future: ConfirmFuture | MISSING = MISSING


class CompleteMilestone(Lateness):
    completed_on: Day
    """The day on which it was reached, at most two years ahead."""
    outcome: Experience
    """How it was against what was expected; one that was below counts as missed."""
    confirm_future: ConfirmFuture = False


class ReopenMilestone(Command):
    reason: Reason | None = None
    """Why it is open again, up to 2,000 characters; null where nothing is said."""


class MilestoneOut(BaseModel):
    id: str
    version: int
    relationship_id: str
    engagement_id: str
    name: str
    kind: MilestoneKind
    status: MilestoneStatus
    """open, lapsed (60 days past `promised_on` and still open), completed or cancelled."""
    promised_on: date
    current_promised_on: date
    completed_on: date | None
    """The day on which it was reached; null while it is not."""
    outcome: Experience | None
    """How it was against what was expected; null while it is not reached."""
    late_cause: LateCause | None
    cancelled_on: date | None
    """The day on which it was called off; null where it was not."""
    cancelled_by: CancelledBy | None
    """Who called it off: only by the provider it counts as missed. Null where it was not called off."""
    lapsed_on: date | None
    """The day on which it lapsed, 60 days past `promised_on`; null where it did not, or was done after all."""
    reason: str | None
    """What was said of the delay, cancellation or reopening; null where nothing was."""
    sponsor_owner_id: str | None
    provider_owner_id: str | None
    created_by: str
    created_at: datetime


class MilestoneFilters(BaseModel):
    relationship_id: Id | None = None
    engagement_id: Id | None = None
    kind: MilestoneKind | None = None
    """Only of this kind."""
    status: MilestoneStatus | None = None
    """Only in this state."""
    after: After = None
    limit: Limit = 50
