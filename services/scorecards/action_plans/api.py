"""Routes of action plans."""

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


@api.post("/scorecards/{scorecard_id}/action-plans", rule=WRITE, tags=["action plans"])
def create_action_plan(
    scorecard_id: Id, command: CreateActionPlan, tx: Write, actor: CurrentActor, now: Now
) -> ActionPlanOut:
    return usecases.create_action_plan(tx, scorecard_id, command, actor, now)


@api.get("/relationships/{relationship_id}/action-plans", rule=READ, tags=["action plans"])
def list_action_plans(
    relationship_id: Id,
    tx: Read,
    actor: CurrentActor,
    attribute: Text = None,
    is_done: bool | None = None,
    archived: bool = False,
    after: After = None,
    limit: Limit = 50,
) -> Page[ActionPlanOut]:
    return queries.list_action_plans(
        tx, relationship_id, actor, attribute=attribute, is_done=is_done, archived=archived, after=after, limit=limit
    )


@api.get("/action-plans/{action_plan_id}", rule=READ, tags=["action plans"])
def get_action_plan(action_plan_id: Id, tx: Read, actor: CurrentActor) -> ActionPlanOut:
    return queries.get_action_plan(tx, action_plan_id, actor)


@api.patch("/action-plans/{action_plan_id}", rule=WRITE, tags=["action plans"])
def change_action_plan(
    action_plan_id: Id, command: ChangeActionPlan, version: Version, tx: Write, actor: CurrentActor, now: Now
) -> ActionPlanOut:
    return usecases.change_action_plan(tx, action_plan_id, command, version, actor, now)


@api.post("/action-plans/{action_plan_id}/completion", rule=WRITE, status_code=200, tags=["action plans"])
def complete_action_plan(
    action_plan_id: Id, command: CompleteActionPlan, tx: Write, actor: CurrentActor, now: Now
) -> ActionPlanOut:
    return usecases.complete_action_plan(tx, action_plan_id, command, actor, now)


@api.delete("/action-plans/{action_plan_id}", rule=WRITE, tags=["action plans"])
def archive_action_plan(action_plan_id: Id, version: Version, tx: Write, actor: CurrentActor, now: Now) -> None:
    return usecases.archive_action_plan(tx, action_plan_id, version, actor, now)


@api.post("/action-plans/{action_plan_id}/restoration", rule=WRITE, status_code=200, tags=["action plans"])
def restore_action_plan(action_plan_id: Id, tx: Write, actor: CurrentActor, now: Now) -> ActionPlanOut:
    return usecases.restore_action_plan(tx, action_plan_id, actor, now)
