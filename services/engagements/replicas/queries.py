"""Reads of replicas."""

import sqlalchemy as sa

from services.engagements.replicas.schemas import ReplicaOut
from services.engagements.replicas.tables import relationships
from shared.db.database import Tx
from shared.errors import NotFound


class RelationshipNotFound(NotFound):
    """Names the relationship, so that the gateway can ask accounts whether this replica is behind."""

    slug, title = "relationship-not-found", "No such relationship"

    def __init__(self, relationship_id: str) -> None:
        super().__init__(more={"relationship_id": relationship_id})


def get_replica(tx: Tx, relationship_id: str) -> ReplicaOut:
    """The version of the relationship that is applied here, for every actor: one who has just left a team waits for
    the change that they made."""
    columns = relationships.c
    chosen = sa.select(columns.relationship_id.label("id"), columns.epoch, columns.version)
    row = tx.run(chosen.where(columns.relationship_id == relationship_id)).mappings().first()
    if row is None:
        raise RelationshipNotFound(relationship_id)
    return ReplicaOut(**row)
