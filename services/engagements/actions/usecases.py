"""Writes of actions."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from services.engagements.actions.queries import action_out, action_records
from services.engagements.actions.schemas import ActionOut, ChangeAction, CompleteAction, CreateAction
from services.engagements.actions.tables import ActionRow
from services.engagements.events import ActionRecorded, event_of
from services.engagements.interactions.queries import InteractionNotFound, interaction_records
from services.engagements.references import (
    WrongState,
    check_contacts,
    check_not_ahead,
    find_references,
    gone_contacts,
)
from shared.auth import Actor
from shared.db.database import Tx
from shared.db.records import add, change_and_announce, every, find, lock, with_values
from shared.errors import InvalidField
from shared.events import Event
from shared.ids import new_id


def create_action(tx: Tx, command: CreateAction, actor: Actor, now: datetime) -> ActionOut:
    find_references(tx, actor, [command.relationship_id]).check(command.relationship_id, None)
    _check_interaction(tx, command, actor)
    row: ActionRow = {
        "action_id": new_id(),
        "version": 1,
        "relationship_id": command.relationship_id,
        "interaction_id": command.interaction_id,
        "title": command.title,
        "owner_actor_id": command.owner_actor_id,
        "owner_contact_id": command.owner_contact_id,
        "due_on": command.due_on,
        "done_on": command.done_on,
        "created_by": actor.actor_id,
        "created_at": now,
        "archived_at": None,
    }
    _check(tx, row, now)
    return action_out(add(tx, action_records, row, _event(row), now))


def change_action(
    tx: Tx, action_id: str, command: ChangeAction, version: int, actor: Actor, now: datetime
) -> ActionOut:
    row = lock(tx, action_records, action_id, actor, version=version)
    present = command.model_dump()
    _check(tx, with_values(row, present), now)
    return _changed(tx, row, present, now)


def complete_action(tx: Tx, action_id: str, command: CompleteAction, actor: Actor, now: datetime) -> ActionOut:
    row = lock(tx, action_records, action_id, actor)
    if row["done_on"] is not None:
        raise WrongState("it is done")
    check_not_ahead("/done_on", command.done_on, now)
    return _changed(tx, row, {"done_on": command.done_on}, now)


def archive_action(tx: Tx, action_id: str, version: int, actor: Actor, now: datetime) -> None:
    _changed(tx, lock(tx, action_records, action_id, actor, version=version), {"archived_at": now}, now)


def restore_action(tx: Tx, action_id: str, actor: Actor, now: datetime) -> ActionOut:
    return _changed(tx, lock(tx, action_records, action_id, actor), {"archived_at": None}, now)


def current_events(tx: Tx) -> Iterator[Event]:
    """An event of every action as it stands."""
    for row in every(tx, action_records):
        yield event_of(ActionRecorded, row)


def _changed(tx: Tx, row: ActionRow, values: Mapping[str, object], now: datetime) -> ActionOut:
    return action_out(change_and_announce(tx, action_records, row, values, _event, now))


def _event(row: ActionRow) -> Event:
    return event_of(ActionRecorded, row)


def _check_interaction(tx: Tx, command: CreateAction, actor: Actor) -> None:
    if command.interaction_id is None:
        return
    try:
        interaction = find(tx, interaction_records, command.interaction_id, actor)
        is_own = interaction["relationship_id"] == command.relationship_id
    except InteractionNotFound:
        is_own = False
    if not is_own:
        raise InvalidField("/interaction_id", "no such interaction of this relationship")


def _check(tx: Tx, row: ActionRow, now: datetime) -> None:
    if row["owner_actor_id"] is not None and row["owner_contact_id"] is not None:
        raise InvalidField("/owner_contact_id", "an action has one owner")
    if row["owner_contact_id"] is not None:
        owner = [row["owner_contact_id"]]
        check_contacts("/owner_contact_id", owner, gone_contacts(tx, owner))
    if row["done_on"] is not None:
        check_not_ahead("/done_on", row["done_on"], now)
