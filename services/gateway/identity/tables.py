"""Users, their sessions, API tokens, the first run's code and sign-in attempts. Secrets are stored hashed."""

from datetime import datetime
from typing import TypedDict

import sqlalchemy as sa
from sqlmodel import Field

from services.gateway.tables import Table
from shared.auth import Role, Side
from shared.db.types import UtcDateTime
from shared.ids import id_type


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


class UserRow(TypedDict):
    user_id: str
    version: int
    email: str
    name: str
    role: Role
    side: Side
    password_hash: str
    created_at: datetime
    disabled_at: datetime | None


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
    """Counted per `place`: the hash of an address or of an account's e-mail."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (sa.Index("sign_in_attempt_by_place", "place", "at"),)

    attempt_id: str = Field(sa_type=id_type, primary_key=True)
    place: str = Field(max_length=64)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
