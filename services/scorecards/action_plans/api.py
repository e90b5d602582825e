"""Routes of action plans."""

from typing import Annotated

from fastapi import Query

from services.scorecards.action_plans import queries, usecases
from services.scorecards.action_plans.schemas import (
    ActionPlanOut,
    ChangeActionPlan,
    CompleteActionPlan,
    CreateActionPlan,
)
from shared.auth import READ, WRITE
from shared.http.pages import After, Limit, Page, Text
from shared.http.routing import Api, CurrentActor, Now, Read, Version, Write
from shared.ids import Id

api = Api(prefix="/v1")

Archived = Annotated[bool, Query(description="Archived ones alone, rather than those that are not.")]


@api.post("/scorecards/{scorecard_id}/action-plans", rule=WRITE, tags=["action plans"])
def create_action_plan(
    scorecard_id: Id, command: CreateActionPlan, tx: Write, actor: CurrentActor, now: Now
) -> ActionPlanOut:
    """Says what both sides do about a rating of a published card. `scorecard-status` where the card is not published,
    `invalid-field` where it does not ask the attribute, or that is not rated under 0.5 and no reason is given;
    `relationship-archived` where the relationship is archived."""
    return usecases.create_action_plan(tx, scorecard_id, command, actor, now)


@api.get("/relationships/{relationship_id}/action-plans", rule=READ, tags=["action plans"])
def list_action_plans(
    relationship_id: Id,
    tx: Read,
    actor: CurrentActor,
    attribute: Text = None,
    is_done: bool | None = None,
    archived: Archived = False,
    after: After = None,
    limit: Limit = 50,
) -> Page[ActionPlanOut]:
    """Lists a relationship's action plans, newest first, each with what became of its attribute since."""
    return queries.list_action_plans(
        tx, relationship_id, actor, attribute=attribute, is_done=is_done, archived=archived, after=after, limit=limit
    )


@api.get("/action-plans/{action_plan_id}", rule=READ, tags=["action plans"])
def get_action_plan(action_plan_id: Id, tx: Read, actor: CurrentActor) -> ActionPlanOut:
    """Answers one action plan, also an archived one. `action-plan-not-found` where it is unknown or hidden."""
    return queries.get_action_plan(tx, action_plan_id, actor)


@api.patch("/action-plans/{action_plan_id}", rule=WRITE, tags=["action plans"])
def change_action_plan(
    action_plan_id: Id, command: ChangeActionPlan, version: Version, tx: Write, actor: CurrentActor, now: Now
) -> ActionPlanOut:
    """Changes the fields that are sent and leaves the others; null clears an owner, and `done_on: null` opens it again.
    `stale-version` where somebody else changed it first, `relationship-archived` where the relationship is archived."""
    return usecases.change_action_plan(tx, action_plan_id, command, version, actor, now)


@api.post("/action-plans/{action_plan_id}/completion", rule=WRITE, status_code=200, tags=["action plans"])
def complete_action_plan(
    action_plan_id: Id, command: CompleteActionPlan, tx: Write, actor: CurrentActor, now: Now
) -> ActionPlanOut:
    """Says on which day the plan was done. `action-plan-done` where it is done already, `invalid-field` where the day
    is not after the card's period, or lies ahead."""
    return usecases.complete_action_plan(tx, action_plan_id, command, actor, now)


@api.delete("/action-plans/{action_plan_id}", rule=WRITE, tags=["action plans"])
def archive_action_plan(action_plan_id: Id, version: Version, tx: Write, actor: CurrentActor, now: Now) -> None:
    """Takes an action plan out of lists. `stale-version` where somebody else changed it first."""
    return usecases.archive_action_plan(tx, action_plan_id, version, actor, now)


@api.post("/action-plans/{action_plan_id}/restoration", rule=WRITE, status_code=200, tags=["action plans"])
def restore_action_plan(action_plan_id: Id, tx: Write, actor: CurrentActor, now: Now) -> ActionPlanOut:
    """Brings an archived action plan back into lists."""
    return usecases.restore_action_plan(tx, action_plan_id, actor, now)
