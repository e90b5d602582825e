"""Writes of live entries."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypedDict

import sqlalchemy as sa

from services.gateway.live.queries import live_entries
from shared.db.database import Tx

KEPT = timedelta(days=1)


class LiveEntryValues(TypedDict):
    """An entry before it is written: without its sequence and its instant."""

    type: str
    subject_id: str
    relationship_id: str
    only_actor_id: str | None


def add_live_entries(tx: Tx, entries: Sequence[LiveEntryValues], now: datetime) -> None:
    """Write entries, whose sequences are handed out in the order of commits, so that a reader's cursor is safe:
    on PostgreSQL one worker at a time may have an uncommitted number; SQLite has one writer anyway."""
    if tx.connection().dialect.name == "postgresql":
        tx.run(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext("live_entry"))))
    tx.insert_rows(live_entries, [{**entry, "at": now} for entry in entries])


def tidy(tx: Tx, now: datetime) -> dict[str, int]:
    """Remove entries that no open page can still need; how many."""
    return {"live_entries": tx.run(sa.delete(live_entries).where(live_entries.c.at <= now - KEPT)).rowcount}
