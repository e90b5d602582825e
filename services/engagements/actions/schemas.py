"""Requests and responses of actions."""

from datetime import date, datetime

from pydantic import MISSING, BaseModel

from services.engagements.values import Title
from shared.http.bodies import Command
from shared.http.pages import After, Limit
from shared.ids import Id
from shared.values import Day


class CreateAction(Command):
    """A follow-up; its owner is an actor, or a contact of either side."""

    relationship_id: Id
    """The relationship's id; it never changes."""
    interaction_id: Id | None = None
    """The id of the interaction that it follows from, of the same relationship; null where it follows from none."""
    title: Title
    """What is to be done, up to 500 characters."""
    owner_actor_id: Id | None = None
    """The id of the person who does it; null where a contact does, or nobody is named."""
    owner_contact_id: Id | None = None
    """The id of the contact who does it; null where a person does, or nobody is named."""
    due_on: Day | None = None
    """The day by which it is to be done; null where none was agreed."""
    done_on: Day | None = None
    """The day on which it was done, not in the future; null while it is open."""


class ChangeAction(Command):
    """Fields present are changed; null clears, so that `done_on: null` opens it again."""

    title: Title | MISSING = MISSING
    owner_actor_id: Id | MISSING | None = MISSING
    owner_contact_id: Id | MISSING | None = MISSING
    due_on: Day | MISSING | None = MISSING
    done_on: Day | MISSING | None = MISSING


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


class ActionFilters(BaseModel):
    relationship_id: Id | None = None
    interaction_id: Id | None = None
    owner_actor_id: Id | None = None
    owner_contact_id: Id | None = None
    is_done: bool | None = None
    """true: only those that are done; false: only open ones."""
    due_until: Day | None = None
    """Only those due on or before this day; those without a due day are left out."""
    archived: bool = False
    after: After = None
    limit: Limit = 50
