"""Reads of interactions."""

import sqlalchemy as sa

from services.engagements.access import readable_rows
from services.engagements.engagements.queries import check_scope
from services.engagements.interactions.schemas import InteractionFilters, InteractionOut
from services.engagements.interactions.tables import InteractionRow, interactions
from services.engagements.lists import between, equal, page_of_rows
from shared.auth import Actor
from shared.db.database import Tx
from shared.db.records import Records, find
from shared.errors import NotFound
from shared.http.pages import RowPage


class InteractionNotFound(NotFound):
    slug, title = "interaction-not-found", "No such interaction"


def interaction_is_readable(actor: Actor) -> sa.ColumnElement[bool]:
    """A private note is for its author and admins only; the relationship's own rule comes on top."""
    if actor.is_admin:
        return sa.true()
    return sa.or_(sa.not_(interactions.c.is_private), interactions.c.author_id == actor.actor_id)


def _readable(actor: Actor) -> sa.Select[tuple[object, ...]]:
    return readable_rows(interactions, actor).where(interaction_is_readable(actor))


interaction_records = Records[InteractionRow](interactions, _readable, lambda _: InteractionNotFound())


def interaction_out(row: InteractionRow) -> InteractionOut:
    return InteractionOut(id=row["interaction_id"], **row)


def get_interaction(tx: Tx, interaction_id: str, actor: Actor) -> InteractionOut:
    return interaction_out(find(tx, interaction_records, interaction_id, actor))


def list_interactions(tx: Tx, filters: InteractionFilters, actor: Actor) -> RowPage[InteractionOut]:
    """Newest first; `since` is included, `until` is not. Those asked for by id may be retracted."""
    check_scope(tx, actor, filters.relationship_id, filters.engagement_id)
    columns = interactions.c
    wanted = {
        columns.relationship_id: filters.relationship_id,
        columns.engagement_id: filters.engagement_id,
        columns.kind: filters.kind,
        columns.author_id: filters.author_id,
    }
    conditions = [*equal(wanted), *between(columns.occurred_at, filters.since, filters.until)]
    if filters.ids:
        conditions.append(columns.interaction_id.in_(filters.ids))
    elif not filters.retracted:
        conditions.append(columns.retracted_at.is_(None))
    keys = [(columns.occurred_at, True), (columns.interaction_id, True)]
    return page_of_rows(tx, actor, interaction_records, InteractionOut, conditions, keys, filters.after, filters.limit)
