"""What is the same for everybody: the tier policies, and how far this service has heard."""

import sqlalchemy as sa

from services.scorecards.queries.evidence import RelationshipNotFound, current_policy, relationships
from services.scorecards.schemas.scores import PolicyOut, ReplicaOut
from shared.db.database import Tx
from shared.errors import NotFound
from shared.http.pages import Page


class TierPolicyNotFound(NotFound):
    slug, title = "tier-policy-not-found", "No such tier policy"


def list_policies() -> Page[PolicyOut]:
    return Page(items=[PolicyOut.model_validate(current_policy())], next=None)


def get_policy(version: int) -> PolicyOut:
    if version != current_policy().version:
        raise TierPolicyNotFound()
    return PolicyOut.model_validate(current_policy())


def get_replica(tx: Tx, relationship_id: str) -> ReplicaOut:
    """How far this service has heard of a relationship.

    Not filtered by who asks: the gateway asks it, to learn whether a change has arrived, about a relationship that
    accounts has already shown to this actor; and nothing but a version is told.
    """
    chosen = relationships.c.relationship_id == relationship_id
    row = tx.run(sa.select(relationships.c.epoch, relationships.c.version).where(chosen)).first()
    if row is None:
        raise RelationshipNotFound(relationship_id)
    return ReplicaOut(id=relationship_id, epoch=row.epoch, version=row.version)
