"""The people at the accounts."""

from datetime import datetime
from typing import TypedDict

import sqlalchemy as sa
from sqlmodel import Field

from services.accounts.access import Table
from shared.db.types import UtcDateTime
from shared.ids import id_type


class Contact(Table, table=True):
    __tablename__ = "contact"
    __table_args__ = (sa.Index("contact_by_account", "account_id", "contact_id"),)

    contact_id: str = Field(sa_type=id_type, primary_key=True)
    version: int
    account_id: str = Field(sa_type=id_type, foreign_key="account.account_id")
    name: str = Field(max_length=200)
    function: str = Field(max_length=30)
    email: str | None = Field(max_length=254, index=True)
    phone: str | None = Field(max_length=60)
    created_at: datetime = Field(sa_type=UtcDateTime)
    archived_at: datetime | None = Field(sa_type=UtcDateTime)
    erased_at: datetime | None = Field(sa_type=UtcDateTime)


class ContactRow(TypedDict):
    contact_id: str
    version: int
    account_id: str
    name: str
    function: str
    email: str | None
    phone: str | None
    created_at: datetime
    archived_at: datetime | None
    erased_at: datetime | None
