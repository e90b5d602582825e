"""Writes of actions and issues."""

from datetime import datetime
from typing import Any

from services.engagements.events import ActionRecorded, IssueRecorded, event_of
from services.engagements.queries.rows import InteractionNotFound, actions, find, interactions, issues, out
from services.engagements.schemas.followups import (
    ActionOut,
    ChangeAction,
    ChangeIssue,
    CloseIssue,
    CompleteAction,
    CreateAction,
    EscalateIssue,
    IssueOut,
    OpenIssue,
)
from services.engagements.usecases.changes import (
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


def open_issue(tx: Tx, command: OpenIssue, actor: Actor, now: datetime) -> IssueOut:
    around = surroundings(tx, actor, [command.relationship_id], [command.engagement_id])
    around.check(command.relationship_id, command.engagement_id)
    check_not_ahead("/opened_on", command.opened_on, now)
    row: dict[str, Any] = {
        "issue_id": new_id(),
        "version": 1,
        **command.model_dump(),
        "escalated_on": None,
        "closed_on": None,
        "reason": None,
        "created_by": actor.actor_id,
        "created_at": now,
        "archived_at": None,
    }
    tx.add_row(issues, **row)
    return _issue(tx, row, now)


def change_issue(tx: Tx, issue_id: str, command: ChangeIssue, version: int, actor: Actor, now: datetime) -> IssueOut:
    row = lock(tx, issues, issue_id, actor, version)
    return _issue(tx, change(tx, issues, row, command.model_dump(exclude_unset=True)), now)


def escalate_issue(tx: Tx, issue_id: str, command: EscalateIssue, actor: Actor, now: datetime) -> IssueOut:
    row = _open(tx, issue_id, actor)
    _check_after_opening("/escalated_on", row, command.escalated_on, now)
    return _issue(tx, change(tx, issues, row, {"escalated_on": command.escalated_on}), now)


def close_issue(tx: Tx, issue_id: str, command: CloseIssue, actor: Actor, now: datetime) -> IssueOut:
    row = _open(tx, issue_id, actor)
    _check_after_opening("/closed_on", row, command.closed_on, now)
    return _issue(tx, change(tx, issues, row, command.model_dump()), now)


def reopen_issue(tx: Tx, issue_id: str, actor: Actor, now: datetime) -> IssueOut:
    row = lock(tx, issues, issue_id, actor)
    if row["closed_on"] is None:
        raise WrongState("it is open")
    return _issue(tx, change(tx, issues, row, {"closed_on": None, "reason": None}), now)


def archive_issue(tx: Tx, issue_id: str, version: int, actor: Actor, now: datetime) -> None:
    _issue(tx, change(tx, issues, lock(tx, issues, issue_id, actor, version), {"archived_at": now}), now)


def restore_issue(tx: Tx, issue_id: str, actor: Actor, now: datetime) -> IssueOut:
    return _issue(tx, change(tx, issues, lock(tx, issues, issue_id, actor), {"archived_at": None}), now)


def _issue(tx: Tx, row: dict[str, Any], now: datetime) -> IssueOut:
    outbox.add(tx, event_of(IssueRecorded, row), now)
    return out(IssueOut, issues, row)


def _open(tx: Tx, issue_id: str, actor: Actor) -> dict[str, Any]:
    row = lock(tx, issues, issue_id, actor)
    if row["closed_on"] is not None:
        raise WrongState("it is closed")
    return row


def _check_after_opening(pointer: str, row: dict[str, Any], on: Any, now: datetime) -> None:
    check_not_ahead(pointer, on, now)
    if on < row["opened_on"]:
        raise InvalidField(pointer, "lies before the day it was opened")
