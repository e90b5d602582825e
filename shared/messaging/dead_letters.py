"""Records that could not be applied: parked with their bytes and the reason, until somebody settles them."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from shared.db.bulk import upsert
from shared.db.database import Tx
from shared.db.keyset import cut, keyset
from shared.errors import Conflict, NotFound
from shared.ids import new_id
from shared.messaging.bus import Record

DISCARDED = "discard"


class DeadLetterNotFound(NotFound):
    slug, title = "dead-letter-not-found", "No such dead letter"


class DeadLetterStillBroken(Conflict):
    slug, title = "dead-letter-still-broken", "The record still cannot be applied"


def park(tx: Tx, record: Record, reason: str, now: datetime) -> None:
    """Park a record, once. Another one at its position was of a topic since made again, and came again elsewhere."""
    dead = tx.table("dead_letter")
    statement = upsert(dead, tx.connection().dialect.name).values(
        dead_letter_id=new_id(),
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        key=record.key,
        value=record.value,
        reason=reason,
        dead_at=now,
    )
    new = statement.excluded
    values = {name: new[name] for name in ("dead_letter_id", "key", "value", "reason", "dead_at")}
    position = ["topic", "partition", "offset"]
    is_another = dead.c.value.is_distinct_from(new.value)
    waiting = values | {"settled_at": None, "settled_by": None}
    tx.run(statement.on_conflict_do_update(index_elements=position, set_=waiting, where=is_another))


def dead_letters(tx: Tx) -> Sequence[sa.RowMapping]:
    """All that nobody has settled, oldest first."""
    dead = tx.table("dead_letter")
    return tx.run(sa.select(dead).where(dead.c.settled_at.is_(None)).order_by(dead.c.dead_at)).mappings().all()


def page_of_dead_letters(
    tx: Tx, *, discarded: bool, after: str | None, limit: int
) -> tuple[Sequence[sa.RowMapping], str | None]:
    """A page, oldest first, and the cursor of the next, without the records' bytes; of the waiting or the discarded."""
    dead = tx.table("dead_letter")
    columns = [column for column in dead.c if column.name not in ("key", "value")]
    chosen = sa.select(*columns).where(_discarded(dead) if discarded else dead.c.settled_at.is_(None))
    found = tx.run(keyset(chosen, [(dead.c.dead_letter_id, False)], after, limit)).mappings().all()
    return cut(found, ["dead_letter_id"], limit)


def count_dead_letters(tx: Tx) -> int:
    dead = tx.table("dead_letter")
    return tx.run(sa.select(sa.func.count()).select_from(dead).where(dead.c.settled_at.is_(None))).scalar() or 0


def get_dead_letter(tx: Tx, dead_letter_id: str) -> sa.RowMapping:
    """One with its bytes, settled or not."""
    dead = tx.table("dead_letter")
    return _found(tx, dead_letter_id, dead.c.dead_letter_id == dead_letter_id)


def record_of(tx: Tx, dead_letter_id: str) -> Record:
    """The record of one that waits, as it came."""
    dead = tx.table("dead_letter")
    row = _found(tx, dead_letter_id, dead.c.dead_letter_id == dead_letter_id, dead.c.settled_at.is_(None))
    return Record(row["topic"], row["key"], row["value"], row["partition"], row["offset"])


def discard(tx: Tx, dead_letter_id: str, now: datetime) -> None:
    """Settle one without applying it; it is kept."""
    record_of(tx, dead_letter_id)
    resolve(tx, dead_letter_id, DISCARDED, now)


def restore(tx: Tx, dead_letter_id: str) -> None:
    """Let one that was discarded wait again."""
    dead = tx.table("dead_letter")
    _found(tx, dead_letter_id, dead.c.dead_letter_id == dead_letter_id, _discarded(dead))
    resolve(tx, dead_letter_id, None, None)


def resolve(tx: Tx, dead_letter_id: str, by: str | None, at: datetime | None) -> None:
    dead = tx.table("dead_letter")
    tx.run(sa.update(dead).where(dead.c.dead_letter_id == dead_letter_id).values(settled_at=at, settled_by=by))


def _discarded(dead: sa.Table) -> sa.ColumnElement[bool]:
    return dead.c.settled_by == DISCARDED


def _found(tx: Tx, dead_letter_id: str, *where: sa.ColumnElement[bool]) -> sa.RowMapping:
    row = tx.run(sa.select(tx.table("dead_letter")).where(*where)).mappings().first()
    if row is None:
        raise DeadLetterNotFound(f"no dead letter {dead_letter_id} waits here")
    return row
