"""Requests and responses of actions and issues."""

from datetime import date, datetime

from pydantic import BaseModel

from services.engagements.schemas.values import Day, Reason, Title
from services.engagements.vocabulary import IssueSeverity
from shared.http.bodies import Command
from shared.ids import Id


class CreateAction(Command):
    """A follow-up; its owner is an actor, or a contact of either side."""

    relationship_id: Id
    interaction_id: Id | None = None
    title: Title
    owner_actor_id: Id | None = None
    owner_contact_id: Id | None = None
    due_on: Day | None = None
    done_on: Day | None = None


class ChangeAction(Command):
    """Fields present are changed; null clears, so that `done_on: null` opens it again."""

    title: Title = ""
    owner_actor_id: Id | None = None
    owner_contact_id: Id | None = None
    due_on: Day | None = None
    done_on: Day | None = None


class CompleteAction(Command):
    done_on: Day


class ActionOut(BaseModel):
    id: str
    version: int
    relationship_id: str
    interaction_id: str | None
    title: str
    owner_actor_id: str | None
    owner_contact_id: str | None
    due_on: date | None
    done_on: date | None
    created_by: str
    created_at: datetime
    archived_at: datetime | None


class OpenIssue(Command):
    relationship_id: Id
    engagement_id: Id | None = None
    title: Title
    severity: IssueSeverity
    owner_actor_id: Id | None = None
    opened_on: Day


class ChangeIssue(Command):
    """Fields present are changed; null clears."""

    title: Title = ""
    severity: IssueSeverity = IssueSeverity.MINOR
    owner_actor_id: Id | None = None


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
