"""Tables of engagements and their stage history."""

from datetime import date, datetime
from typing import TypedDict

import sqlalchemy as sa
from sqlmodel import Field

from services.engagements.tables import Table
from shared.db.types import UtcDateTime, json_type
from shared.ids import id_type


class Engagement(Table, table=True):
    __tablename__ = "engagement"
    __table_args__ = (
        sa.Index("engagement_by_relationship", "relationship_id", "engagement_id"),
        sa.Index("engagement_by_stage", "stage", "engagement_id"),
    )

    engagement_id: str = Field(sa_type=id_type, primary_key=True)
    version: int
    relationship_id: str = Field(sa_type=id_type)
    name: str = Field(max_length=200)
    type: str = Field(max_length=40)
    mode: str = Field(max_length=20)
    complexity: int
    created_stage: str = Field(max_length=20)
    stage: str = Field(max_length=20)
    value: float | None
    currency: str | None = Field(max_length=3)
    products: list[str] = Field(sa_type=json_type)
    modality: str | None = Field(max_length=80)
    starts_on: date | None
    ends_on: date | None
    predecessor_id: str | None = Field(sa_type=id_type, foreign_key="engagement.engagement_id", index=True)
    contracted_on: date | None
    closed_on: date | None
    outcome: str | None = Field(max_length=10)
    would_use_again: str | None = Field(max_length=10)
    created_by: str = Field(sa_type=id_type)
    created_at: datetime = Field(sa_type=UtcDateTime)
    archived_at: datetime | None = Field(sa_type=UtcDateTime)


class EngagementRow(TypedDict):
    engagement_id: str
    version: int
    relationship_id: str
    name: str
    type: str
    mode: str
    complexity: int
    created_stage: str
    stage: str
    value: float | None
    currency: str | None
    products: list[str]
    modality: str | None
    starts_on: date | None
    ends_on: date | None
    predecessor_id: str | None
    contracted_on: date | None
    closed_on: date | None
    outcome: str | None
    would_use_again: str | None
    created_by: str
    created_at: datetime
    archived_at: datetime | None


class StageChange(Table, table=True):
    """One entry of an engagement's stage history; never changed."""

    __tablename__ = "stage_change"
    __table_args__ = (
        sa.Index("stage_change_by_engagement", "engagement_id", "on", "stage_change_id"),
        sa.Index("stage_change_by_relationship", "relationship_id", "on", "stage_change_id"),
    )

    stage_change_id: str = Field(sa_type=id_type, primary_key=True)
    engagement_id: str = Field(sa_type=id_type, foreign_key="engagement.engagement_id")
    relationship_id: str = Field(sa_type=id_type)
    stage: str = Field(max_length=20)
    on: date
    reason: str | None = Field(max_length=2000)
    outcome: str | None = Field(max_length=10)
    would_use_again: str | None = Field(max_length=10)
    created_by: str = Field(sa_type=id_type)
    created_at: datetime = Field(sa_type=UtcDateTime)


class StageChangeRow(TypedDict):
    stage_change_id: str
    engagement_id: str
    relationship_id: str
    stage: str
    on: date
    reason: str | None
    outcome: str | None
    would_use_again: str | None
    created_by: str
    created_at: datetime


engagements = Engagement.__table__
stage_changes = StageChange.__table__
