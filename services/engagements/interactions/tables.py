"""The table of interactions."""

from datetime import datetime
from typing import TypedDict

import sqlalchemy as sa
from sqlmodel import Field

from services.engagements.tables import Table, unique_where
from shared.db.types import UtcDateTime, json_type
from shared.ids import id_type


class Interaction(Table, table=True):
    """Something that happened between people; participants are contact ids, personal data stays in accounts."""

    __tablename__ = "interaction"
    __table_args__ = (
        sa.Index("interaction_by_relationship", "relationship_id", "occurred_at", "interaction_id"),
        sa.Index("interaction_by_kind", "relationship_id", "kind", "occurred_at", "interaction_id"),
        sa.Index("interaction_by_engagement", "engagement_id", "occurred_at", "interaction_id"),
        sa.Index("interaction_by_instant", "occurred_at", "interaction_id"),
        unique_where(
            "interaction_external_id", "relationship_id", "kind", "external_id",
            where="external_id IS NOT NULL AND retracted_at IS NULL",
        ),
    )  # fmt: skip

    interaction_id: str = Field(sa_type=id_type, primary_key=True)
    version: int
    relationship_id: str = Field(sa_type=id_type)
    engagement_id: str | None = Field(sa_type=id_type, foreign_key="engagement.engagement_id")
    external_id: str | None = Field(max_length=200)
    kind: str = Field(max_length=30)
    occurred_at: datetime = Field(sa_type=UtcDateTime)
    summary: str = Field(sa_type=sa.Text)
    experience: str | None = Field(max_length=10)
    findings: str | None = Field(max_length=10)
    attributes: list[str] = Field(sa_type=json_type)
    participants: list[str] = Field(sa_type=json_type)
    is_private: bool
    author_id: str = Field(sa_type=id_type)
    created_at: datetime = Field(sa_type=UtcDateTime)
    retracted_at: datetime | None = Field(sa_type=UtcDateTime)
    reason: str | None = Field(max_length=2000)


class InteractionRow(TypedDict):
    interaction_id: str
    version: int
    relationship_id: str
    engagement_id: str | None
    external_id: str | None
    kind: str
    occurred_at: datetime
    summary: str
    experience: str | None
    findings: str | None
    attributes: list[str]
    participants: list[str]
    is_private: bool
    author_id: str
    created_at: datetime
    retracted_at: datetime | None
    reason: str | None


interactions = Interaction.__table__
