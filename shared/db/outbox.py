"""The outbox: an event is stored beside the change it announces, and a relay carries it to the bus."""

from datetime import datetime

import sqlalchemy as sa

from shared.db.database import Tx
from shared.events import Event, to_wire
from shared.ids import new_id


def add(tx: Tx, event: Event, now: datetime) -> str:
    """Store an event in the transaction of the change that it announces; returns the event's id."""
    row = row_of(event, tx.database.epoch(tx), now)
    tx.add_row(tx.table("outbox"), **row)
    tx.announces = True
    return str(row["event_id"])


def row_of(event: Event, epoch: int, now: datetime) -> dict[str, object]:
    """The event as a row of the outbox, its payload as it will be on the bus."""
    event_id = new_id()
    return {
        "event_id": event_id,
        "aggregate": f"{event.aggregate}:{event.id}",
        "epoch": epoch,
        "version": event.version,
        "topic": event.topic,
        "key": event.key,
        "partition": event.fixed_partition,
        "payload": to_wire(event, event_id, epoch, now),
        "created_at": now,
    }


def newest(tx: Tx, limit: int) -> list[tuple[str, str, int]]:
    """The records of the last so many announcements, sent or not: kind, id and newest version."""
    last = []
    for log in (tx.table(name) for name in ("outbox", "outbox_archive")):
        newest_first = sa.select(log.c.sequence, log.c.aggregate, log.c.version).order_by(log.c.sequence.desc())
        last.append(newest_first.limit(limit).subquery())
    either = sa.union_all(*(sa.select(each) for each in last)).subquery()
    chosen = sa.select(either.c.aggregate, either.c.version).order_by(either.c.sequence.desc()).limit(limit)
    versions: dict[str, int] = {}
    for row in tx.run(chosen):
        versions[row.aggregate] = max(row.version, versions.get(row.aggregate, 0))
    named = ((aggregate.partition(":"), version) for aggregate, version in versions.items())
    return [(kind, id, version) for (kind, _, id), version in named]


def pending(tx: Tx, now: datetime) -> tuple[int, float]:
    """How many events wait for the bus, and the age of the oldest in seconds."""
    outbox = tx.table("outbox")
    row = tx.run(sa.select(sa.func.count().label("count"), sa.func.min(outbox.c.created_at).label("oldest"))).one()
    return row[0], (now - row.oldest).total_seconds() if row.oldest else 0.0
