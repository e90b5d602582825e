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
    business_review_cadence: ReviewCadence | None = None


class Peer(Command):
    """Our person and theirs for one function."""

    function: Function
    sponsor_contact_id: Id | None = None
    provider_contact_id: Id | None = None


class CreateRelationship(Command):
    sponsor_id: Id
    provider_id: Id
    owner_id: Id | None = None
    visibility: Visibility = Visibility.open
    started_on: LongAgo | None = None
    governance: Governance = Governance()
    peers: Annotated[list[Peer], Field(max_length=50)] = []


class ChangeRelationship(Command):
    """Fields present are changed; null clears."""

    owner_id: Id | MISSING = MISSING
    visibility: Visibility | MISSING = MISSING
    started_on: LongAgo | MISSING | None = MISSING
    governance: Governance | MISSING = MISSING
    peers: Annotated[list[Peer], Field(max_length=50)] | MISSING = MISSING


class SetTeam(Command):
    members: Annotated[list[Id], Field(max_length=200)]


class RelationshipOut(BaseModel):
    id: str
    version: int
    sponsor_id: str
    sponsor_name: str
    provider_id: str
    provider_name: str
    owner_id: str
    visibility: Visibility
    started_on: date | None
    governance: Governance
    peers: list[Peer]
    team: list[str]
    created_at: datetime
    archived_at: datetime | None


class TeamOut(BaseModel):
    version: int
    members: list[str]


class RelationshipFilter(BaseModel):
    """What a list of relationships may be asked for; `ids` bring archived relationships too."""

    sponsor_id: Id | None = None
    provider_id: Id | None = None
    owner_id: Id | None = None
    ids: Ids = ()
    archived: bool = False
    after: After = None
    limit: Limit = 50
