"""Row filters: which relationships an actor may read."""

import sqlalchemy as sa

from services.scorecards.portfolio.tables import portfolio
from services.scorecards.replicas.tables import (
    members,
)
from shared.auth import Actor, readable
from shared.db.database import Tx
from shared.errors import NotFound


class RelationshipNotFound(NotFound):
    """Unknown here, or hidden from this actor: the same bytes."""

    slug, title = "relationship-not-found", "No such relationship"

    def __init__(self, relationship_id: str) -> None:
        super().__init__(more={"relationship_id": relationship_id})


def relationship_is_readable(actor: Actor) -> sa.ColumnElement[bool]:
    """Known here and open to this actor; one whose visibility is not known yet is hidden from all."""
    seen = readable(actor, portfolio.c.relationship_id, portfolio.c.is_restricted, members)
    return sa.and_(portfolio.c.is_known, seen)


def require_readable(tx: Tx, relationship_id: str, actor: Actor) -> None:
    """`RelationshipNotFound` unless this actor may read it."""
    seen = sa.select(sa.literal(1)).where(
        portfolio.c.relationship_id == relationship_id, relationship_is_readable(actor)
    )
    if tx.run(seen).first() is None:
        raise RelationshipNotFound(relationship_id)
