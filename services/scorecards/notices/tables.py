"""What persons are notified of, once each."""

from datetime import date, datetime
from typing import TypedDict

import sqlalchemy as sa
from sqlmodel import Field

from services.scorecards.table import Table
from shared.db.types import UtcDateTime
from shared.ids import id_type


class Notice(Table, table=True):
    """Something a person is notified of by mail, once: `template` is opened, reminder, escalation, link or disputed."""

    __tablename__ = "notice"
    __table_args__ = (sa.UniqueConstraint("scorecard_id", "recipient_id", "template", "on_day", name="notice_once"),)

    notice_id: str = Field(sa_type=id_type, primary_key=True)
    version: int
    scorecard_id: str = Field(sa_type=id_type, foreign_key="scorecard.scorecard_id")
    recipient_id: str = Field(sa_type=id_type)
    recipient_kind: str = Field(max_length=10)
    template: str = Field(max_length=20)
    on_day: date
    created_at: datetime = Field(sa_type=UtcDateTime)


class NoticeRow(TypedDict):
    notice_id: str
    version: int
    scorecard_id: str
    recipient_id: str
    recipient_kind: str
    template: str
    on_day: date
    created_at: datetime


notices = Notice.__table__
