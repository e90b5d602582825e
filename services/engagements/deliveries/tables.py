"""The table of deliveries."""

from datetime import date, datetime
from typing import TypedDict

import sqlalchemy as sa
from sqlmodel import Field

from services.engagements.tables import Table, unique_where
from shared.db.types import UtcDateTime
from shared.ids import id_type


class Delivery(Table, table=True):
    """Goods or results handed over, or promised; `promised_on` is the first promise and never changes."""

    __tablename__ = "delivery"
    __table_args__ = (
        sa.Index("delivery_by_relationship", "relationship_id", "happens_on", "delivery_id"),
        sa.Index("delivery_by_engagement", "engagement_id", "happens_on", "delivery_id"),
        sa.Index("delivery_by_day", "happens_on", "delivery_id"),
        sa.Index("delivery_open", "status", "promised_on", "delivery_id"),
        # What was retracted may be entered again under its external id.
        unique_where(
            "delivery_external_id", "relationship_id", "external_id",
            where="external_id IS NOT NULL AND status <> 'retracted'",
        ),
    )  # fmt: skip

    delivery_id: str = Field(sa_type=id_type, primary_key=True)
    version: int
    relationship_id: str = Field(sa_type=id_type)
    engagement_id: str | None = Field(sa_type=id_type, foreign_key="engagement.engagement_id")
    external_id: str | None = Field(max_length=200)
    name: str | None = Field(max_length=200)
    status: str = Field(max_length=10)
    promised_on: date
    current_promised_on: date
    delivered_on: date | None
    accepted: bool
    quantity: float | None
    unit: str | None = Field(max_length=40)
    weight: float
    late_cause: str | None = Field(max_length=10)
    cancelled_on: date | None
    cancelled_by: str | None = Field(max_length=10)
    lapsed_on: date | None
    reason: str | None = Field(max_length=2000)
    happens_on: date
    created_by: str = Field(sa_type=id_type)
    created_at: datetime = Field(sa_type=UtcDateTime)


class DeliveryRow(TypedDict):
    delivery_id: str
    version: int
    relationship_id: str
    engagement_id: str | None
    external_id: str | None
    name: str | None
    status: str
    promised_on: date
    current_promised_on: date
    delivered_on: date | None
    accepted: bool
    quantity: float | None
    unit: str | None
    weight: float
    late_cause: str | None
    cancelled_on: date | None
    cancelled_by: str | None
    lapsed_on: date | None
    reason: str | None
    happens_on: date
    created_by: str
    created_at: datetime


deliveries = Delivery.__table__
