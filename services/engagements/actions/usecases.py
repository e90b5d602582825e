"""Writes of actions and issues."""

from datetime import datetime
from typing import Any

from services.engagements.access import InteractionNotFound, find, out
from services.engagements.actions.schemas import ActionOut, ChangeAction, CompleteAction, CreateAction
from services.engagements.actions.tables import actions
from services.engagements.events import ActionRecorded, event_of
from services.engagements.interactions.tables import interactions
from services.engagements.references import (
    WrongState,
    change,
    check_contacts,
    check_not_ahead,
    gone_contacts,
    lock,
    surroundings,
)
from shared.auth import Actor
from shared.db import outbox
from shared.db.database import Tx
from shared.errors import InvalidField
from shared.ids import new_id

# Actions


def create_action(tx: Tx, command: CreateAction, actor: Actor, now: datetime) -> ActionOut:
    surroundings(tx, actor, [command.relationship_id]).check(command.relationship_id, None)
    _check_interaction(tx, command, actor)
    row: dict[str, Any] = {
        "action_id": new_id(),
        "version": 1,
        **command.model_dump(),
        "created_by": actor.actor_id,
        "created_at": now,
        "archived_at": None,
    }
    _check_action(tx, row, now)
    tx.add_row(actions, **row)
    return _action(tx, row, now)


def change_action(
    tx: Tx, action_id: str, command: ChangeAction, version: int, actor: Actor, now: datetime
) -> ActionOut:
    row = lock(tx, actions, action_id, actor, version)
    present = command.model_dump(exclude_unset=True)
    _check_action(tx, row | present, now)
    return _action(tx, change(tx, actions, row, present), now)


def complete_action(tx: Tx, action_id: str, command: CompleteAction, actor: Actor, now: datetime) -> ActionOut:
    row = lock(tx, actions, action_id, actor)
    if row["done_on"] is not None:
        raise WrongState("it is done")
    check_not_ahead("/done_on", command.done_on, now)
    return _action(tx, change(tx, actions, row, {"done_on": command.done_on}), now)


def archive_action(tx: Tx, action_id: str, version: int, actor: Actor, now: datetime) -> None:
    _action(tx, change(tx, actions, lock(tx, actions, action_id, actor, version), {"archived_at": now}), now)


def restore_action(tx: Tx, action_id: str, actor: Actor, now: datetime) -> ActionOut:
    return _action(tx, change(tx, actions, lock(tx, actions, action_id, actor), {"archived_at": None}), now)


def _action(tx: Tx, row: dict[str, Any], now: datetime) -> ActionOut:
    outbox.add(tx, event_of(ActionRecorded, row), now)
    return out(ActionOut, actions, row)


def _check_interaction(tx: Tx, command: CreateAction, actor: Actor) -> None:
    if command.interaction_id is None:
        return
    try:
        is_own = find(tx, interactions, command.interaction_id, actor)["relationship_id"] == command.relationship_id
    except InteractionNotFound:
        is_own = False
    if not is_own:
        raise InvalidField("/interaction_id", "no such interaction of this relationship")


def _check_action(tx: Tx, row: dict[str, Any], now: datetime) -> None:
    if row["owner_actor_id"] is not None and row["owner_contact_id"] is not None:
        raise InvalidField("/owner_contact_id", "an action has one owner")
    if row["owner_contact_id"] is not None:
        owner = [row["owner_contact_id"]]
        check_contacts("/owner_contact_id", owner, gone_contacts(tx, owner))
    if row["done_on"] is not None:
        check_not_ahead("/done_on", row["done_on"], now)


# Issues
