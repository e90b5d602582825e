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
    name: Name
    type: EngagementType
    mode: EngagementMode
    complexity: Complexity
    stage: EngagementStage = EngagementStage.IDENTIFIED
    value: Amount | None = None
    currency: Currency | None = None
    products: Words = []
    modality: Word | None = None
    starts_on: Day | None = None
    ends_on: Day | None = None
    predecessor_id: Id | None = None


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
    on: Day
    reason: Reason | None = None
    outcome: Experience | None = None
    would_use_again: WouldUseAgain | None = None


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
    closed_on: date | None
    outcome: Experience | None
    would_use_again: WouldUseAgain | None
    created_by: str
    created_at: datetime
    archived_at: datetime | None


class StageChangeOut(BaseModel):
    id: str
    engagement_id: str
    stage: EngagementStage
    on: date
    reason: str | None
    outcome: Experience | None
    would_use_again: WouldUseAgain | None
    created_by: str
    created_at: datetime


class EngagementFilters(BaseModel):
    relationship_id: Id | None = None
    type: EngagementType | None = None
    mode: EngagementMode | None = None
    stage: EngagementStage | None = None
    predecessor_id: Id | None = None
    ids: Ids = ()
    archived: bool = False
    after: After = None
    limit: Limit = 50
