"""What accounts owns: organisations, people, relationships."""

from datetime import date, datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from shared.db.system_tables import add_system_tables
from shared.db.types import UtcDateTime, json_type
from shared.ids import id_type


class Table(SQLModel, registry=registry()):
    __table__: ClassVar[sa.Table]


add_system_tables(Table.metadata)


class Account(Table, table=True):
    __tablename__ = "account"
    __table_args__ = (sa.Index("account_by_name", "name", "account_id"),)

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
    custom_fields: dict[str, Any] = Field(sa_type=json_type)
    created_at: datetime = Field(sa_type=UtcDateTime)
    archived_at: datetime | None = Field(sa_type=UtcDateTime)


class AccountExternalId(Table, table=True):
    __tablename__ = "account_external_id"

    system: str = Field(max_length=80, primary_key=True)
    external_id: str = Field(max_length=200, primary_key=True)
    account_id: str = Field(sa_type=id_type, foreign_key="account.account_id", index=True)


class Contact(Table, table=True):
    __tablename__ = "contact"
    __table_args__ = (sa.Index("contact_by_account", "account_id", "contact_id"),)

    contact_id: str = Field(sa_type=id_type, primary_key=True)
    version: int
    account_id: str = Field(sa_type=id_type, foreign_key="account.account_id")
    name: str = Field(max_length=200)
    function: str = Field(max_length=30)
    email: str | None = Field(max_length=254, index=True)
    phone: str | None = Field(max_length=60)
    created_at: datetime = Field(sa_type=UtcDateTime)
    archived_at: datetime | None = Field(sa_type=UtcDateTime)
    erased_at: datetime | None = Field(sa_type=UtcDateTime)


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
    governance: dict[str, Any] = Field(sa_type=json_type)
    peers: list[dict[str, Any]] = Field(sa_type=json_type)
    created_at: datetime = Field(sa_type=UtcDateTime)
    archived_at: datetime | None = Field(sa_type=UtcDateTime)


class RelationshipMember(Table, table=True):
    """The team: the owner is always on it."""

    __tablename__ = "relationship_member"

    relationship_id: str = Field(sa_type=id_type, primary_key=True, foreign_key="relationship.relationship_id")
    actor_id: str = Field(sa_type=id_type, primary_key=True, index=True)
