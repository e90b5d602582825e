"""Reads of live entries: which exist, and which one actor may read."""

import sqlalchemy as sa

from services.gateway.live.tables import LiveEntry
from services.gateway.replicas.queries import members, relationships
from shared.auth import Actor, readable
from shared.db.database import Tx

live_entries = LiveEntry.__table__


def span_of_live_entries(tx: Tx) -> tuple[int, int]:
    """The sequences of the oldest and the newest that are kept; zeros where there are none."""
    sequence = live_entries.c.sequence
    ends = sa.select(sa.func.min(sequence).label("oldest"), sa.func.max(sequence).label("newest"))
    row = tx.run(ends).one()
    return row.oldest or 0, row.newest or 0


def live_entries_past(tx: Tx, sequence: int, limit: int) -> list[sa.RowMapping]:
    """Entries for every actor, oldest first; `is_restricted` is null where the relationship is not known yet."""
    joined = live_entries.outerjoin(relationships, relationships.c.relationship_id == live_entries.c.relationship_id)
    chosen = sa.select(live_entries, relationships.c.is_restricted).select_from(joined)
    chosen = chosen.where(live_entries.c.sequence > sequence).order_by(live_entries.c.sequence).limit(limit)
    return list(tx.run(chosen).mappings())


def live_entries_for(tx: Tx, actor: Actor, after: int, until: int, limit: int) -> list[sa.RowMapping]:
    """What this actor may read, oldest first, with sequences in (after, until]."""
    joined = live_entries.join(relationships, relationships.c.relationship_id == live_entries.c.relationship_id)
    chosen = sa.select(live_entries).select_from(joined)
    chosen = chosen.where(
        live_entries.c.sequence > after,
        live_entries.c.sequence <= until,
        readable(actor, relationships.c.relationship_id, relationships.c.is_restricted, members),
    )
    if not actor.is_admin:
        only = live_entries.c.only_actor_id
        chosen = chosen.where(sa.or_(only.is_(None), only == actor.actor_id))
    return list(tx.run(chosen.order_by(live_entries.c.sequence).limit(limit)).mappings())
