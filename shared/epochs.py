"""Epochs: a restored service announces all its records anew, and whoever keeps them drops the rest.

A restored database gives versions again that others have seen, and has lost what they still hold. So a restore begins
an epoch later than any before; (epoch, version) orders what is told of a record. The end of the announcing is told in
every partition, behind all that was announced there: who has read every end has read everything.
"""

import time
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa

from shared import outbox
from shared.bus import PARTITIONS
from shared.db import Tx
from shared.events import EpochEnd, Event, Fact, Handlers, Received, owner_of
from shared.rows import upsert
from shared.service import Service

BATCH = 1000
PATIENCE_S = 5  # the server needs a moment to see that a process has ended
_END = "epoch_completed.v1"
_EVERYWHERE = (1 << PARTITIONS) - 1


class _Ended(EpochEnd, Fact): ...


class StillInUse(ValueError):
    """Somebody works with a database that is to begin a new epoch."""


def begin(tx: Tx, service: Service, now: datetime) -> tuple[int, int]:
    """Begin a new epoch in which every record of the service is announced anew, all in this transaction.

    Returns the epoch and how many were announced.

    The epoch is the second at which it begins: a database that was restored twice from one backup does not know the
    number it was given the first time. `StillInUse` while others are connected, for a process keeps the epoch it found.
    """
    _require_alone(tx, service.name)
    epoch = max(tx.database.epoch(tx) + 1, int(now.timestamp()))
    tx.database.raise_epoch(tx, epoch, now)
    announced = _announce(tx, service.announce(tx, epoch), epoch, now)
    if ended := Event.announced.get(f"{service.name}.{_END}"):
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


# What a consumer does


def is_end(event: Received) -> bool:
    return event.type.partition(".")[2] == _END


def hear_ends(tx: Tx, ends: Collection[Received]) -> list[tuple[str, int]]:
    """Note these ends; the owners and epochs of which every end has been heard now.

    The row is locked, so that of two workers that hear the last two ends one sees them all.
    """
    heard = tx.table("heard_epoch")
    completed: list[tuple[str, int]] = []
    for event in ends:
        fact, owner = _Ended.model_validate(event.data), owner_of(event.type)
        bit = 1 << fact.partition
        row = upsert(heard, tx.connection().dialect.name).values(owner=owner, epoch=fact.epoch, partitions=bit)
        together = {"partitions": heard.c.partitions.bitwise_or(bit)}
        noted = row.on_conflict_do_update(index_elements=["owner", "epoch"], set_=together)
        known = tx.run(noted.returning(heard.c.partitions, heard.c.completed_at)).one()
        if known.partitions == _EVERYWHERE and known.completed_at is None and (owner, fact.epoch) not in completed:
            completed.append((owner, fact.epoch))
    return completed


def complete(tx: Tx, handlers: Handlers, owner: str, epoch: int, now: datetime) -> None:
    """Drop what the owner has not announced in this epoch."""
    heard = tx.table("heard_epoch")
    if drop := handlers.drops.get(owner):
        drop(tx, epoch, now)
    of_it = (heard.c.owner == owner, heard.c.epoch == epoch)
    tx.run(sa.update(heard).where(*of_it).values(completed_at=now))


def present(tx: Tx) -> Mapping[str, int]:
    """The last completed epoch by owner: what is told of an earlier one, as by a relay that slept, is no more."""
    heard = tx.table("heard_epoch")
    last = sa.func.max(heard.c.epoch).label("epoch")
    completed = sa.select(heard.c.owner, last).where(heard.c.completed_at.is_not(None)).group_by(heard.c.owner)
    return {row.owner: row.epoch for row in tx.run(completed)}


def is_past(event: Received, present: Mapping[str, int]) -> bool:
    epoch: Any = event.data.get("epoch")
    return isinstance(epoch, int) and epoch < present.get(owner_of(event.type), 0)
