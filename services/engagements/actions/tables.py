"""The table of actions."""

from datetime import date, datetime
from typing import TypedDict

import sqlalchemy as sa
from sqlmodel import Field

from services.engagements.tables import Table
from shared.db.types import UtcDateTime
from shared.ids import id_type


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


class ActionRow(TypedDict):
    action_id: str
    version: int
    relationship_id: str
    interaction_id: str | None
    title: str
    owner_actor_id: str | None
    owner_contact_id: str | None
    due_on: date | None
    done_on: date | None
    created_by: str
    created_at: datetime
    archived_at: datetime | None


actions = Action.__table__
