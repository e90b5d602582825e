"""Writes of action plans: what both sides do about a low rating."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from services.scorecards.action_plans.queries import get_action_plan, lock_action_plan
from services.scorecards.action_plans.schemas import (
    ActionPlanOut,
    ChangeActionPlan,
    CompleteActionPlan,
    CreateActionPlan,
)
from services.scorecards.action_plans.tables import plans
from services.scorecards.events import ActionPlanRecorded
from services.scorecards.scorecards.changes import RelationshipArchived, hold, require_status
from services.scorecards.scorecards.differences import LOW, values_of
from services.scorecards.scorecards.queries import questions_of
from services.scorecards.scorecards.rights import PUBLISHED
from shared.auth import Actor
from shared.clock import utc_day
from shared.db import outbox
from shared.db.database import Tx
from shared.errors import Conflict, InvalidField, StaleVersion
from shared.ids import new_id


class ActionPlanDone(Conflict):
    slug, title = "action-plan-done", "The action plan is done"


def create_action_plan(
    tx: Tx, scorecard_id: str, command: CreateActionPlan, actor: Actor, now: datetime
) -> ActionPlanOut:
    """From a published card: before that, a plan would tell what was answered."""
    card, _ = hold(tx, scorecard_id, actor, now)
    require_status(card, *PUBLISHED)
    if command.attribute not in {question["attribute"] for question in questions_of(tx, card["question_set_id"])}:
        raise InvalidField("/attribute", "is not asked on this card")
    if values_of(card["ratings"]).get(command.attribute, 1) >= LOW and command.reason is None:
        raise InvalidField("/reason", f"say why: the attribute is not rated under {LOW:g}")
    row: dict[str, Any] = {
        "action_plan_id": new_id(),
        "version": 1,
        "scorecard_id": scorecard_id,
        "relationship_id": card["relationship_id"],
        **command.model_dump(),
        "done_on": None,
        "created_by": actor.actor_id,
        "created_at": now,
        "archived_at": None,
    }
    _check(row, card["period_ends_on"], now)
    tx.add_row(plans, **row)
    return _recorded(tx, row, actor, now)


def change_action_plan(
    tx: Tx, action_plan_id: str, command: ChangeActionPlan, version: int, actor: Actor, now: datetime
) -> ActionPlanOut:
    row = _held(tx, action_plan_id, version, actor)
    present = command.model_dump(exclude_unset=True)
    _check(row | present, row["period_ends_on"], now)
    return _change(tx, row, actor, now, **present)


def complete_action_plan(
    tx: Tx, action_plan_id: str, command: CompleteActionPlan, actor: Actor, now: datetime
) -> ActionPlanOut:
    row = _held(tx, action_plan_id, None, actor)
    if row["done_on"] is not None:
        raise ActionPlanDone()
    _check(row | command.model_dump(), row["period_ends_on"], now)
    return _change(tx, row, actor, now, done_on=command.done_on)


def archive_action_plan(tx: Tx, action_plan_id: str, version: int, actor: Actor, now: datetime) -> None:
    _change(tx, _held(tx, action_plan_id, version, actor), actor, now, archived_at=now)


def restore_action_plan(tx: Tx, action_plan_id: str, actor: Actor, now: datetime) -> ActionPlanOut:
    return _change(tx, _held(tx, action_plan_id, None, actor), actor, now, archived_at=None)


def _held(tx: Tx, action_plan_id: str, version: int | None, actor: Actor) -> dict[str, Any]:
    """The plan as it stands, locked; at the version seen, where one is named."""
    row = lock_action_plan(tx, action_plan_id, actor)
    if version not in (None, row["version"]):
        raise StaleVersion()
    if row["is_archived"]:
        raise RelationshipArchived()
    return row


def _check(row: dict[str, Any], period_ends_on: date, now: datetime) -> None:
    if row["due_on"] <= period_ends_on:
        raise InvalidField("/due_on", f"lies after the card's period, which ends on {period_ends_on}")
    if row["done_on"] is not None and not period_ends_on < row["done_on"] <= utc_day(now):
        raise InvalidField("/done_on", f"lies after {period_ends_on}, and not in the future")


def _change(tx: Tx, row: dict[str, Any], actor: Actor, now: datetime, **values: Any) -> ActionPlanOut:
    values["version"] = row["version"] + 1
    tx.run(sa.update(plans).where(plans.c.action_plan_id == row["action_plan_id"]).values(**values))
    return _recorded(tx, row | values, actor, now)


def _recorded(tx: Tx, row: dict[str, Any], actor: Actor, now: datetime) -> ActionPlanOut:
    said = {name: row[name] for name in ActionPlanRecorded.model_fields if name in row}
    event = ActionPlanRecorded(id=row["action_plan_id"], archived=row["archived_at"] is not None, **said)
    outbox.add(tx, event, now)
    return get_action_plan(tx, row["action_plan_id"], actor)
