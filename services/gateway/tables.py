"""What the gateway owns: people, sessions, API tokens, and what it tells open browsers. Secrets are stored hashed."""

from datetime import datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from shared.db.system_tables import add_system_tables
from shared.db.types import UtcDateTime
from shared.ids import id_type


class Table(SQLModel, registry=registry()):
    __table__: ClassVar[sa.Table]


add_system_tables(Table.metadata)


class User(Table, table=True):
    __tablename__ = "user"

    user_id: str = Field(sa_type=id_type, primary_key=True)
    version: int
    email: str = Field(max_length=254, unique=True)
    name: str = Field(max_length=200)
    role: str = Field(max_length=20)
    side: str = Field(max_length=20)
    password_hash: str = Field(max_length=200)
    created_at: datetime = Field(sa_type=UtcDateTime)
    disabled_at: datetime | None = Field(sa_type=UtcDateTime)


class Session(Table, table=True):
    __tablename__ = "session"

    session_id: str = Field(sa_type=id_type, primary_key=True)
    secret_hash: str = Field(max_length=64, unique=True)
    user_id: str = Field(sa_type=id_type, foreign_key="user.user_id", index=True)
    address: str = Field(max_length=60)
    agent: str = Field(max_length=200)
    created_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime, index=True)


class Token(Table, table=True):
    __tablename__ = "token"

    token_id: str = Field(sa_type=id_type, primary_key=True)
    secret_hash: str = Field(max_length=64, unique=True)
    name: str = Field(max_length=200)
    role: str = Field(max_length=20)
    side: str = Field(max_length=20)
    created_by: str | None = Field(sa_type=id_type)
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime | None = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(sa_type=UtcDateTime)


class Setup(Table, table=True):
    """The one-time code of the first run; there is at most one row."""

    __tablename__ = "setup"

    code_hash: str = Field(max_length=64, primary_key=True)
    created_at: datetime = Field(sa_type=UtcDateTime)


class SignInAttempt(Table, table=True):
    """Counted per place: the hash of an address or of an account's e-mail."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (sa.Index("sign_in_attempt_by_place", "place", "at"),)

    attempt_id: str = Field(sa_type=id_type, primary_key=True)
    place: str = Field(max_length=64)
    at: datetime = Field(sa_type=UtcDateTime, index=True)


class Relationship(Table, table=True):
    """Replica of who may read what, fed by accounts."""

    __tablename__ = "relationship"

    relationship_id: str = Field(sa_type=id_type, primary_key=True)
    epoch: int = Field(sa_type=sa.BigInteger)
    version: int = Field(sa_type=sa.BigInteger)
    is_restricted: bool


class RelationshipMember(Table, table=True):
    __tablename__ = "relationship_member"

    relationship_id: str = Field(sa_type=id_type, primary_key=True, foreign_key="relationship.relationship_id")
    actor_id: str = Field(sa_type=id_type, primary_key=True, index=True)


class LiveEntry(Table, table=True):
    """One thing that open pages may want to read anew: ids only, in the order in which it was committed."""

    __tablename__ = "live_entry"
    __table_args__ = {"sqlite_autoincrement": True}

    sequence: int = Field(sa_type=sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True)
    type: str = Field(max_length=80)
    subject_id: str = Field(sa_type=id_type)
    relationship_id: str = Field(sa_type=id_type)
    only_actor_id: str | None = Field(sa_type=id_type)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
