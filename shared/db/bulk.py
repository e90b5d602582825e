"""Statements over rows, of one text whatever their count: built once, parsed once and planned once.

PostgreSQL takes all the rows as one JSON text, SQLite one after the other. As values, a hundred rows of 23 columns
took 10 ms of Python, and another count of rows was another statement; so they take 0.3 (docs/performance.md).
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

import pydantic_core
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

Row = Mapping[str, object]
Returned = Sequence[sa.Row[tuple[object, ...]]]
"""What a statement returns of the rows that it wrote."""
Upsert = postgresql.Insert | sqlite.Insert
OnConflict = Callable[[Upsert], sa.Insert]
"""`insert -> insert`: adds what happens to a row that is there already, and what is returned."""
Shape = tuple[tuple[sa.Table, tuple[str, ...]], ...]
_OF_KEY = "of_key"  # SQLAlchemy keeps the names of columns for the values to be set


def upsert(table: sa.Table, dialect: str) -> Upsert:
    """An insert that knows `on_conflict_do_update`, in the dialect of the database at hand."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def where_missing(insert: Upsert) -> sa.Insert:
    """Settles that a row which is there already stays as it is."""
    return insert.on_conflict_do_nothing()


def insert_rows(connection: sa.Connection, table: sa.Table, rows: Sequence[Row], on_conflict: OnConflict) -> Returned:
    """Insert rows that name the same columns, in their order; what the statement returns, if it does."""
    statement = _insert(table, tuple(rows[0]), on_conflict, connection.dialect.name)
    found = connection.execute(statement, _parameters(connection, table, rows))
    return found.all() if found.returns_rows else ()


def update_rows(connection: sa.Connection, table: sa.Table, rows: Sequence[Row]) -> None:
    """Write rows that name the same columns, the one of the primary key among them."""
    statement = _update(table, tuple(rows[0]), connection.dialect.name)
    if connection.dialect.name != "postgresql":
        (key,) = table.primary_key
        rows = [{**row, _OF_KEY: row[key.name]} for row in rows]
    connection.execute(statement, _parameters(connection, table, rows))


@lru_cache(maxsize=512)
def insert_together(shape: Shape) -> sa.Insert:
    """One statement that inserts a row into each of these tables; column c of the i-th takes parameter `row<i>_c`."""
    inserts = [
        sa.insert(table).values({name: sa.bindparam(f"row{i}_{name}", type_=table.c[name].type) for name in names})
        for i, (table, names) in enumerate(shape)
    ]
    *others, last = inserts
    for (table, _), other in zip(shape, others, strict=False):
        last = last.add_cte(other.cte(table.name + "_row"))
    return last


@lru_cache(maxsize=512)
def _insert(table: sa.Table, names: tuple[str, ...], on_conflict: OnConflict, dialect: str) -> sa.Insert:
    insert, given = upsert(table, dialect), _given(table, names)
    if dialect == "postgresql":
        insert = insert.from_select(names, sa.select(*given.c))
    return on_conflict(insert)


@lru_cache(maxsize=512)
def _update(table: sa.Table, names: tuple[str, ...], dialect: str) -> sa.Update:
    (key,), given = table.primary_key, _given(table, names)
    others = [name for name in names if name != key.name]
    if dialect == "postgresql":
        return sa.update(table).where(key == given.c[key.name]).values({name: given.c[name] for name in others})
    return sa.update(table).where(key == sa.bindparam(_OF_KEY)).values({name: sa.bindparam(name) for name in others})


def _given(table: sa.Table, names: Sequence[str]) -> sa.TableValuedAlias:
    """The rows of the parameter `rows`, as a table of these columns."""
    columns = [sa.column(name, table.c[name].type) for name in names]
    if any(isinstance(column.type, sa.LargeBinary) for column in columns):
        raise TypeError(f"JSON has no bytes, so rows of {table.name} go one by one")
    text = sa.cast(sa.bindparam("rows", type_=sa.Text), postgresql.JSON)
    return sa.func.json_to_recordset(text).table_valued(*columns, name="given").render_derived(with_types=True)


def _parameters(connection: sa.Connection, table: sa.Table, rows: Sequence[Row]) -> Row | Sequence[Row]:
    if connection.dialect.name != "postgresql":
        return rows
    for column in table.c:
        if column.name in rows[0] and isinstance(column.type, sa.types.TypeDecorator):
            bound = column.type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
            if bound is not None:
                rows = [{**row, column.name: bound(row[column.name])} for row in rows]
    return {"rows": pydantic_core.to_json(rows).decode()}
