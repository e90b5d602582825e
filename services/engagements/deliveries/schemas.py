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
    engagement_id: Id | None = None
    external_id: ExternalId | None = None
    name: Name | None = None
    promised_on: Day
    delivered_on: Day | None
    accepted: Flag = True
    quantity: Amount | None = None
    unit: Word | None = None
    weight: Weight = 1.0
    confirm_future: ConfirmFuture = False


class CorrectDelivery(Command):
    """Fields present are corrected; null clears. Relationship and first promise never change."""

    engagement_id: Id | MISSING | None = MISSING
    name: Name | MISSING | None = MISSING
    current_promised_on: Day | MISSING = MISSING
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
    promised_on: date
    current_promised_on: date
    delivered_on: date | None
    accepted: bool
    quantity: float | None
    unit: str | None
    weight: float
    late_cause: LateCause | None
    cancelled_on: date | None
    cancelled_by: CancelledBy | None
    lapsed_on: date | None
    reason: str | None
    created_by: str
    created_at: datetime


class RecordDeliveries(Command):
    """Each row has its own outcome; a dry run answers the outcomes and records nothing."""

    items: Annotated[list[SkipValidation[RecordDelivery]], Field(min_length=1, max_length=1000)]
    dry_run: Flag = False


class DeliveryFilters(BaseModel):
    relationship_id: Id | None = None
    engagement_id: Id | None = None
    status: DeliveryStatus | None = None
    external_id: Text = None
    since: Annotated[Day | None, Field(alias="from", description="On or after.")] = None
    until: Annotated[Day | None, Field(alias="to", description="Before.")] = None
    after: After = None
    limit: Limit = 50
