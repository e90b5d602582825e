"""Which accounts and relationships an actor may read, with the tables that decide it; every noun imports them."""

from datetime import date, datetime
from typing import ClassVar, NotRequired, TypedDict

import sqlalchemy as sa
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from shared.auth import Actor, readable
from shared.db.searchable import EMPTY, MOST_FOLDED, Searchable, key_type
from shared.db.system_tables import add_system_tables
from shared.db.types import UtcDateTime, json_type
from shared.ids import id_type


class Table(SQLModel, registry=registry()):
    __table__: ClassVar[sa.Table]


add_system_tables(Table.metadata)


class Account(Table, table=True):
    __tablename__ = "account"
    __table_args__ = (
        sa.Index("account_by_name", "name", "account_id"),
        sa.Index("account_by_sort_key", "sort_key", "account_id"),
    )

    account_id: str = Field(sa_type=id_type, primary_key=True)
    version: int
    name: str = Field(max_length=200)
    kind: str = Field(max_length=20, index=True)
    size: str | None = Field(max_length=20)
    region: str | None = Field(max_length=20)
    country: str | None = Field(max_length=2)
    website: str | None = Field(max_length=300)
    parent_id: str | None = Field(sa_type=id_type, foreign_key="account.account_id", index=True)
    capabilities: list[str] = Field(sa_type=json_type)
    tags: list[str] = Field(sa_type=json_type)
    custom_fields: dict[str, object] = Field(sa_type=json_type)
    created_at: datetime = Field(sa_type=UtcDateTime)
    archived_at: datetime | None = Field(sa_type=UtcDateTime)
    folded: str | None = Field(max_length=MOST_FOLDED, sa_column_kwargs=EMPTY)
    sort_key: str | None = Field(sa_type=key_type, sa_column_kwargs=EMPTY)
    derived_from: str | None = Field(sa_type=sa.Text)


class AccountRow(TypedDict):
    account_id: str
    version: int
    name: str
    kind: str
    size: str | None
    region: str | None
    country: str | None
    website: str | None
    parent_id: str | None
    capabilities: list[str]
    tags: list[str]
    custom_fields: dict[str, str | int | float | bool | None]
    created_at: datetime
    archived_at: datetime | None
    folded: NotRequired[str | None]
    sort_key: NotRequired[str | None]
    derived_from: NotRequired[str | None]


class Relationship(Table, table=True):
    __tablename__ = "relationship"
    __table_args__ = (
        sa.UniqueConstraint("sponsor_id", "provider_id", name="relationship_of_two"),
        sa.Index("relationship_by_provider", "provider_id", "relationship_id"),
        sa.Index("relationship_by_owner", "owner_id", "relationship_id"),
    )

    relationship_id: str = Field(sa_type=id_type, primary_key=True)
    version: int
    sponsor_id: str = Field(sa_type=id_type, foreign_key="account.account_id")
    provider_id: str = Field(sa_type=id_type, foreign_key="account.account_id")
    owner_id: str = Field(sa_type=id_type)
    is_restricted: bool
    started_on: date | None
    governance: dict[str, object] = Field(sa_type=json_type)
    peers: list[dict[str, object]] = Field(sa_type=json_type)
    created_at: datetime = Field(sa_type=UtcDateTime)
    archived_at: datetime | None = Field(sa_type=UtcDateTime)


class GovernanceJson(TypedDict, total=False):
    has_joint_steering_committee: bool
    business_review_cadence: str | None


class PeerJson(TypedDict, total=False):
    function: str
    sponsor_contact_id: str | None
    provider_contact_id: str | None


class RelationshipRow(TypedDict):
    relationship_id: str
    version: int
    sponsor_id: str
    provider_id: str
    owner_id: str
    is_restricted: bool
    started_on: date | None
    governance: GovernanceJson
    peers: list[PeerJson]
    created_at: datetime
    archived_at: datetime | None


class RelationshipMember(Table, table=True):
    """The team: the owner is always on it."""

    __tablename__ = "relationship_member"

    relationship_id: str = Field(sa_type=id_type, primary_key=True, foreign_key="relationship.relationship_id")
    actor_id: str = Field(sa_type=id_type, primary_key=True, index=True)


accounts = Account.__table__
account_names = Searchable(accounts, ("name",))
relationships = Relationship.__table__
members = RelationshipMember.__table__


def relationship_is_readable(actor: Actor) -> sa.ColumnElement[bool]:
    return readable(actor, relationships.c.relationship_id, relationships.c.is_restricted, members)


def account_is_readable(actor: Actor) -> sa.ColumnElement[bool]:
    """Hidden with the last of its relationships that the actor may read; a provider sees only counterparts."""
    if actor.is_admin:
        return sa.true()
    ends = (relationships.c.sponsor_id, relationships.c.provider_id)
    any_of = [sa.exists().where(end == accounts.c.account_id).correlate(accounts) for end in ends]
    seen = [
        sa.exists().where(end == accounts.c.account_id, relationship_is_readable(actor)).correlate(accounts)
        for end in ends
    ]
    return sa.or_(*seen) if actor.side == "provider" else sa.or_(*seen, sa.not_(sa.or_(*any_of)))
