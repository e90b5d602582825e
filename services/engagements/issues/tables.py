"""The table of issues."""

from datetime import date, datetime
from typing import TypedDict

import sqlalchemy as sa
from sqlmodel import Field

from services.engagements.tables import Table
from shared.db.types import UtcDateTime
from shared.ids import id_type


class Issue(Table, table=True):
    __tablename__ = "issue"
    __table_args__ = (
        sa.Index("issue_opened", "relationship_id", "opened_on", "issue_id"),
        sa.Index("issue_closed", "relationship_id", "closed_on", "issue_id"),
        sa.Index("issue_by_day", "opened_on", "issue_id"),
    )

    issue_id: str = Field(sa_type=id_type, primary_key=True)
    version: int
    relationship_id: str = Field(sa_type=id_type)
    engagement_id: str | None = Field(sa_type=id_type, foreign_key="engagement.engagement_id")
    title: str = Field(max_length=500)
    severity: str = Field(max_length=10)
    owner_actor_id: str | None = Field(sa_type=id_type)
    opened_on: date
    escalated_on: date | None
    closed_on: date | None
    reason: str | None = Field(max_length=2000)
    created_by: str = Field(sa_type=id_type)
    created_at: datetime = Field(sa_type=UtcDateTime)
    archived_at: datetime | None = Field(sa_type=UtcDateTime)


class IssueRow(TypedDict):
    issue_id: str
    version: int
    relationship_id: str
    engagement_id: str | None
    title: str
    severity: str
    owner_actor_id: str | None
    opened_on: date
    escalated_on: date | None
    closed_on: date | None
    reason: str | None
    created_by: str
    created_at: datetime
    archived_at: datetime | None


issues = Issue.__table__
