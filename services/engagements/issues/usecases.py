"""Writes of issues."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from services.engagements.events import IssueRecorded, event_of
from services.engagements.issues.queries import issue_out, issue_records
from services.engagements.issues.schemas import ChangeIssue, CloseIssue, EscalateIssue, IssueOut, OpenIssue
from services.engagements.issues.tables import IssueRow
from services.engagements.references import WrongState, check_not_ahead, find_references
from shared.auth import Actor
from shared.db.database import Tx
from shared.db.records import add, change_and_announce, every, lock
from shared.errors import InvalidField
from shared.events import Event
from shared.ids import new_id


def open_issue(tx: Tx, command: OpenIssue, actor: Actor, now: datetime) -> IssueOut:
    references = find_references(tx, actor, [command.relationship_id], [command.engagement_id])
    references.check(command.relationship_id, command.engagement_id)
    check_not_ahead("/opened_on", command.opened_on, now)
    row: IssueRow = {
        "issue_id": new_id(),
        "version": 1,
        "relationship_id": command.relationship_id,
        "engagement_id": command.engagement_id,
        "title": command.title,
        "severity": command.severity,
        "owner_actor_id": command.owner_actor_id,
        "opened_on": command.opened_on,
        "escalated_on": None,
        "closed_on": None,
        "reason": None,
        "created_by": actor.actor_id,
        "created_at": now,
        "archived_at": None,
    }
    return issue_out(add(tx, issue_records, row, _event(row), now))


def change_issue(tx: Tx, issue_id: str, command: ChangeIssue, version: int, actor: Actor, now: datetime) -> IssueOut:
    row = lock(tx, issue_records, issue_id, actor, version=version)
    return _changed(tx, row, command.model_dump(), now)


def escalate_issue(tx: Tx, issue_id: str, command: EscalateIssue, actor: Actor, now: datetime) -> IssueOut:
    row = _lock_open(tx, issue_id, actor)
    _check_after_opening("/escalated_on", row, command.escalated_on, now)
    return _changed(tx, row, {"escalated_on": command.escalated_on}, now)


def close_issue(tx: Tx, issue_id: str, command: CloseIssue, actor: Actor, now: datetime) -> IssueOut:
    row = _lock_open(tx, issue_id, actor)
    _check_after_opening("/closed_on", row, command.closed_on, now)
    return _changed(tx, row, command.model_dump(), now)


def reopen_issue(tx: Tx, issue_id: str, actor: Actor, now: datetime) -> IssueOut:
    row = lock(tx, issue_records, issue_id, actor)
    if row["closed_on"] is None:
        raise WrongState("it is open")
    return _changed(tx, row, {"closed_on": None, "reason": None}, now)


def archive_issue(tx: Tx, issue_id: str, version: int, actor: Actor, now: datetime) -> None:
    _changed(tx, lock(tx, issue_records, issue_id, actor, version=version), {"archived_at": now}, now)


def restore_issue(tx: Tx, issue_id: str, actor: Actor, now: datetime) -> IssueOut:
    return _changed(tx, lock(tx, issue_records, issue_id, actor), {"archived_at": None}, now)


def current_events(tx: Tx) -> Iterator[Event]:
    """An event of every issue as it stands."""
    for row in every(tx, issue_records):
        yield event_of(IssueRecorded, row)


def _changed(tx: Tx, row: IssueRow, values: Mapping[str, object], now: datetime) -> IssueOut:
    return issue_out(change_and_announce(tx, issue_records, row, values, _event, now))


def _event(row: IssueRow) -> Event:
    return event_of(IssueRecorded, row)


def _lock_open(tx: Tx, issue_id: str, actor: Actor) -> IssueRow:
    row = lock(tx, issue_records, issue_id, actor)
    if row["closed_on"] is not None:
        raise WrongState("it is closed")
    return row


def _check_after_opening(pointer: str, row: IssueRow, on: date, now: datetime) -> None:
    check_not_ahead(pointer, on, now)
    if on < row["opened_on"]:
        raise InvalidField(pointer, "lies before the day it was opened")
