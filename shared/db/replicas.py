"""Replicas of others' records: of each record the highest (epoch, version) wins, in whatever order and how often it
arrives; after a restore of its owner, what the owner has not announced again is dropped.
"""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from shared.db.bulk import Returned, Row, Upsert
from shared.db.database import Tx


def put_newest(tx: Tx, table: sa.Table, rows: Sequence[Row]) -> Returned:
    """Insert rows that name all columns of the table, or replace older ones; the keys of those that changed anything.

    `table` has `epoch` and `version` columns. Rows are written in their order, so locks are taken in it.
    """
    return tx.insert_rows(table, rows, where_newer)


def where_newer(insert: Upsert) -> sa.Insert:
    """Resolves a conflict for the newer of two rows, by (epoch, version), and returns the keys that were written."""
    table, new = insert.table, insert.excluded
    is_newer = sa.or_(table.c.epoch < new.epoch, sa.and_(table.c.epoch == new.epoch, table.c.version < new.version))
    keys = list(table.primary_key)
    others = {column.name: new[column.name] for column in table.c if column not in keys}
    return insert.on_conflict_do_update(index_elements=keys, set_=others, where=is_newer).returning(*keys)


def put_teams(tx: Tx, members: sa.Table, teams: Mapping[str, Sequence[str]]) -> None:
    """Replace the teams of relationships, by relationship id, each with the ids of its members, once each."""
    if not teams:
        return
    tx.run(sa.delete(members).where(tx.among(members.c.relationship_id, teams)))
    rows = [{"relationship_id": key, "actor_id": actor_id} for key, team in teams.items() for actor_id in team]
    tx.insert_rows(members, rows)


def behind(tx: Tx, table: sa.Table, versions: Mapping[str, int]) -> list[str]:
    """The keys whose row is missing, or older than the version that is wanted of it."""
    key = next(iter(table.primary_key))
    found = tx.run(sa.select(key.label("id"), table.c.version).where(tx.among(key, versions)))
    present = {row.id: row.version for row in found}
    return [id for id, version in versions.items() if present.get(id, -1) < version]


def drop_past(tx: Tx, epoch: int, *tables: sa.Table) -> None:
    """Delete the rows of these replicas that are of an earlier epoch than this."""
    for table in tables:
        tx.run(sa.delete(table).where(table.c.epoch < epoch))
