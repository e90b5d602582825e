"""Keyset pages in SQL: order by keys, start behind a cursor, one row more than the page holds."""

import base64
import binascii
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Protocol, TypeVar

import pydantic_core
import sqlalchemy as sa

from shared.errors import InvalidField
from shared.values import BIG_INTEGER_MOST, day_in, instant_in


class Named(Protocol):
    """A row, read by its columns' names."""

    def __getitem__(self, name: str, /) -> object: ...


R = TypeVar("R", bound=Named)


def encode_cursor(values: Sequence[object]) -> str:
    """Opaque to callers: base64url without padding."""
    return base64.urlsafe_b64encode(pydantic_core.to_json(list(values))).rstrip(b"=").decode()


def decode_cursor(cursor: str, types: Sequence[type]) -> list[Any]:
    """The values a cursor was made of, each of the type its column has; `InvalidField` for anything else."""
    # Any, since no annotation says that the values are of the types beside them, whatever their number.
    try:
        decoded = base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True)
        values = pydantic_core.from_json(decoded, allow_inf_nan=False)
        if not isinstance(values, list) or len(values) != len(types):
            raise ValueError
        return [_restore(value, kind) for value, kind in zip(values, types, strict=True)]
    except (ValueError, TypeError, OverflowError, binascii.Error):
        raise InvalidField("after", "is not a cursor of this list") from None


def _restore(value: object, kind: type) -> object:
    if issubclass(kind, date):
        if not isinstance(value, str):
            raise ValueError
        if not issubclass(kind, datetime):
            return day_in(value)
        return instant_in(value)
    if kind is float and isinstance(value, int):
        value = float(value)
    if isinstance(value, int) and (abs(value) > BIG_INTEGER_MOST or (isinstance(value, bool) and kind is not bool)):
        raise ValueError
    if not isinstance(value, kind) or (isinstance(value, str) and "\0" in value):
        raise ValueError
    return value


Keys = Sequence[tuple[sa.ColumnElement[Any], bool]]
"""What a list is ordered by: columns without nulls and whether each descends; the last one is unique."""


def keyset(
    select: sa.Select[tuple[object, ...]], keys: Keys, after: str | None, limit: int
) -> sa.Select[tuple[object, ...]]:
    """Order a select by its keys, start it behind a cursor and ask for one row more than the page holds."""
    values = None if after is None else decode_cursor(after, [column.type.python_type for column, _ in keys])
    return _ordered(select, keys, values).limit(limit + 1)


def keyset_of_any(
    select: sa.Select[tuple[object, ...]], keys: Keys, *, is_behind: bool
) -> sa.Select[tuple[object, ...]]:
    """`keyset` of any cursor and limit, to be built once: it takes its values from `page_values`."""
    values = [sa.bindparam(f"after_{i}", type_=column.type) for i, (column, _) in enumerate(keys)]
    return _ordered(select, keys, values if is_behind else None).limit(sa.bindparam("rows_most", type_=sa.Integer))


def page_values(keys: Keys, after: str | None, limit: int) -> dict[str, object]:
    values = [] if after is None else decode_cursor(after, [column.type.python_type for column, _ in keys])
    return {f"after_{i}": value for i, value in enumerate(values)} | {"rows_most": limit + 1}


def _ordered(
    select: sa.Select[tuple[object, ...]], keys: Keys, values: Sequence[object] | None
) -> sa.Select[tuple[object, ...]]:
    if values is not None:
        behind: list[sa.ColumnElement[bool]] = []
        for i, (column, descends) in enumerate(keys):
            equal = [keys[j][0] == values[j] for j in range(i)]
            behind.append(sa.and_(*equal, column < values[i] if descends else column > values[i]))
        first, descends = keys[0]
        # The first key alone, said redundantly, is what lets an index range scan start at the cursor.
        bound = first <= values[0] if descends else first >= values[0]
        select = select.where(bound, sa.or_(*behind))
    return select.order_by(*(c.desc() if d else c.asc() for c, d in keys))


def cut_rows(
    rows: Sequence[sa.Row[tuple[object, ...]]], names: Sequence[str], limit: int
) -> tuple[Sequence[sa.Row[tuple[object, ...]]], str | None]:
    """`cut` of rows that are read by position; `names` are attributes of them."""
    if len(rows) <= limit:
        return rows, None
    last = rows[limit - 1]
    return rows[:limit], encode_cursor([getattr(last, name) for name in names])


def cut(rows: Sequence[R], names: Sequence[str], limit: int) -> tuple[Sequence[R], str | None]:
    """A page's rows and the cursor behind the last of them, `None` where nothing follows."""
    if len(rows) <= limit:
        return rows, None
    return rows[:limit], encode_cursor([rows[limit - 1][name] for name in names])
