"""Requests and responses of issues."""

from datetime import date, datetime

from pydantic import MISSING, BaseModel

from services.engagements.values import Reason, Title
from services.engagements.vocabulary import IssueSeverity
from shared.http.bodies import Command
from shared.http.pages import After, Limit
from shared.ids import Id
from shared.values import Day


class OpenIssue(Command):
    relationship_id: Id
    engagement_id: Id | None = None
    title: Title
    severity: IssueSeverity
    owner_actor_id: Id | None = None
    opened_on: Day


class ChangeIssue(Command):
    """Fields present are changed; null clears."""

    title: Title | MISSING = MISSING
    severity: IssueSeverity | MISSING = MISSING
    owner_actor_id: Id | MISSING | None = MISSING


class EscalateIssue(Command):
    escalated_on: Day


class CloseIssue(Command):
    closed_on: Day
    reason: Reason | None = None


class IssueOut(BaseModel):
    id: str
    version: int
    relationship_id: str
    engagement_id: str | None
    title: str
    severity: IssueSeverity
    owner_actor_id: str | None
    opened_on: date
    escalated_on: date | None
    closed_on: date | None
    reason: str | None
    created_by: str
    created_at: datetime
    archived_at: datetime | None


class IssueFilters(BaseModel):
    relationship_id: Id | None = None
    engagement_id: Id | None = None
    severity: IssueSeverity | None = None
    owner_actor_id: Id | None = None
    is_open: bool | None = None
    archived: bool = False
    after: After = None
    limit: Limit = 50
