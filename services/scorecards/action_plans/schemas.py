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
    what: What
    reason: Reason | None = None
    sponsor_owner_id: Id | None = None
    provider_owner_id: Id | None = None
    due_on: Day


class ChangeActionPlan(Command):
    """Fields present are changed; null clears an owner, and `done_on: null` opens it again."""

    what: What | MISSING = MISSING
    sponsor_owner_id: Id | MISSING | None = MISSING
    provider_owner_id: Id | MISSING | None = MISSING
    due_on: Day | MISSING = MISSING
    done_on: Day | MISSING | None = MISSING


class CompleteActionPlan(Command):
    done_on: Day


class PlanEffectOut(Out):
    """What the same side said of the attribute then, and in the next period published in the same cycle.

    `after`, `steps` and the period are null until there is one; `after` and `steps` also where it was not rated there.
    """

    before: float | None
    after: float | None
    steps: float | None
    after_scorecard_id: str | None
    after_period_ends_on: date | None


class ActionPlanOut(Out):
    id: str
    version: int
    scorecard_id: str
    relationship_id: str
    side: Side
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
