"""Requests and responses of deliveries."""

from datetime import date, datetime
from typing import Annotated

from pydantic import MISSING, BaseModel, Field, SkipValidation

from services.engagements.promises.schemas import Lateness
from services.engagements.values import Amount, ConfirmFuture, ExternalId, Flag, Name, Reason, Weight, Word
from services.engagements.vocabulary import (
    CancelledBy,
    DeliveryStatus,
    LateCause,
)
from shared.http.bodies import Command
from shared.http.pages import After, Limit, Text
from shared.ids import Id
from shared.values import Day


class RecordDelivery(Lateness):
    """What was handed over, or, with `delivered_on` null, an open promise."""

    relationship_id: Id
    """The relationship's id; it never changes."""
    engagement_id: Id | None = None
    """The id of an engagement of this relationship; null where it belongs to none."""
    external_id: ExternalId | None = None
    """What another system calls it, up to 200 characters; within a relationship it names one delivery that is not
    retracted. Null where it has none."""
    name: Name | None = None
    """What was to be delivered, up to 200 characters; null where it has no name."""
    promised_on: Day
    """The day first promised; it never changes, and on time means on or before it."""
    delivered_on: Day | None
    """The day on which it was handed over, at most two years ahead; null while the promise is open."""
    accepted: Flag = True
    """Whether it was accepted when it came; one that was not counts as missed."""
    quantity: Amount | None = None
    """How much, in `unit`, from 0 to 1e15; null where it is not counted."""
    unit: Word | None = None
    """What `quantity` counts, up to 80 characters, as vials; null where it is not counted."""
    weight: Weight = 1.0
    """How much it counts for the score beside others: above 0, at most 3, with at most six decimals."""
    confirm_future: ConfirmFuture = False


class CorrectDelivery(Command):
    """Fields present are corrected; null clears. Relationship and first promise never change."""

    engagement_id: Id | MISSING | None = MISSING
    name: Name | MISSING | None = MISSING
    current_promised_on: Day | MISSING = MISSING
    """The day promised now, where it was moved; on time is still judged by `promised_on`."""
    delivered_on: Day | MISSING | None = MISSING
    accepted: Flag | MISSING = MISSING
    quantity: Amount | MISSING | None = MISSING
    unit: Word | MISSING | None = MISSING
    weight: Weight | MISSING = MISSING
    late_cause: LateCause | MISSING | None = MISSING
    reason: Reason | MISSING | None = MISSING
    confirm_future: ConfirmFuture | MISSING = MISSING


class CompleteDelivery(Lateness):
    delivered_on: Day
    accepted: Flag = True
    confirm_future: ConfirmFuture = False


class DeliveryOut(BaseModel):
    id: str
    version: int
    relationship_id: str
    engagement_id: str | None
    external_id: str | None
    name: str | None
    status: DeliveryStatus
    """open, lapsed (60 days past `promised_on` and still open), delivered, cancelled or retracted."""
    promised_on: date
    current_promised_on: date
    delivered_on: date | None
    accepted: bool
    quantity: float | None
    unit: str | None
    weight: float
    late_cause: LateCause | None
    cancelled_on: date | None
    """The day on which the promise was called off; null where it was not."""
    cancelled_by: CancelledBy | None
    """Who called it off: only by the provider it counts as missed. Null where it was not called off."""
    lapsed_on: date | None
    """The day on which it lapsed, 60 days past `promised_on`; null where it did not, or was done after all."""
    reason: str | None
    """What was said of the delay, cancellation or retraction; null where nothing was."""
    created_by: str
    created_at: datetime


class RecordDeliveries(Command):
    """Each row has its own outcome; a dry run answers the outcomes and records nothing."""

    items: Annotated[list[SkipValidation[RecordDelivery]], Field(min_length=1, max_length=1000)]
    """1 to 1,000 deliveries, each checked and recorded apart from the others."""
    dry_run: Flag = False
    """Say what would become of each item, and record nothing."""


class DeliveryFilters(BaseModel):
    relationship_id: Id | None = None
    engagement_id: Id | None = None
    status: DeliveryStatus | None = None
    """Only in this state; retracted ones are listed only when asked for."""
    external_id: Text = None
    """Only with exactly this external id."""
    since: Annotated[Day | None, Field(alias="from", description="On or after.")] = None
    until: Annotated[Day | None, Field(alias="to", description="Before.")] = None
    after: After = None
    limit: Limit = 50
