"""What engagements owns, and the few foreign facts it keeps: relationships with their teams, and contacts' state."""

from datetime import date, datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from shared.db.system_tables import add_system_tables
from shared.db.types import UtcDateTime, json_type
from shared.ids import id_type


class Table(SQLModel, registry=registry()):
    __table__: ClassVar[sa.Table]


add_system_tables(Table.metadata)


def _unique_where(name: str, *columns: str, where: str) -> sa.Index:
    return sa.Index(name, *columns, unique=True, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


# Replicas of accounts' facts. Owned rows do not reference them: a replica may be dropped and announced anew.


class Relationship(Table, table=True):
    __tablename__ = "relationship"

    relationship_id: str = Field(sa_type=id_type, primary_key=True)
    epoch: int = Field(sa_type=sa.BigInteger)
    version: int
    sponsor_id: str = Field(sa_type=id_type)
    provider_id: str = Field(sa_type=id_type)
    owner_id: str = Field(sa_type=id_type)
    is_restricted: bool
    is_archived: bool
    started_on: date | None
    review_cadence: str | None = Field(max_length=20)


class RelationshipMember(Table, table=True):
    """The team, its owner included."""

    __tablename__ = "relationship_member"

    relationship_id: str = Field(sa_type=id_type, primary_key=True)
    actor_id: str = Field(sa_type=id_type, primary_key=True, index=True)


class Contact(Table, table=True):
    __tablename__ = "contact"

    contact_id: str = Field(sa_type=id_type, primary_key=True)
    epoch: int = Field(sa_type=sa.BigInteger)
    version: int
    is_archived: bool
    is_erased: bool


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


class Delivery(Table, table=True):
    """Goods or results handed over, or promised; `promised_on` is the first promise and never changes."""

    __tablename__ = "delivery"
    __table_args__ = (
        sa.Index("delivery_by_relationship", "relationship_id", "happens_on", "delivery_id"),
        sa.Index("delivery_by_engagement", "engagement_id", "happens_on", "delivery_id"),
        sa.Index("delivery_by_day", "happens_on", "delivery_id"),
        sa.Index("delivery_open", "status", "promised_on", "delivery_id"),
        # What was retracted may be entered again under its external id.
        _unique_where(
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


class Interaction(Table, table=True):
    """Something that happened between people; participants are contact ids, personal data stays in accounts."""

    __tablename__ = "interaction"
    __table_args__ = (
        sa.Index("interaction_by_relationship", "relationship_id", "occurred_at", "interaction_id"),
        sa.Index("interaction_by_kind", "relationship_id", "kind", "occurred_at", "interaction_id"),
        sa.Index("interaction_by_engagement", "engagement_id", "occurred_at", "interaction_id"),
        sa.Index("interaction_by_instant", "occurred_at", "interaction_id"),
        _unique_where(
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


class Action(Table, table=True):
    """A follow-up, owned by an actor or by a contact of either side."""

    __tablename__ = "action"
    __table_args__ = (
        sa.Index("action_by_relationship", "relationship_id", "action_id"),
        sa.Index("action_by_owner", "owner_actor_id", "action_id"),
        sa.Index("action_done", "relationship_id", "done_on", "action_id"),
    )

    action_id: str = Field(sa_type=id_type, primary_key=True)
    version: int
    relationship_id: str = Field(sa_type=id_type)
    interaction_id: str | None = Field(sa_type=id_type, foreign_key="interaction.interaction_id", index=True)
    title: str = Field(max_length=500)
    owner_actor_id: str | None = Field(sa_type=id_type)
    owner_contact_id: str | None = Field(sa_type=id_type)
    due_on: date | None
    done_on: date | None
    created_by: str = Field(sa_type=id_type)
    created_at: datetime = Field(sa_type=UtcDateTime)
    archived_at: datetime | None = Field(sa_type=UtcDateTime)


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


class Standing(Table, table=True):
    """Where a relationship stands today, kept so that what changes can be announced; one row per replica."""

    __tablename__ = "standing"
    __table_args__ = (sa.Index("standing_checked", "checked_on", "relationship_id"),)

    relationship_id: str = Field(sa_type=id_type, primary_key=True)
    version: int
    rung: str = Field(max_length=2)
    last_contact_on: date | None
    last_business_review_on: date | None
    next_touch_due_on: date | None
    checked_on: date
