"""Users, their sessions, API tokens, the first run's code and sign-in attempts. Secrets are stored hashed."""

from datetime import datetime
from typing import NotRequired, TypedDict

import sqlalchemy as sa
from sqlmodel import Field

from services.gateway.tables import Table
from shared.auth import Role, Side
from shared.db.searchable import EMPTY, MOST_FOLDED, key_type
from shared.db.types import UtcDateTime
from shared.ids import id_type


class User(Table, table=True):
    """`email` is as it was typed; `email_key` is what addresses are compared by, made of `email_key_of`."""

    __tablename__ = "user"
    __table_args__ = (sa.Index("user_by_email_key", "email_key", unique=True),)

    user_id: str = Field(sa_type=id_type, primary_key=True)
    version: int
    email: str = Field(max_length=254, unique=True)
    name: str = Field(max_length=200)
    role: str = Field(max_length=20)
    side: str = Field(max_length=20)
    password_hash: str = Field(max_length=200)
    created_at: datetime = Field(sa_type=UtcDateTime)
    disabled_at: datetime | None = Field(sa_type=UtcDateTime)
    email_key: str | None = Field(max_length=600)
    email_key_of: str | None = Field(max_length=254)
    folded: str | None = Field(max_length=MOST_FOLDED, sa_column_kwargs=EMPTY)
    sort_key: str | None = Field(sa_type=key_type, sa_column_kwargs=EMPTY)
    derived_from: str | None = Field(sa_type=sa.Text)


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
    email_key: NotRequired[str | None]
    email_key_of: NotRequired[str | None]
    folded: NotRequired[str | None]
    sort_key: NotRequired[str | None]
    derived_from: NotRequired[str | None]


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
