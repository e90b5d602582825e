"""What milestones and deliveries share as promises: their status, their cancellation and their lapse."""

from datetime import date, datetime, timedelta
from typing import TypedDict, TypeVar

import sqlalchemy as sa

from services.engagements.events import event_of
from services.engagements.promises.schemas import CancelPromise
from services.engagements.references import WrongState, check_happened
from services.engagements.vocabulary import DeliveryStatus, LateCause
from shared.clock import utc_day
from shared.db import outbox
from shared.db.database import Database
from shared.db.records import Records, select, with_values
from shared.errors import InvalidField
from shared.events import Event

LAPSE = timedelta(days=60)
BATCH = 500
# Of one spelling in both vocabularies.
OPEN, LAPSED, CANCELLED = DeliveryStatus.OPEN.value, DeliveryStatus.LAPSED.value, DeliveryStatus.CANCELLED.value


class PromiseRow(TypedDict):
    """The columns of both tables by which a promise is open, lapsed or cancelled."""

    version: int
    status: str
    promised_on: date
    current_promised_on: date
    cancelled_on: date | None
    lapsed_on: date | None
    happens_on: date


P = TypeVar("P", bound=PromiseRow)


def happens_on(row: PromiseRow, done_on: date | None) -> date:
    """The day under which a promise is shown: done, called off, lapsed, or promised now."""
    if row["status"] == CANCELLED:
        done_on = row["cancelled_on"]
    elif row["status"] == LAPSED:
        done_on = row["lapsed_on"]
    return done_on or row["current_promised_on"]


def opened() -> dict[str, object]:
    """The values of a promise that is open, or open again."""
    return {"status": OPEN, "lapsed_on": None, "cancelled_on": None, "cancelled_by": None}


def check_late_cause(late_cause: str | None, reason: str | None) -> None:
    if late_cause not in (None, LateCause.PROVIDER) and reason is None:
        raise InvalidField("/reason", f"says why it was late through {late_cause}")


def cancelled(row: PromiseRow, command: CancelPromise, now: datetime) -> dict[str, object]:
    """The values of a promise called off; one that was completed or delivered is refused."""
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


def lapse(database: Database, records: Records[P], kind: type[Event], now: datetime) -> int:
    """Every promise still open 60 days past its original day lapses, once; missed days are caught up."""
    columns = records.table.c
    due = sa.select(records.table).where(columns.status == OPEN, columns.promised_on <= utc_day(now) - LAPSE)
    oldest_first = due.order_by(columns.promised_on, records.key).limit(BATCH).with_for_update(skip_locked=True)
    written = (records.key.name, "status", "lapsed_on", "happens_on", "version")
    lapsed = 0
    while True:
        with database.write() as tx:
            rows = [_lapsed(row) for row in select(tx, records, oldest_first)]
            if not rows:
                return lapsed
            tx.update_rows(
                records.table, [{name: value for name, value in row.items() if name in written} for row in rows]
            )
            for row in rows:
                outbox.add(tx, event_of(kind, row), now)
            lapsed += len(rows)


def _lapsed(row: P) -> P:
    on = row["promised_on"] + LAPSE
    return with_values(row, {"status": LAPSED, "lapsed_on": on, "happens_on": on, "version": row["version"] + 1})
