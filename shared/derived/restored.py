"""After a restore, a service announces all its records again in a new epoch."""

import time
from collections.abc import Iterable
from datetime import datetime
from itertools import islice

import sqlalchemy as sa

from shared.db import outbox
from shared.db.database import Tx
from shared.events import PARTITIONS, Event
from shared.messaging.epochs import END
from shared.service import Service

BATCH = 1000


PATIENCE_S = 5  # the server needs a moment to see that a process has ended


class StillInUse(ValueError):
    """Somebody works with a database that is to begin a new epoch."""


def begin_epoch(tx: Tx, service: Service, now: datetime) -> tuple[int, int]:
    """Begin a new epoch in which every record of the service is announced anew, all in this transaction.

    Returns the epoch and how many were announced.

    The epoch is the second at which it begins: a database that was restored twice from one backup does not know the
    number it was given the first time. `StillInUse` while others are connected, for a process keeps the epoch it found.
    """
    _require_alone(tx, service.name)
    epoch = max(tx.database.epoch(tx) + 1, int(now.timestamp()))
    tx.database.raise_epoch(tx, epoch, now)
    announced = _announce(tx, service.announce(tx, epoch), epoch, now)
    if ended := Event.announced.get(f"{service.name}.{END}"):
        _announce(tx, (ended(id=str(p), version=1, partition=p) for p in range(PARTITIONS)), epoch, now)
    return epoch, announced


def _announce(tx: Tx, events: Iterable[Event], epoch: int, now: datetime) -> int:
    count, remaining = 0, iter(events)
    while chunk := list(islice(remaining, BATCH)):
        tx.insert_rows(tx.table("outbox"), [outbox.row_of(event, epoch, now) for event in chunk])
        count += len(chunk)
    tx.announces = True
    return count


def _require_alone(tx: Tx, service: str) -> None:
    if tx.connection().dialect.name != "postgresql":
        return
    others = sa.text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'"
        " AND pid <> pg_backend_pid()"
    )
    deadline = time.monotonic() + PATIENCE_S
    while count := tx.run(others).scalar():
        if time.monotonic() > deadline:
            raise StillInUse(f"{count} others are connected to the database of {service}: stop its processes first")
        time.sleep(0.1)
