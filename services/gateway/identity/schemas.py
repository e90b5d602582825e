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
"""A person with a session, or a client with a token."""


class SignIn(Command):
    email: Annotated[str, StringConstraints(min_length=3, max_length=254)]
    """The address that the person signs in with, in any case."""
    password: Secret
    """The person's password."""


class SetUp(Command):
    """The first person, an admin, against the code that was printed at the first start."""

    code: Secret
    """The code printed at the first start; it works once."""
    email: Email
    """The address to sign in with, up to 254 characters; nobody else has it."""
    name: Name
    """What the person is called, up to 200 characters."""
    password: Password
    """A new password, 12 to 200 characters of any kind."""


class SetUpState(BaseModel):
    """Open until the first admin has signed up."""

    is_open: bool
    """Whether the first person has yet to sign up."""


class CreateUser(Command):
    email: Email
    """The address to sign in with, up to 254 characters; nobody else has it."""
    name: Name
    role: Role = "viewer"
    """What the person may do: viewer, reviewer, manager or admin."""
    side: Side = "sponsor"
    """The side that the person is of; people of the provider side read only what they are on the team of."""
    password: Password
    """A new password, 12 to 200 characters of any kind."""


class ChangeUser(Command):
    """Fields present are changed. A change of role, side or password ends the person's sessions."""

    email: Email | MISSING = MISSING
    """The address to sign in with, up to 254 characters; nobody else has it."""
    name: Name | MISSING = MISSING
    role: Role | MISSING = MISSING
    side: Side | MISSING = MISSING
    password: Password | MISSING = MISSING
    """A new password, 12 to 200 characters of any kind."""


class ChangePassword(Command):
    present: Secret
    """The password that holds now."""
    new: Password
    """The new one, 12 to 200 characters of any kind."""


class UserOut(BaseModel):
    id: str
    version: int
    email: str
    """The address that the person signs in with."""
    name: str
    role: Role
    side: Side
    created_at: datetime
    disabled_at: datetime | None
    """When the person was locked out (UTC); null while they may sign in."""


class Me(BaseModel):
    """Who acts. `csrf_token` goes as `X-CSRF-Token` on unsafe calls by cookie; null for an API token."""

    id: str
    name: str
    """What the person or program is called."""
    role: Role
    """What it may do: viewer, reviewer, manager or admin."""
    side: Side
    """The side that it acts for."""
    kind: CallerKind
    """Whether a person or a client with a token."""
    csrf_token: str | None
    """What unsafe calls by cookie send as `X-CSRF-Token`; null for a token, which needs none."""


class ActorOut(BaseModel):
    """Who an id of an owner, author or team member stands for: a person, or a client with a token."""

    id: str
    name: str
    """What the person or client is called."""


class PersonOut(ActorOut):
    """A person whom a manager can name: as an owner, on a team, to rate or to sign."""

    role: Role
    side: Side


class SessionOut(BaseModel):
    id: str
    address: str
    """The network address that it was begun from."""
    agent: str
    """What the browser calls itself, up to 200 characters."""
    created_at: datetime
    seen_at: datetime
    """When it was last used (UTC); after 12 hours without use it is over."""
    is_this: bool
    """Whether this request came by it."""


class CreateToken(Command):
    name: Name
    """What the program is called, up to 200 characters; it is shown as the author of what it writes."""
    role: Role = "viewer"
    """What the program may do: viewer, reviewer, manager or admin."""
    side: Side = "sponsor"
    """The side that the program acts for."""
    expires_at: Instant | None = None
    """When it stops working, with its offset from UTC, in the future; null: never by itself."""


class TokenOut(BaseModel):
    id: str
    name: str
    """What the program is called; it is shown as the author of what it writes."""
    role: Role
    """What the program may do: viewer, reviewer, manager or admin."""
    side: Side
    """The side that the program acts for."""
    created_by: str | None
    """The id of the admin who made it; null where the command line did."""
    created_at: datetime
    expires_at: datetime | None
    """When it stops working (UTC); null: never by itself."""
    revoked_at: datetime | None
    """When it was revoked (UTC); null while it works."""


class NewTokenOut(TokenOut):
    """`secret` is shown once: a repetition of the same keyed request answers null."""

    secret: str | None
    """The token itself, to be sent as `Authorization: Bearer`; shown once, null when the same keyed request is sent
    again."""
