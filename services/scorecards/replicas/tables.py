"""Replicas of others' facts: each row has its owner's (epoch, version); events may arrive in any order."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Field

from services.scorecards.table import Table
from shared.db.types import json_type
from shared.ids import id_type


class Account(Table, table=True):
    """A replica. Version 0 stands for an account that a relationship names and accounts has not announced yet."""

    __tablename__ = "account"

    account_id: str = Field(sa_type=id_type, primary_key=True)
    epoch: int = Field(sa_type=sa.BigInteger)
    version: int = Field(sa_type=sa.BigInteger)
    name: str = Field(max_length=200)
    kind: str | None = Field(max_length=20)
    size: str | None = Field(max_length=20)
    region: str | None = Field(max_length=20)
    tags: list[str] = Field(sa_type=json_type)
    is_archived: bool


class Relationship(Table, table=True):
    """A replica."""

    __tablename__ = "relationship"
    __table_args__ = (
        sa.Index("relationship_by_sponsor", "sponsor_id"),
        sa.Index("relationship_by_provider", "provider_id"),
    )

    relationship_id: str = Field(sa_type=id_type, primary_key=True)
    epoch: int = Field(sa_type=sa.BigInteger)
    version: int = Field(sa_type=sa.BigInteger)
    sponsor_id: str = Field(sa_type=id_type)
    provider_id: str = Field(sa_type=id_type)
    owner_id: str = Field(sa_type=id_type)
    is_restricted: bool
    started_on: date | None
    is_archived: bool


class RelationshipMember(Table, table=True):
    """The team of a relationship, replaced as a whole with each of its versions."""

    __tablename__ = "relationship_member"

    relationship_id: str = Field(sa_type=id_type, primary_key=True)
    actor_id: str = Field(sa_type=id_type, primary_key=True, index=True)


class Standing(Table, table=True):
    """A replica of what engagements says of a relationship: rung and contacts made."""

    __tablename__ = "standing"

    relationship_id: str = Field(sa_type=id_type, primary_key=True)
    epoch: int = Field(sa_type=sa.BigInteger)
    version: int = Field(sa_type=sa.BigInteger)
    rung: str = Field(max_length=20)
    last_contact_on: date | None
    last_business_review_on: date | None
    next_touch_due_on: date | None


class Engagement(Table, table=True):
    """A replica."""

    __tablename__ = "engagement"

    engagement_id: str = Field(sa_type=id_type, primary_key=True)
    epoch: int = Field(sa_type=sa.BigInteger)
    version: int = Field(sa_type=sa.BigInteger)
    relationship_id: str = Field(sa_type=id_type, index=True)
    type: str = Field(max_length=40)
    mode: str = Field(max_length=20)
    complexity: int
    stage: str = Field(max_length=20)
    contracted_on: date | None
    closed_on: date | None
    is_archived: bool


class Contact(Table, table=True):
    """A replica: who at an account may be asked to rate, by function; no personal data."""

    __tablename__ = "contact"
    __table_args__ = (sa.Index("contact_by_account", "account_id", "function"),)

    contact_id: str = Field(sa_type=id_type, primary_key=True)
    epoch: int = Field(sa_type=sa.BigInteger)
    version: int = Field(sa_type=sa.BigInteger)
    account_id: str = Field(sa_type=id_type)
    function: str | None = Field(max_length=30)
    is_archived: bool


accounts = Account.__table__
relationships = Relationship.__table__
members = RelationshipMember.__table__
standings = Standing.__table__
engagements = Engagement.__table__
contacts = Contact.__table__
