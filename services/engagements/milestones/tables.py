"""The table of milestones."""

from datetime import date, datetime
from typing import TypedDict

import sqlalchemy as sa
from sqlmodel import Field

from services.engagements.tables import Table
from shared.db.types import UtcDateTime
from shared.ids import id_type


class Milestone(Table, table=True):
    """A dated promise; `promised_on` is the first one and never changes, `happens_on` is where lists show it."""

    __tablename__ = "milestone"
    __table_args__ = (
        sa.Index("milestone_by_engagement", "engagement_id", "promised_on", "milestone_id"),
        sa.Index("milestone_by_relationship", "relationship_id", "happens_on", "milestone_id"),
        sa.Index("milestone_by_day", "happens_on", "milestone_id"),
        sa.Index("milestone_open", "status", "promised_on", "milestone_id"),
    )

    milestone_id: str = Field(sa_type=id_type, primary_key=True)
    version: int
    relationship_id: str = Field(sa_type=id_type)
    engagement_id: str = Field(sa_type=id_type, foreign_key="engagement.engagement_id")
    name: str = Field(max_length=200)
    kind: str = Field(max_length=20)
    status: str = Field(max_length=10)
    promised_on: date
    current_promised_on: date
    completed_on: date | None
    outcome: str | None = Field(max_length=10)
    late_cause: str | None = Field(max_length=10)
    cancelled_on: date | None
    cancelled_by: str | None = Field(max_length=10)
    lapsed_on: date | None
    reason: str | None = Field(max_length=2000)
    sponsor_owner_id: str | None = Field(sa_type=id_type)
    provider_owner_id: str | None = Field(sa_type=id_type)
    happens_on: date
    created_by: str = Field(sa_type=id_type)
    created_at: datetime = Field(sa_type=UtcDateTime)


class MilestoneRow(TypedDict):
    milestone_id: str
    version: int
    relationship_id: str
    engagement_id: str
    name: str
    kind: str
    status: str
    promised_on: date
    current_promised_on: date
    completed_on: date | None
    outcome: str | None
    late_cause: str | None
    cancelled_on: date | None
    cancelled_by: str | None
    lapsed_on: date | None
    reason: str | None
    sponsor_owner_id: str | None
    provider_owner_id: str | None
    happens_on: date
    created_by: str
    created_at: datetime


milestones = Milestone.__table__
