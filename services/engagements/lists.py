"""Pages of readable records, and the conditions that their filters make."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import TypeVar

import sqlalchemy as sa
from pydantic import BaseModel

from shared.auth import Actor
from shared.db.database import Tx
from shared.db.keyset import Keys, cut, cut_rows, keyset
from shared.db.records import Records, Versioned, select
from shared.http.pages import Page, RowPage

Condition = sa.ColumnElement[bool]
R = TypeVar("R", bound=Versioned)
Out = TypeVar("Out", bound=BaseModel)
Moment = TypeVar("Moment", date, datetime)


def page(
    tx: Tx,
    actor: Actor,
    records: Records[R],
    out: Callable[[R], Out],
    conditions: Sequence[Condition],
    keys: Keys,
    after: str | None,
    limit: int,
) -> Page[Out]:
    """A page of the readable rows that meet every condition, each as `out` makes it."""
    statement = records.readable(actor).where(*conditions)
    names = [str(column.key) for column, _ in keys]
    rows, following = cut(select(tx, records, keyset(statement, keys, after, limit)), names, limit)
    return Page(items=[out(row) for row in rows], next=following)


def page_of_rows(
    tx: Tx,
    actor: Actor,
    records: Records[R],
    kind: type[Out],
    conditions: Sequence[Condition],
    keys: Keys,
    after: str | None,
    limit: int,
) -> RowPage[Out]:
    """`page` of records whose fields are columns of their table, without making models of them."""
    names = list(kind.model_fields)
    columns = records.table.c
    shown = [(records.key if name == "id" else columns[name]).label(name) for name in names]
    named = [column.label(f"key_{column.key}") for column, _ in keys]
    statement = records.readable(actor).with_only_columns(*shown, *named).where(*conditions)
    found = tx.run(keyset(statement, keys, after, limit)).all()
    rows, following = cut_rows(found, [column.name for column in named], limit)
    return RowPage(names, rows, following)


def equal(wanted: Mapping[sa.Column[object], object]) -> list[Condition]:
    """Each column equals the value wanted of it; None asks for nothing."""
    return [column == value for column, value in wanted.items() if value is not None]


def unarchived(archived_at: sa.Column[object], archived: bool) -> list[Condition]:
    """Archived records only when asked for."""
    return [] if archived else [archived_at.is_(None)]


def between(column: sa.Column[object], since: Moment | None, until: Moment | None) -> list[Condition]:
    """`since` is included, `until` is not."""
    return [*([column >= since] if since is not None else []), *([column < until] if until is not None else [])]
