"""Replicas of what accounts owns: who may read which relationship."""

from typing import TypedDict

import sqlalchemy as sa
from sqlmodel import Field

from services.gateway.tables import Table
from shared.ids import id_type


class Relationship(Table, table=True):
    """Replica of who may read what, fed by accounts."""

    __tablename__ = "relationship"

    relationship_id: str = Field(sa_type=id_type, primary_key=True)
    epoch: int = Field(sa_type=sa.BigInteger)
    version: int = Field(sa_type=sa.BigInteger)
    is_restricted: bool


class RelationshipRow(TypedDict):
    relationship_id: str
    epoch: int
    version: int
    is_restricted: bool


class RelationshipMember(Table, table=True):
    __tablename__ = "relationship_member"

    relationship_id: str = Field(sa_type=id_type, primary_key=True, foreign_key="relationship.relationship_id")
    actor_id: str = Field(sa_type=id_type, primary_key=True, index=True)
