"""Requests and responses of relationships and their teams."""

from datetime import date, datetime
from typing import Annotated

from pydantic import MISSING, BaseModel, Field

from services.accounts.values import Function, ReviewCadence, Visibility
from shared.http.bodies import Command
from shared.http.pages import After, Ids, Limit
from shared.ids import Id
from shared.values import LongAgo


class Governance(Command):
    has_joint_steering_committee: bool = False
    """Whether the two companies have a steering committee of both sides."""
    business_review_cadence: ReviewCadence | None = None
    """How often a business review is due; null where none is agreed. The next contact due follows from it."""


class Peer(Command):
    """Our person and theirs for one function."""

    function: Function
    """What both people do."""
    sponsor_contact_id: Id | None = None
    """The id of the sponsor's contact; null where the seat is empty."""
    provider_contact_id: Id | None = None
    """The id of the provider's contact; null where the seat is empty."""


class CreateRelationship(Command):
    sponsor_id: Id
    """The id of an account of kind sponsor; it never changes."""
    provider_id: Id
    """The id of an account of kind provider; it never changes. Two accounts have one relationship."""
    owner_id: Id | None = None
    """The id of the person who is responsible for it, and always on its team; without one, whoever makes it."""
    visibility: Visibility = Visibility.open
    """open: everybody of the sponsor side reads it; restricted: only its team and admins. People of the provider side
    read what they are on the team of."""
    started_on: LongAgo | None = None
    """The day on which the two began to work together; null where it is not known."""
    governance: Governance = Governance()
    """How the two companies steer their work."""
    peers: Annotated[list[Peer], Field(max_length=50)] = []
    """Up to 50 pairs of people who face each other, by function."""


class ChangeRelationship(Command):
    """Fields present are changed; null clears."""

    owner_id: Id | MISSING = MISSING
    visibility: Visibility | MISSING = MISSING
    started_on: LongAgo | MISSING | None = MISSING
    governance: Governance | MISSING = MISSING
    peers: Annotated[list[Peer], Field(max_length=50)] | MISSING = MISSING


class SetTeam(Command):
    members: Annotated[list[Id], Field(max_length=200)]
    """The ids of up to 200 people and clients who look after the relationship; the owner is added by itself."""


class RelationshipOut(BaseModel):
    id: str
    version: int
    sponsor_id: str
    sponsor_name: str
    provider_id: str
    provider_name: str
    owner_id: str
    """The id of the person who is responsible for it, and always on its team."""
    visibility: Visibility
    started_on: date | None
    governance: Governance
    peers: list[Peer]
    team: list[str]
    """The ids of the people and clients who look after it, its owner among them; they read it where it is restricted.
    """
    created_at: datetime
    archived_at: datetime | None


class TeamOut(BaseModel):
    version: int
    """The relationship's version, to be sent as If-Match with the next change of it or of its team."""
    members: list[str]
    """The ids of the people and clients who look after the relationship, its owner among them."""


class RelationshipFilter(BaseModel):
    """What a list of relationships may be asked for; `ids` bring archived relationships too."""

    sponsor_id: Id | None = None
    provider_id: Id | None = None
    owner_id: Id | None = None
    ids: Ids = ()
    archived: bool = False
    after: After = None
    limit: Limit = 50
