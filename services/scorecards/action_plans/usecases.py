"""Writes of action plans: what both sides do about a low rating."""

from datetime import date, datetime

from services.scorecards.action_plans.queries import ACTION_PLANS, PlanOfCard, get_action_plan
from services.scorecards.action_plans.schemas import (
    ActionPlanOut,
    ChangeActionPlan,
    CompleteActionPlan,
    CreateActionPlan,
)
from services.scorecards.events import ActionPlanRecorded
from services.scorecards.scorecards.changes import RelationshipArchived, lock_group, require_status
from services.scorecards.scorecards.differences import LOW, values_of
from services.scorecards.scorecards.queries import questions_of
from services.scorecards.scorecards.rights import PUBLISHED
from shared.auth import Actor
from shared.clock import utc_day
from shared.db import records
from shared.db.database import Tx
from shared.errors import Conflict, InvalidField, StaleVersion
from shared.ids import new_id


class ActionPlanDone(Conflict):
    slug, title = "action-plan-done", "The action plan is done"


def create_action_plan(
    tx: Tx, scorecard_id: str, command: CreateActionPlan, actor: Actor, now: datetime
) -> ActionPlanOut:
    """From a published card: before that, a plan would reveal what was answered."""
    card, _ = lock_group(tx, scorecard_id, actor, now)
    require_status(card, *PUBLISHED)
    if command.attribute not in {question["attribute"] for question in questions_of(tx, card["question_set_id"])}:
        raise InvalidField("/attribute", "is not asked on this card")
    if values_of(card["ratings"]).get(command.attribute, 1) >= LOW and command.reason is None:
        raise InvalidField("/reason", f"say why: the attribute is not rated under {LOW:g}")
    row: PlanOfCard = {
        "action_plan_id": new_id(),
        "version": 1,
        "scorecard_id": scorecard_id,
        "relationship_id": card["relationship_id"],
        "attribute": command.attribute,
        "what": command.what,
        "reason": command.reason,
        "sponsor_owner_id": command.sponsor_owner_id,
        "provider_owner_id": command.provider_owner_id,
        "due_on": command.due_on,
        "done_on": None,
        "created_by": actor.actor_id,
        "created_at": now,
        "archived_at": None,
    }
    _check(row, card["period_ends_on"], now)
    records.add(tx, ACTION_PLANS, row, _recorded(row), now)
    return get_action_plan(tx, row["action_plan_id"], actor)


def change_action_plan(
    tx: Tx, action_plan_id: str, command: ChangeActionPlan, version: int, actor: Actor, now: datetime
) -> ActionPlanOut:
    row = _locked(tx, action_plan_id, version, actor)
    present = command.model_dump()
    _check(records.with_values(row, present), row["period_ends_on"], now)
    return _change(tx, row, actor, now, **present)


def complete_action_plan(
    tx: Tx, action_plan_id: str, command: CompleteActionPlan, actor: Actor, now: datetime
) -> ActionPlanOut:
    row = _locked(tx, action_plan_id, None, actor)
    if row["done_on"] is not None:
        raise ActionPlanDone()
    _check(records.with_values(row, command.model_dump()), row["period_ends_on"], now)
    return _change(tx, row, actor, now, done_on=command.done_on)


def archive_action_plan(tx: Tx, action_plan_id: str, version: int, actor: Actor, now: datetime) -> None:
    _change(tx, _locked(tx, action_plan_id, version, actor), actor, now, archived_at=now)


def restore_action_plan(tx: Tx, action_plan_id: str, actor: Actor, now: datetime) -> ActionPlanOut:
    return _change(tx, _locked(tx, action_plan_id, None, actor), actor, now, archived_at=None)


def _locked(tx: Tx, action_plan_id: str, version: int | None, actor: Actor) -> PlanOfCard:
    """The plan as it stands, locked; at the version seen, where one is named."""
    row = records.lock(tx, ACTION_PLANS, action_plan_id, actor)
    if version not in (None, row["version"]):
        raise StaleVersion()
    if row["is_archived"]:
        raise RelationshipArchived.of(row["relationship_id"])
    return row


def _check(row: PlanOfCard, period_ends_on: date, now: datetime) -> None:
    if row["due_on"] <= period_ends_on:
        raise InvalidField("/due_on", f"lies after the card's period, which ends on {period_ends_on}")
    if row["done_on"] is not None and not period_ends_on < row["done_on"] <= utc_day(now):
        raise InvalidField("/done_on", f"lies after {period_ends_on}, and not in the future")


def _change(tx: Tx, row: PlanOfCard, actor: Actor, now: datetime, **values: object) -> ActionPlanOut:
    records.change_and_announce(tx, ACTION_PLANS, row, values, _recorded, now)
    return get_action_plan(tx, row["action_plan_id"], actor)


def _recorded(row: PlanOfCard) -> ActionPlanRecorded:
    announced = {name: value for name, value in row.items() if name in ActionPlanRecorded.model_fields}
    return ActionPlanRecorded(id=row["action_plan_id"], archived=row["archived_at"] is not None, **announced)
