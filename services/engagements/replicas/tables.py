"""Replicas of what accounts owns: relationships with their teams, and contacts' state."""

from datetime import date
from typing import TypedDict

import sqlalchemy as sa
from sqlmodel import Field

from services.engagements.tables import Table
from shared.ids import id_type

# Owned rows do not reference these: a replica may be dropped and announced again.


class Relationship(Table, table=True):
    __tablename__ = "relationship"

    relationship_id: str = Field(sa_type=id_type, primary_key=True)
    epoch: int = Field(sa_type=sa.BigInteger)
    version: int
    sponsor_id: str = Field(sa_type=id_type)
    provider_id: str = Field(sa_type=id_type)
    owner_id: str = Field(sa_type=id_type)
    is_restricted: bool
    is_archived: bool
    started_on: date | None
    review_cadence: str | None = Field(max_length=20)


class RelationshipRow(TypedDict):
    relationship_id: str
    epoch: int
    version: int
    sponsor_id: str
    provider_id: str
    owner_id: str
    is_restricted: bool
    is_archived: bool
    started_on: date | None
    review_cadence: str | None


class RelationshipMember(Table, table=True):
    """The team, its owner included."""

    __tablename__ = "relationship_member"

    relationship_id: str = Field(sa_type=id_type, primary_key=True)
    actor_id: str = Field(sa_type=id_type, primary_key=True, index=True)


class RelationshipMemberRow(TypedDict):
    relationship_id: str
    actor_id: str


class Contact(Table, table=True):
    __tablename__ = "contact"

    contact_id: str = Field(sa_type=id_type, primary_key=True)
    epoch: int = Field(sa_type=sa.BigInteger)
    version: int
    is_archived: bool
    is_erased: bool


class ContactRow(TypedDict):
    contact_id: str
    epoch: int
    version: int
    is_archived: bool
    is_erased: bool


relationships = Relationship.__table__
members = RelationshipMember.__table__
contacts = Contact.__table__
