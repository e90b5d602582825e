"""Columns that are made of a row's texts, by which a list is searched and ordered alike on every database.

They are written with every change of the texts. A process of the release before writes the texts alone, so a row says
what its columns were made of and by which version, and a task makes those anew where it differs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from shared.db.database import Database, Tx
from shared.text import folded, made_by, sort_key

BATCH = 500
MOST_FOLDED = 1000
EMPTY = {"server_default": ""}
"""What a row of the release before has in a column by which lists are ordered, until it is repaired."""

key_type = sa.String(600).with_variant(sa.String(600, collation="C"), "postgresql")
"""Of a sort key: byte order on both databases, so that a cursor means the same position on each."""


def search_columns() -> list[sa.Column[object]]:
    """`folded`, `sort_key` and `derived_from`, for a migration. A row of the release before has them empty."""
    return [
        sa.Column("folded", sa.String(MOST_FOLDED), nullable=True, server_default=""),
        sa.Column("sort_key", key_type, nullable=True, server_default=""),
        sa.Column("derived_from", sa.Text(), nullable=True),
    ]


@dataclass(frozen=True)
class Searchable:
    """The texts of a row by which it is found, the first of which orders it."""

    table: sa.TableClause
    sources: tuple[str, ...]

    def of(self, row: Mapping[str, object]) -> dict[str, object]:
        """The values of the derived columns of a row."""
        texts = [str(row[name]) for name in self.sources]
        return {
            "folded": "\n".join(map(folded, texts))[:MOST_FOLDED],
            "sort_key": sort_key(texts[0]),
            "derived_from": "/".join((made_by(), *texts)),
        }

    def changed(self, row: Mapping[str, object], values: Mapping[str, object]) -> dict[str, object]:
        """The derived columns of a row that takes these values; nothing where none is of a text."""
        return {} if values.keys().isdisjoint(self.sources) else self.of({**row, **values})

    def contains(self, q: str) -> sa.ColumnElement[bool]:
        """Any of the texts has `q` as a part, in any case, with accents or without, however it is spaced."""
        return self.table.c.folded.contains(folded(q), autoescape=True)

    def fill(self, connection: sa.Connection, key: str) -> None:
        """Make the columns of every row, for a migration."""
        found = connection.execute(sa.select(self.table.c[key], *(self.table.c[name] for name in self.sources)))
        rows = [{"of_key": row[key], **self.of(dict(row))} for row in found.mappings()]
        if rows:
            names = ("folded", "sort_key", "derived_from")
            statement = sa.update(self.table).where(self.table.c[key] == sa.bindparam("of_key"))
            connection.execute(statement.values({name: sa.bindparam(name) for name in names}), rows)

    def repair(self, database: Database, now: datetime) -> dict[str, int]:
        """Make the columns anew where they are of other texts or of another version; how many rows."""
        repaired = 0
        while True:
            with database.write() as tx:
                found = self._repair(tx)
            repaired += found
            if found < BATCH:
                return {"repaired": repaired}

    def _repair(self, tx: Tx) -> int:
        columns = self.table.c
        (key,) = tx.table(self.table.name).primary_key
        made_of: sa.ColumnElement[str] = sa.literal(made_by())
        for name in self.sources:
            made_of = made_of + "/" + columns[name]
        stale = sa.select(columns[key.name], *(columns[name] for name in self.sources)).where(
            columns.derived_from.is_distinct_from(made_of)
        )
        locked = stale.order_by(columns[key.name]).limit(BATCH).with_for_update(skip_locked=True)
        rows = [{key.name: row[key.name], **self.of(dict(row))} for row in tx.run(locked).mappings()]
        tx.update_rows(tx.table(self.table.name), rows)
        return len(rows)
