"""What both sides do about a low rating."""

from datetime import date, datetime
from typing import TypedDict

import sqlalchemy as sa
from sqlmodel import Field

from services.scorecards.table import Table
from shared.db.types import UtcDateTime
from shared.ids import id_type


class ActionPlan(Table, table=True):
    """What both sides do about a low rating, each with its owner; the next published card shows what became of it.

    `reason` says why, where the rating was not low.
    """

    __tablename__ = "action_plan"
    __table_args__ = (sa.Index("action_plan_by_relationship", "relationship_id", "action_plan_id"),)

    action_plan_id: str = Field(sa_type=id_type, primary_key=True)
    version: int
    scorecard_id: str = Field(sa_type=id_type, foreign_key="scorecard.scorecard_id", index=True)
    relationship_id: str = Field(sa_type=id_type)
    attribute: str = Field(max_length=60)
    what: str = Field(max_length=2000)
    reason: str | None = Field(max_length=2000)
    sponsor_owner_id: str | None = Field(sa_type=id_type)
    provider_owner_id: str | None = Field(sa_type=id_type)
    due_on: date
    done_on: date | None
    created_by: str = Field(sa_type=id_type)
    created_at: datetime = Field(sa_type=UtcDateTime)
    archived_at: datetime | None = Field(sa_type=UtcDateTime)


class ActionPlanRow(TypedDict):
    action_plan_id: str
    version: int
    scorecard_id: str
    relationship_id: str
    attribute: str
    what: str
    reason: str | None
    sponsor_owner_id: str | None
    provider_owner_id: str | None
    due_on: date
    done_on: date | None
    created_by: str
    created_at: datetime
    archived_at: datetime | None


plans = ActionPlan.__table__
