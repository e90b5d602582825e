"""The evidence ledger."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field

from services.scorecards.table import Table
from shared.db.types import UtcDateTime, json_type
from shared.ids import id_type

_promised = sa.text("promised_on IS NOT NULL")
_no_instant = sa.text("source_kind = 'interaction' AND (occurred_version IS NULL OR occurred_version <> version)")


class LedgerEntry(Table, table=True):
    """All that is known of one interaction, delivery, milestone or scorecard, as of its highest (epoch, version).

    It is evidence where `w_micro` is set: y and w in millionths, counting from `on_day` (days since 1970-01-01), which
    may be to come. Without it, the row is a fact alone. A retracted one stays as a tombstone.

    `occurred_at` is when an interaction happened, at its version `occurred_version`: another one says that the release
    before wrote the row, which knows the UTC day alone; `fill_instants` mends it from the bus.
    """

    __tablename__ = "ledger_entry"
    # All that a fold needs stands in the index: the entries of one relationship lie scattered over the table.
    __table_args__ = (
        sa.Index("ledger_by_relationship", "relationship_id", "evidence_kind", "on_day", "y_micro", "w_micro"),
        sa.Index("ledger_by_day", "relationship_id", "on_day"),
        # What is due in a period may have happened at any time.
        sa.Index(
            "ledger_by_promise", "relationship_id", "promised_on", sqlite_where=_promised, postgresql_where=_promised
        ),
        sa.Index("ledger_without_instant", "source_id", sqlite_where=_no_instant, postgresql_where=_no_instant),
    )

    source_kind: str = Field(max_length=20, primary_key=True)
    source_id: str = Field(sa_type=id_type, primary_key=True)
    relationship_id: str = Field(sa_type=id_type)
    epoch: int = Field(sa_type=sa.BigInteger)
    version: int = Field(sa_type=sa.BigInteger)
    event_id: str = Field(sa_type=id_type)
    is_retracted: bool
    evidence_kind: str | None = Field(max_length=20)
    on_day: int | None
    y_micro: int | None
    w_micro: int | None
    engagement_id: str | None = Field(sa_type=id_type)
    status: str | None = Field(max_length=20)
    event_kind: str | None = Field(max_length=40)
    experience: str | None = Field(max_length=20)
    findings: str | None = Field(max_length=20)
    promised_on: date | None
    done_on: date | None
    is_accepted: bool | None
    outcome: str | None = Field(max_length=20)
    late_cause: str | None = Field(max_length=20)
    attributes: list[str] | None = Field(sa_type=json_type)
    is_private: bool | None
    occurred_at: datetime | None = Field(sa_type=UtcDateTime)
    occurred_version: int | None = Field(sa_type=sa.BigInteger)


ledger = LedgerEntry.__table__
