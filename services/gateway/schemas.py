"""Requests and responses of the gateway's own routes."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, EmailStr, Field, StringConstraints

from shared.auth import Role, Side
from shared.http.bodies import Command

Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Email = Annotated[EmailStr, Field(max_length=254), AfterValidator(str.lower)]
Password = Annotated[str, StringConstraints(min_length=12, max_length=200, strip_whitespace=False)]
"""A new one; length is what counts, so nothing is asked of its characters."""
Secret = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=False)]


class SignIn(Command):
    email: Annotated[str, StringConstraints(min_length=3, max_length=254, to_lower=True)]
    password: Secret


class SetUp(Command):
    """The first person, an admin, against the code that was printed at the first start."""

    code: Secret
    email: Email
    name: Name
    password: Password


class SetUpState(BaseModel):
    """Open until the first person has signed up."""

    is_open: bool


class CreateUser(Command):
    email: Email
    name: Name
    role: Role = "viewer"
    side: Side = "sponsor"
    password: Password


class ChangeUser(Command):
    """Fields present are changed. A change of role, side or password ends the person's sessions."""

    email: Email = ""
    name: Name = ""
    role: Role = "viewer"
    side: Side = "sponsor"
    password: Password = ""


class SignScorecard(Command):
    """`password` is the signer's own, given again; a rater by link gives the `code` that was mailed instead.

    Neither goes further than the gateway.
    """

    password: Secret | None = None
    code: Annotated[str, StringConstraints(pattern="^[0-9]{6}$")] | None = None
    meaning: Annotated[str, StringConstraints(min_length=1, max_length=200)]


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
    kind: Literal["person", "client"]
    csrf_token: str | None


class ActorOut(BaseModel):
    """Who an id of an owner, author or team member stands for: a person, or a client with a token."""

    id: str
    name: str


class PersonOut(ActorOut):
    """Somebody whom a manager can name: as an owner, on a team, to rate or to sign."""

    role: Role
    side: Side


class RatingLinkView(BaseModel):
    """What the link opens that the caller came by, and who that is."""

    rating_link_id: str
    contact_id: str
    scorecard_id: str
    side: Side
    name: str
    expires_at: datetime


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
    expires_at: AwareDatetime | None = None


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


class TimelineEntry(BaseModel):
    """`effect` is the entry's contribution to the score today, in points; null where it has none or it is not known."""

    id: str
    kind: str
    at: datetime
    on: str | None
    title: str
    source_kind: str
    source_id: str | None
    effect: float | None
    details: dict[str, Any]


class Timeline(BaseModel):
    """Newest first. `next` goes on to older entries as `after`, `previous` back to newer ones as `before`."""

    items: list[TimelineEntry]
    next: str | None
    previous: str | None
    missing: list[str]


class Overview(BaseModel):
    """One page's worth of a relationship; what did not answer in time is null and named in `missing`."""

    relationship: dict[str, Any]
    tier: dict[str, Any] | None
    ladder: dict[str, Any] | None
    latest: list[TimelineEntry] | None
    missing: list[str]


class Propagation(BaseModel):
    """Which services have applied the relationship's present visibility and team."""

    relationship_id: str
    version: int
    is_applied: bool
    applied: dict[str, bool]
