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
    """The relationship's id; it never changes."""
    engagement_id: Id | None = None
    """The id of an engagement of this relationship; null where it belongs to none."""
    title: Title
    """What went wrong, up to 500 characters."""
    severity: IssueSeverity
    """minor, major or critical."""
    owner_actor_id: Id | None = None
    """The id of the person who looks after it; null where nobody is named."""
    opened_on: Day
    """The day on which it began, not in the future."""


class ChangeIssue(Command):
    """Fields present are changed; null clears."""

    title: Title | MISSING = MISSING
    severity: IssueSeverity | MISSING = MISSING
    owner_actor_id: Id | MISSING | None = MISSING


class EscalateIssue(Command):
    escalated_on: Day
    """The day on which it was taken to more senior people, not before it was opened and not in the future."""


class CloseIssue(Command):
    closed_on: Day
    """The day on which it was settled, not before it was opened and not in the future."""
    reason: Reason | None = None
    """How it was settled, up to 2,000 characters; null where nothing is said."""


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
    """The day on which it was taken to more senior people; null where it was not."""
    closed_on: date | None
    """The day on which it was settled; null while it is open."""
    reason: str | None
    created_by: str
    created_at: datetime
    archived_at: datetime | None


class IssueFilters(BaseModel):
    relationship_id: Id | None = None
    engagement_id: Id | None = None
    severity: IssueSeverity | None = None
    """Only of this severity."""
    owner_actor_id: Id | None = None
    is_open: bool | None = None
    """true: only open ones; false: only closed ones."""
    archived: bool = False
    after: After = None
    limit: Limit = 50
