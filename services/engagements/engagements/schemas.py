"""Requests and responses of engagements and their stages."""

from datetime import date, datetime

from pydantic import MISSING, BaseModel

from services.engagements.values import Amount, Complexity, Currency, Name, Reason, Word, Words
from services.engagements.vocabulary import EngagementMode, EngagementStage, EngagementType, Experience, WouldUseAgain
from shared.http.bodies import Command
from shared.http.pages import After, Ids, Limit
from shared.ids import Id
from shared.values import Day


class CreateEngagement(Command):
    """One created in a stage from contracted on counts as contracted on `starts_on`."""

    relationship_id: Id
    """The relationship's id; it never changes."""
    name: Name
    """What the work is called, up to 200 characters."""
    type: EngagementType
    """What kind of work it is; the ladder counts how many kinds two companies do together."""
    mode: EngagementMode
    """How far the two bind themselves: one piece of work, a programme, or for the long term."""
    complexity: Complexity
    """From 1, simple, to 5, pioneering."""
    stage: EngagementStage = EngagementStage.IDENTIFIED
    """Where it stands now; a later change goes through `stage-changes`."""
    value: Amount | None = None
    """What it is worth, from 0 to 1e15, in `currency`; null where it is not said."""
    currency: Currency | None = None
    """Three capital letters of ISO 4217, as EUR; null where no value is said."""
    products: Words = []
    """What it is about: up to 50 words of up to 80 characters."""
    modality: Word | None = None
    """The kind of product, up to 80 characters, as mRNA; null where it is not said."""
    starts_on: Day | None = None
    """The day on which work begins; null where it is not known."""
    ends_on: Day | None = None
    """The day on which it is to end, not before `starts_on`; null where it is open."""
    predecessor_id: Id | None = None
    """The id of the engagement of the same relationship that it follows on from; null where it is a first one."""


class ChangeEngagement(Command):
    """Fields present are changed; null clears. The stage changes by `stage-changes` alone."""

    name: Name | MISSING = MISSING
    type: EngagementType | MISSING = MISSING
    mode: EngagementMode | MISSING = MISSING
    complexity: Complexity | MISSING = MISSING
    value: Amount | MISSING | None = MISSING
    currency: Currency | MISSING | None = MISSING
    products: Words | MISSING = MISSING
    modality: Word | MISSING | None = MISSING
    starts_on: Day | MISSING | None = MISSING
    ends_on: Day | MISSING | None = MISSING
    predecessor_id: Id | MISSING | None = MISSING


class ChangeStage(Command):
    """`outcome` and `would_use_again` go with closing."""

    stage: EngagementStage
    """The stage that it came to."""
    on: Day
    """The day on which it came to it, not in the future; of several changes on one day the one entered last holds."""
    reason: Reason | None = None
    """Why, up to 2,000 characters; null where nothing is said."""
    outcome: Experience | None = None
    """How the work was against what was expected; only with closing. Null where it is not said."""
    would_use_again: WouldUseAgain | None = None
    """Whether one would work together again; only with closing. An engagement closed with no proves no rung from R3 up.
    """


class EngagementOut(BaseModel):
    id: str
    version: int
    relationship_id: str
    name: str
    type: EngagementType
    mode: EngagementMode
    complexity: int
    stage: EngagementStage
    value: float | None
    currency: str | None
    products: list[str]
    modality: str | None
    starts_on: date | None
    ends_on: date | None
    predecessor_id: str | None
    contracted_on: date | None
    """The day of the first stage from contracted on; null before. From it on the engagement counts for the ladder."""
    closed_on: date | None
    """The day on which it was closed; null while it is not."""
    outcome: Experience | None
    """How the work was, as said when it closed; null while it is not said."""
    would_use_again: WouldUseAgain | None
    """Whether one would work together again, as said when it closed; null while it is not said."""
    created_by: str
    created_at: datetime
    archived_at: datetime | None


class StageChangeOut(BaseModel):
    id: str
    engagement_id: str
    stage: EngagementStage
    """The stage that it came to."""
    on: date
    """The day on which it came to the stage."""
    reason: str | None
    outcome: Experience | None
    would_use_again: WouldUseAgain | None
    created_by: str
    created_at: datetime


class EngagementFilters(BaseModel):
    relationship_id: Id | None = None
    type: EngagementType | None = None
    """Only of this kind of work."""
    mode: EngagementMode | None = None
    """Only of this mode."""
    stage: EngagementStage | None = None
    """Only those in this stage now."""
    predecessor_id: Id | None = None
    """Only those that follow on from this engagement."""
    ids: Ids = ()
    archived: bool = False
    after: After = None
    limit: Limit = 50
