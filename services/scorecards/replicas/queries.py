"""How far the replicas are."""

import sqlalchemy as sa

from services.scorecards.access import RelationshipNotFound
from services.scorecards.replicas.schemas import ReplicaOut
from services.scorecards.replicas.tables import relationships
from shared.db.database import Tx


def get_replica(tx: Tx, relationship_id: str) -> ReplicaOut:
    """How far this service has applied what accounts announced of a relationship.

    Not filtered by who asks: the gateway asks it, to learn whether a change has arrived, about a relationship that
    accounts has already shown to this actor; and only a version is shown.
    """
    chosen = relationships.c.relationship_id == relationship_id
    row = tx.run(sa.select(relationships.c.epoch, relationships.c.version).where(chosen)).first()
    if row is None:
        raise RelationshipNotFound(relationship_id)
    return ReplicaOut(id=relationship_id, epoch=row.epoch, version=row.version)
