"""What milestones and deliveries share as promises: where they stand, their cancellation and their lapse."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from services.engagements.access import Row, key_of
from services.engagements.deliveries.tables import deliveries
from services.engagements.events import DeliveryLapsed, MilestoneLapsed, event_of
from services.engagements.milestones.tables import milestones
from services.engagements.promises.schemas import CancelPromise
from services.engagements.references import WrongState, check_happened
from services.engagements.vocabulary import LateCause
from shared.clock import utc_day
from shared.db import outbox
from shared.db.database import Database, Tx
from shared.errors import InvalidField
from shared.events import Event

LAPSE = timedelta(days=60)
BATCH = 500
OPEN, LAPSED, CANCELLED, RETRACTED = "open", "lapsed", "cancelled", "retracted"


def happens_on(row: Row, done_on: date | None) -> date:
    """The day under which a promise is shown: done, called off, lapsed, or promised now."""
    if row["status"] == CANCELLED:
        return row["cancelled_on"]  # type: ignore[no-any-return]
    if row["status"] == LAPSED:
        return row["lapsed_on"]  # type: ignore[no-any-return]
    return done_on or row["current_promised_on"]


def opened() -> dict[str, Any]:
    """The values of a promise that is open, or open again."""
    return {"status": OPEN, "lapsed_on": None, "cancelled_on": None, "cancelled_by": None}


def check_late_cause(late_cause: LateCause | None, reason: str | None) -> None:
    if late_cause not in (None, LateCause.PROVIDER) and reason is None:
        raise InvalidField("/reason", f"says why it was late through {late_cause}")


def cancelled(row: Row, command: CancelPromise, now: datetime) -> dict[str, Any]:
    """The values of a promise called off; one that was kept is not."""
    if row["status"] not in (OPEN, LAPSED):
        raise WrongState(f"it is {row['status']}")
    check_happened("/cancelled_on", command.cancelled_on, now)
    on = command.cancelled_on or utc_day(now)
    return opened() | {
        "status": CANCELLED,
        "cancelled_on": on,
        "cancelled_by": command.by,
        "reason": command.reason,
        "happens_on": on,
    }


def lapse(database: Database, now: datetime) -> Mapping[str, int]:
    """Every promise still open 60 days past its original day lapses, once; missed days are caught up."""
    return {
        "milestones": _lapse(database, milestones, MilestoneLapsed, now),
        "deliveries": _lapse(database, deliveries, DeliveryLapsed, now),
    }


def _lapse(database: Database, table: sa.Table, kind: type[Event], now: datetime) -> int:
    due = sa.select(table).where(table.c.status == OPEN, table.c.promised_on <= utc_day(now) - LAPSE)
    oldest_first = due.order_by(table.c.promised_on, key_of(table)).limit(BATCH).with_for_update(skip_locked=True)
    lapsed = 0
    while True:
        with database.write() as tx:
            rows = [_lapsed(row) for row in tx.run(oldest_first).mappings()]
            if not rows:
                return lapsed
            _write(tx, table, rows)
            for row in rows:
                outbox.add(tx, event_of(kind, row), now)
            lapsed += len(rows)


def _lapsed(row: Row) -> dict[str, Any]:
    on = row["promised_on"] + LAPSE
    return {**row, "status": LAPSED, "lapsed_on": on, "happens_on": on, "version": row["version"] + 1}


def _write(tx: Tx, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    names = ("status", "lapsed_on", "happens_on", "version")
    of = key_of(table) == sa.bindparam("of_id")
    values = [{"of_id": row[key_of(table).name], **{name: row[name] for name in names}} for row in rows]
    tx.run(sa.update(table).where(of).values({name: sa.bindparam(name) for name in names}), values)
