"""Requests and responses of accounts."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, EmailStr, Field, StringConstraints

from shared.http.bodies import Command
from shared.ids import Id


class AccountKind(StrEnum):
    sponsor = "sponsor"
    provider = "provider"
    other = "other"


class AccountSize(StrEnum):
    """By yearly revenue: small under 500 million US dollars, mid to 5 billion, large above."""

    small = "small"
    mid = "mid"
    large = "large"


class Region(StrEnum):
    north_america = "north_america"
    europe = "europe"
    asia_pacific = "asia_pacific"
    rest_of_world = "rest_of_world"


class Function(StrEnum):
    executive_sponsor = "executive_sponsor"
    alliance_lead = "alliance_lead"
    technical = "technical"
    quality = "quality"
    regulatory = "regulatory"
    supply = "supply"
    commercial = "commercial"


class Visibility(StrEnum):
    open = "open"
    restricted = "restricted"


class ReviewCadence(StrEnum):
    monthly = "monthly"
    quarterly = "quarterly"
    half_yearly = "half_yearly"
    yearly = "yearly"


Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Word = Annotated[str, StringConstraints(min_length=1, max_length=80)]
ExternalIds = Annotated[
    dict[Word, Annotated[str, StringConstraints(min_length=1, max_length=200)]], Field(max_length=20)
]
Words = Annotated[list[Word], Field(max_length=50)]
Country = Annotated[str, StringConstraints(pattern="^[A-Z]{2}$")]
Website = Annotated[str, StringConstraints(pattern="^https?://[^\\s]+$", max_length=300)]
CustomFields = Annotated[dict[Word, str | int | float | bool | None], Field(max_length=50)]


class CreateAccount(Command):
    name: Name
    kind: AccountKind
    size: AccountSize | None = None
    region: Region | None = None
    country: Country | None = None
    website: Website | None = None
    parent_id: Id | None = None
    external_ids: ExternalIds = {}
    tags: Words = []
    capabilities: Words = []
    custom_fields: CustomFields = {}


class ChangeAccount(Command):
    """Fields present are changed; null clears."""

    name: Name = ""
    size: AccountSize | None = None
    region: Region | None = None
    country: Country | None = None
    website: Website | None = None
    parent_id: Id | None = None
    external_ids: ExternalIds = {}
    tags: Words = []
    capabilities: Words = []
    custom_fields: CustomFields = {}


class AccountOut(BaseModel):
    id: str
    version: int
    name: str
    kind: AccountKind
    size: AccountSize | None
    region: Region | None
    country: str | None
    website: str | None
    parent_id: str | None
    external_ids: dict[str, str]
    tags: list[str]
    capabilities: list[str]
    custom_fields: dict[str, Any]
    created_at: datetime
    archived_at: datetime | None


class CreateContact(Command):
    name: Name
    function: Function
    email: EmailStr | None = None
    phone: Annotated[str, StringConstraints(min_length=3, max_length=60)] | None = None


class ChangeContact(Command):
    name: Name = ""
    function: Function = Function.alliance_lead
    email: EmailStr | None = None
    phone: Annotated[str, StringConstraints(min_length=3, max_length=60)] | None = None


class ContactOut(BaseModel):
    id: str
    version: int
    account_id: str
    name: str
    function: Function
    email: str | None
    phone: str | None
    created_at: datetime
    archived_at: datetime | None
    erased_at: datetime | None


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
    started_on: date | None = None
    governance: Governance = Governance()
    peers: Annotated[list[Peer], Field(max_length=50)] = []


class ChangeRelationship(Command):
    """Fields present are changed; null clears."""

    owner_id: Id = ""
    visibility: Visibility = Visibility.open
    started_on: date | None = None
    governance: Governance = Governance()
    peers: Annotated[list[Peer], Field(max_length=50)] = []


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
