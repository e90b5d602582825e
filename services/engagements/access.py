"""Row filters: the relationships, and the records that belong to them, that an actor may read."""

import sqlalchemy as sa

from services.engagements.replicas.queries import RelationshipNotFound
from services.engagements.replicas.tables import RelationshipRow, members, relationships
from shared.auth import Actor, readable
from shared.db.database import Tx


def relationship_is_readable(actor: Actor) -> sa.ColumnElement[bool]:
    return readable(actor, relationships.c.relationship_id, relationships.c.is_restricted, members)


def readable_rows(table: sa.Table, actor: Actor) -> sa.Select[tuple[object, ...]]:
    """The rows of a table with a `relationship_id` whose relationship the actor may read."""
    of = relationships.c.relationship_id == table.c.relationship_id
    return sa.select(table).join(relationships, of).where(relationship_is_readable(actor))


def check_relationship(tx: Tx, relationship_id: str, actor: Actor) -> RelationshipRow:
    """The relationship's replica; refused when unknown or hidden."""
    statement = sa.select(relationships).where(
        relationships.c.relationship_id == relationship_id, relationship_is_readable(actor)
    )
    for row in tx.rows(statement, RelationshipRow):
        return row
    raise RelationshipNotFound(relationship_id)
