"""Requests and responses of the gateway's own routes."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import MISSING, BaseModel, StringConstraints
from typing_extensions import TypeAliasType

from shared.addresses import Email
from shared.auth import Role, Side
from shared.http.bodies import Command
from shared.text import Plain
from shared.values import Instant

Name = Annotated[str, StringConstraints(min_length=1, max_length=200), Plain]
Password = Annotated[str, StringConstraints(min_length=12, max_length=200, strip_whitespace=False)]
"""A new one; length is what counts, so nothing is asked of its characters."""
Secret = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=False)]


CallerKind = TypeAliasType("CallerKind", Literal["person", "client"])


class SignIn(Command):
    email: Annotated[str, StringConstraints(min_length=3, max_length=254)]
    password: Secret


class SetUp(Command):
    """The first person, an admin, against the code that was printed at the first start."""

    code: Secret
    email: Email
    name: Name
    password: Password


class SetUpState(BaseModel):
    """Open until the first admin has signed up."""

    is_open: bool


class CreateUser(Command):
    email: Email
    name: Name
    role: Role = "viewer"
    side: Side = "sponsor"
    password: Password


class ChangeUser(Command):
    """Fields present are changed. A change of role, side or password ends the person's sessions."""

    email: Email | MISSING = MISSING
    name: Name | MISSING = MISSING
    role: Role | MISSING = MISSING
    side: Side | MISSING = MISSING
    password: Password | MISSING = MISSING


class ChangePassword(Command):
    present: Secret
    new: Password


class UserOut(BaseModel):
    id: str
    version: int
    email: str
    name: str
    role: Role
    side: Side
    created_at: datetime
    disabled_at: datetime | None


class Me(BaseModel):
    """Who acts. `csrf_token` goes as `X-CSRF-Token` on unsafe calls by cookie; null for an API token."""

    id: str
    name: str
    role: Role
    side: Side
    kind: CallerKind
    csrf_token: str | None


class ActorOut(BaseModel):
    """Who an id of an owner, author or team member stands for: a person, or a client with a token."""

    id: str
    name: str


class PersonOut(ActorOut):
    """A person whom a manager can name: as an owner, on a team, to rate or to sign."""

    role: Role
    side: Side


class SessionOut(BaseModel):
    id: str
    address: str
    agent: str
    created_at: datetime
    seen_at: datetime
    is_this: bool


class CreateToken(Command):
    name: Name
    role: Role = "viewer"
    side: Side = "sponsor"
    expires_at: Instant | None = None


class TokenOut(BaseModel):
    id: str
    name: str
    role: Role
    side: Side
    created_by: str | None
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class NewTokenOut(TokenOut):
    """`secret` is shown once: a repetition of the same keyed request answers null."""

    secret: str | None
