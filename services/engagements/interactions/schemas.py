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
    """The relationship's id; it never changes."""
    engagement_id: Id | None = None
    """The id of an engagement of this relationship; null where it belongs to none."""
    external_id: ExternalId | None = None
    """What another system calls it, up to 200 characters; within a relationship and kind it names one interaction that
    is not retracted. Null where it has none."""
    kind: InteractionKind
    """What happened. Calls, meetings and e-mail are contact; a note, a deviation or an inspection are not."""
    occurred_at: Instant
    """When it happened, with its offset from UTC, from 1970 to two years ahead; answered in UTC."""
    summary: Summary
    """What happened, 1 to 20,000 characters."""
    experience: Experience | None = None
    """How it was against what was expected: it counts for the score. Null where it does not say."""
    findings: Findings | None = None
    """The worst finding; only of an audit or an inspection, where it counts for the score. Null where it is not said.
    """
    attributes: Attributes = []
    """The keys of up to 30 attributes that it says something about: it is offered as evidence for them."""
    participants: Participants = []
    """The ids of up to 100 contacts who took part; one that is archived or erased is refused, one not announced yet is
    not."""
    is_private: Flag = False
    """Whether only its author and admins read it; only a note without experience may be private."""


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
    """The id of the person or client who logged it."""
    created_at: datetime
    retracted_at: datetime | None
    """When it was retracted (UTC), and from when it counts no more; null while it stands."""
    reason: str | None
    """Why it was retracted; null while it stands."""


class LogInteractions(Command):
    """Each row has its own outcome."""

    items: Annotated[list[SkipValidation[LogInteraction]], Field(min_length=1, max_length=1000)]
    """1 to 1,000 interactions, each checked and logged apart from the others."""


class InteractionFilters(BaseModel):
    relationship_id: Id | None = None
    engagement_id: Id | None = None
    kind: InteractionKind | None = None
    """Only of this kind."""
    author_id: Id | None = None
    since: Annotated[Instant | None, Field(alias="from", description="Occurred at or after.")] = None
    until: Annotated[Instant | None, Field(alias="to", description="Occurred before.")] = None
    ids: Ids = ()
    retracted: bool = False
    """Whether retracted ones are listed too."""
    after: After = None
    limit: Limit = 50
