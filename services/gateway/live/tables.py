"""What open pages may read again, in the order in which it was committed."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from services.gateway.tables import Table
from shared.db.types import UtcDateTime
from shared.ids import id_type


class LiveEntry(Table, table=True):
    """One thing that open pages may want to read again: ids only, in the order in which it was committed."""

    __tablename__ = "live_entry"
    __table_args__ = {"sqlite_autoincrement": True}

    sequence: int = Field(sa_type=sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True)
    type: str = Field(max_length=80)
    subject_id: str = Field(sa_type=id_type)
    relationship_id: str = Field(sa_type=id_type)
    only_actor_id: str | None = Field(sa_type=id_type)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
