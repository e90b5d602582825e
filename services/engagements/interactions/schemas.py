"""Requests and responses of interactions."""

from datetime import datetime
from typing import Annotated

from pydantic import MISSING, BaseModel, Field, SkipValidation, StringConstraints

from services.engagements.values import AttributeKey, ExternalId, Flag
from services.engagements.vocabulary import Experience, Findings, InteractionKind
from shared.http.bodies import Command
from shared.http.pages import After, Ids, Limit
from shared.ids import Id
from shared.values import Instant

Summary = Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
Attributes = Annotated[list[AttributeKey], Field(max_length=30)]
Participants = Annotated[list[Id], Field(max_length=100, description="Contacts; one not announced yet is accepted.")]


class LogInteraction(Command):
    """`findings` go with an audit or inspection; a private note is of kind note and carries no experience."""

    relationship_id: Id
    engagement_id: Id | None = None
    external_id: ExternalId | None = None
    kind: InteractionKind
    occurred_at: Instant
    summary: Summary
    experience: Experience | None = None
    findings: Findings | None = None
    attributes: Attributes = []
    participants: Participants = []
    is_private: Flag = False


class CorrectInteraction(Command):
    """Fields present are corrected; null clears. The relationship never changes."""

    engagement_id: Id | MISSING | None = MISSING
    kind: InteractionKind | MISSING = MISSING
    occurred_at: Instant | MISSING = MISSING
    summary: Summary | MISSING = MISSING
    experience: Experience | MISSING | None = MISSING
    findings: Findings | MISSING | None = MISSING
    attributes: Attributes | MISSING = MISSING
    participants: Participants | MISSING = MISSING
    is_private: Flag | MISSING = MISSING


class InteractionOut(BaseModel):
    id: str
    version: int
    relationship_id: str
    engagement_id: str | None
    external_id: str | None
    kind: InteractionKind
    occurred_at: datetime
    summary: str
    experience: Experience | None
    findings: Findings | None
    attributes: list[str]
    participants: list[str]
    is_private: bool
    author_id: str
    created_at: datetime
    retracted_at: datetime | None
    reason: str | None


class LogInteractions(Command):
    """Each row has its own outcome."""

    items: Annotated[list[SkipValidation[LogInteraction]], Field(min_length=1, max_length=1000)]


class InteractionFilters(BaseModel):
    relationship_id: Id | None = None
    engagement_id: Id | None = None
    kind: InteractionKind | None = None
    author_id: Id | None = None
    since: Annotated[Instant | None, Field(alias="from", description="Occurred at or after.")] = None
    until: Annotated[Instant | None, Field(alias="to", description="Occurred before.")] = None
    ids: Ids = ()
    retracted: bool = False
    after: After = None
    limit: Limit = 50
