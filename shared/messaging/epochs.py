"""Epochs: a restored service announces all its records anew, and whoever keeps them drops the rest.

A restored database gives versions again that others have seen, and has lost what they still hold. So a restore begins
an epoch later than any before; (epoch, version) orders the events of a record. The end is itself announced
in every partition, behind all that was announced there: a reader of every end has read everything.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

import sqlalchemy as sa

from shared.db.bulk import upsert
from shared.db.database import Tx
from shared.events import PARTITIONS, EpochEnd, Fact, Received, owner_of
from shared.messaging.handlers import AnyHandlers

END = "epoch_completed.v1"
_EVERYWHERE = (1 << PARTITIONS) - 1


class _Ended(EpochEnd, Fact): ...


# What a consumer does


def is_end(event: Received) -> bool:
    return event.type.partition(".")[2] == END


def note_ends(tx: Tx, ends: Collection[Received]) -> list[tuple[str, int]]:
    """Note these ends; the owners and epochs of which every end has been received now.

    The row is locked, so that of two workers that receive the last two ends one sees them all.
    """
    completions = tx.table("heard_epoch")
    completed: list[tuple[str, int]] = []
    for event in ends:
        fact, owner = _Ended.model_validate(event.data), owner_of(event.type)
        bit = 1 << fact.partition
        row = upsert(completions, tx.connection().dialect.name).values(owner=owner, epoch=fact.epoch, partitions=bit)
        together = {"partitions": completions.c.partitions.bitwise_or(bit)}
        noted = row.on_conflict_do_update(index_elements=["owner", "epoch"], set_=together)
        known = tx.run(noted.returning(completions.c.partitions, completions.c.completed_at)).one()
        if known.partitions == _EVERYWHERE and known.completed_at is None and (owner, fact.epoch) not in completed:
            completed.append((owner, fact.epoch))
    return completed


def complete(tx: Tx, handlers: AnyHandlers, owner: str, epoch: int, now: datetime) -> None:
    """Drop what the owner has not announced in this epoch."""
    completions = tx.table("heard_epoch")
    if drop := handlers.drops.get(owner):
        drop(tx, epoch, now)
    of_it = (completions.c.owner == owner, completions.c.epoch == epoch)
    tx.run(sa.update(completions).where(*of_it).values(completed_at=now))


def present(tx: Tx) -> Mapping[str, int]:
    """The last completed epoch by owner: an event of an earlier one, as by a relay that slept, is no more."""
    completions = tx.table("heard_epoch")
    last = sa.func.max(completions.c.epoch).label("epoch")
    completed = (
        sa.select(completions.c.owner, last)
        .where(completions.c.completed_at.is_not(None))
        .group_by(completions.c.owner)
    )
    return {row.owner: row.epoch for row in tx.run(completed)}


def is_past(event: Received, present: Mapping[str, int]) -> bool:
    epoch: object = event.data.get("epoch")
    return isinstance(epoch, int) and epoch < present.get(owner_of(event.type), 0)
