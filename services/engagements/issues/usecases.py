"""Writes of issues."""

from datetime import datetime
from typing import Any

from services.engagements.access import out
from services.engagements.events import IssueRecorded, event_of
from services.engagements.issues.schemas import ChangeIssue, CloseIssue, EscalateIssue, IssueOut, OpenIssue
from services.engagements.issues.tables import issues
from services.engagements.references import (
    WrongState,
    change,
    check_not_ahead,
    lock,
    surroundings,
)
from shared.auth import Actor
from shared.db import outbox
from shared.db.database import Tx
from shared.errors import InvalidField
from shared.ids import new_id


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
