"""Requests and responses of action plans."""

from datetime import date, datetime
from typing import Annotated

from pydantic import MISSING, StringConstraints

from services.scorecards.scorecards.schemas import Reason
from services.scorecards.values import Key, Out
from shared.auth import Side
from shared.http.bodies import Command
from shared.ids import Id
from shared.values import Day

What = Annotated[str, StringConstraints(min_length=1, max_length=2000)]


class CreateActionPlan(Command):
    """For a rating under .5; for any other attribute of the card with a `reason`. An owner is an actor or a contact."""

    attribute: Key
    """The key of an attribute that the card asks."""
    what: What
    """What both sides will do, up to 2,000 characters."""
    reason: Reason | None = None
    """Why, up to 2,000 characters; needed where the attribute is not rated under 0.5. Null where nothing is said."""
    sponsor_owner_id: Id | None = None
    """The id of the sponsor's person or contact who does it; null where nobody is named."""
    provider_owner_id: Id | None = None
    """The id of the provider's person or contact who does it; null where nobody is named."""
    due_on: Day
    """The day by which it is to be done, after the card's period."""


class ChangeActionPlan(Command):
    """Fields present are changed; null clears an owner, and `done_on: null` opens it again."""

    what: What | MISSING = MISSING
    sponsor_owner_id: Id | MISSING | None = MISSING
    provider_owner_id: Id | MISSING | None = MISSING
    due_on: Day | MISSING = MISSING
    done_on: Day | MISSING | None = MISSING
    """The day on which it was done, after the card's period and not in the future; null while it is open."""


class CompleteActionPlan(Command):
    done_on: Day


class PlanEffectOut(Out):
    """What the same side said of the attribute then, and in the next period published in the same cycle.

    `after`, `steps` and the period are null until there is one; `after` and `steps` also where it was not rated there.
    """

    before: float | None
    """What the card said, in 0..1; null while it is answered again, or where the attribute was not rated."""
    after: float | None
    """What the next published card says, in 0..1; null until there is one, and where it was not rated there."""
    steps: float | None
    """From before to after, in steps of -2 to +2: below to meets is one."""
    after_scorecard_id: str | None
    """The id of the next published card of the same cycle and side; null until there is one."""
    after_period_ends_on: date | None
    """The last day of that card's period; null until there is one."""


class ActionPlanOut(Out):
    id: str
    version: int
    scorecard_id: str
    """The id of the card that it follows from."""
    relationship_id: str
    side: Side
    """The side whose card it follows from."""
    period_starts_on: date
    period_ends_on: date
    attribute: str
    what: str
    reason: str | None
    sponsor_owner_id: str | None
    provider_owner_id: str | None
    due_on: date
    done_on: date | None
    created_by: str
    created_at: datetime
    archived_at: datetime | None
    effect: PlanEffectOut
    """What became of the attribute."""
