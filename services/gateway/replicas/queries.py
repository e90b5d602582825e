"""Reads of the replicas of relationships and their teams."""

from collections.abc import Collection

import sqlalchemy as sa

from services.gateway.replicas.tables import Relationship, RelationshipMember
from shared.db.database import Tx

relationships = Relationship.__table__


members = RelationshipMember.__table__


def relationship_version(tx: Tx, relationship_id: str) -> int:
    """The version of the relationship that live updates are filtered by; 0 where none is known."""
    chosen = sa.select(relationships.c.version).where(relationships.c.relationship_id == relationship_id)
    return tx.run(chosen).scalar() or 0


def teams_of(tx: Tx, relationship_ids: Collection[str]) -> dict[str, frozenset[str]]:
    teams: dict[str, set[str]] = {}
    if relationship_ids:
        for row in tx.run(sa.select(members).where(members.c.relationship_id.in_(relationship_ids))):
            teams.setdefault(row.relationship_id, set()).add(row.actor_id)
    return {relationship_id: frozenset(team) for relationship_id, team in teams.items()}
