"""The one write kernel: lock a record with the actor's permission, write its next version, and announce the change.

Rows are typed mappings: each table has a TypedDict of its columns beside it (`tables.py`), held to the table by a test.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Generic, TypedDict, TypeVar, cast

import sqlalchemy as sa

from shared.auth import Actor
from shared.db import outbox
from shared.db.database import Tx
from shared.db.searchable import Searchable
from shared.errors import NotFound, StaleVersion
from shared.events import Event

Rows = sa.Select[tuple[object, ...]]
"""A select of whole rows, read by their columns' names."""


class Versioned(TypedDict):
    """What the kernel reads of a row, whatever its table."""

    version: int


R = TypeVar("R", bound=Versioned)
R_co = TypeVar("R_co", bound=Versioned, covariant=True)


@dataclass(frozen=True)
class Records(Generic[R_co]):
    """The records of a table with a one-column key and a `version`, as rows of type R.

    `readable(actor)` selects the rows that the actor may read, in full; it may join other tables. `not_found(id)` is
    the refusal for a row that is unknown or hidden: the same for both.
    """

    table: sa.Table
    readable: Callable[[Actor], Rows]
    not_found: Callable[[str], NotFound]
    searchable: Searchable | None = None
    """What is written beside a change of the texts by which the record is found."""

    @cached_property
    def key(self) -> sa.Column[str]:
        return next(iter(self.table.primary_key.columns))


def find(tx: Tx, records: Records[R], record_id: str, actor: Actor) -> R:
    """The row of this id; refused when unknown or hidden."""
    return _one(tx, records, record_id, records.readable(actor))


def lock(tx: Tx, records: Records[R], record_id: str, actor: Actor, *, version: int | None = None) -> R:
    """The row, locked for this transaction; refused when unknown or hidden, or not at the version that was seen."""
    row = _one(tx, records, record_id, records.readable(actor).with_for_update(of=records.table))
    check_version(row, version)
    return row


def select(tx: Tx, records: Records[R], statement: Rows) -> Sequence[R]:
    """The rows of a select of the table's columns, whoever may read them."""
    return cast(Sequence[R], tx.run(statement).mappings().all())  # R is held to the columns by a test


def every(tx: Tx, records: Records[R]) -> Iterator[R]:
    """All rows of the table in the order of their key, a batch at a time in memory, whoever may read them."""
    return cast(Iterator[R], tx.every(records.table))  # likewise


def check_version(row: Versioned, seen: int | None) -> None:
    """`StaleVersion` unless the row is at the version that was seen; None asks for nothing."""
    if seen is not None and row["version"] != seen:
        raise StaleVersion(f"it is at version {row['version']} now")


def add(tx: Tx, records: Records[R], row: R, event: Event, now: datetime) -> R:
    """Insert a record at its version and announce it; the insert leaves with the other rows of the transaction."""
    tx.add_row(records.table, **row, **_derived(records, row, row))
    outbox.add(tx, event, now)
    return row


def change(tx: Tx, records: Records[R], row: R, values: Mapping[str, object]) -> R:
    """Write the values and the next version of a locked row; returns the row as it is now."""
    of_row: Mapping[str, object] = row
    written = {**values, **_derived(records, row, values), "version": row["version"] + 1}
    tx.run(sa.update(records.table).where(records.key == of_row[records.key.name]).values(**written))
    return with_values(row, written)


def _derived(records: Records[R], row: R, values: Mapping[str, object]) -> dict[str, object]:
    return {} if records.searchable is None else records.searchable.changed(row, values)


def with_values(row: R, values: Mapping[str, object]) -> R:
    """The row with other values in some of its columns; nothing is written."""
    return cast(R, {**row, **values})  # the values are columns of the same table


def change_and_announce(
    tx: Tx, records: Records[R], row: R, values: Mapping[str, object], event_of: Callable[[R], Event], now: datetime
) -> R:
    """`change`, announced by the event that `event_of` makes of the changed row."""
    changed = change(tx, records, row, values)
    outbox.add(tx, event_of(changed), now)
    return changed


def _one(tx: Tx, records: Records[R], record_id: str, chosen: Rows) -> R:
    row = tx.run(chosen.where(records.key == record_id)).mappings().first()
    if row is None:
        raise records.not_found(record_id)
    return cast(R, dict(row))  # the select is of the table's columns, and R is held to them by a test
