"""The table of standings."""

from datetime import date
from typing import TypedDict

import sqlalchemy as sa
from sqlmodel import Field

from services.engagements.tables import Table
from shared.ids import id_type


class Standing(Table, table=True):
    """Where a relationship stands today, stored so that changes are announced; one row per replica."""

    __tablename__ = "standing"
    __table_args__ = (sa.Index("standing_checked", "checked_on", "relationship_id"),)

    relationship_id: str = Field(sa_type=id_type, primary_key=True)
    version: int
    rung: str = Field(max_length=2)
    last_contact_on: date | None
    last_business_review_on: date | None
    next_touch_due_on: date | None
    checked_on: date


class StandingRow(TypedDict):
    relationship_id: str
    version: int
    rung: str
    last_contact_on: date | None
    last_business_review_on: date | None
    next_touch_due_on: date | None
    checked_on: date


standings = Standing.__table__
