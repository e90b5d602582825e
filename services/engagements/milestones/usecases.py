"""Writes of milestones."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from services.engagements.engagements.queries import engagement_records
from services.engagements.events import (
    MilestoneCancelled,
    MilestoneCompleted,
    MilestoneLapsed,
    MilestoneRecorded,
    MilestoneReopened,
    event_of,
)
from services.engagements.milestones.queries import milestone_out, milestone_records
from services.engagements.milestones.schemas import (
    AddMilestone,
    ChangeMilestone,
    CompleteMilestone,
    MilestoneOut,
    ReopenMilestone,
)
from services.engagements.milestones.tables import MilestoneRow
from services.engagements.promises import usecases as promises
from services.engagements.promises.schemas import CancelPromise
from services.engagements.promises.usecases import cancelled, check_late_cause, happens_on, opened
from services.engagements.references import WrongState, check_happened, check_near, find_references
from services.engagements.vocabulary import MilestoneStatus
from shared.auth import Actor
from shared.db.database import Database, Tx
from shared.db.records import add, change_and_announce, every, find, lock, with_values
from shared.events import Event
from shared.ids import new_id
from shared.sentences import to_restore

COMPLETED, CANCELLED = MilestoneStatus.COMPLETED.value, MilestoneStatus.CANCELLED.value
# Of a milestone the newest event alone says how it stands, so one that is over is announced as such by every change.
_ANNOUNCED_AS: dict[str, type[Event]] = {
    MilestoneStatus.OPEN: MilestoneRecorded,
    MilestoneStatus.COMPLETED: MilestoneCompleted,
    MilestoneStatus.LAPSED: MilestoneLapsed,
    MilestoneStatus.CANCELLED: MilestoneCancelled,
}


def add_milestone(tx: Tx, engagement_id: str, command: AddMilestone, actor: Actor, now: datetime) -> MilestoneOut:
    engagement = find(tx, engagement_records, engagement_id, actor)
    if engagement["archived_at"] is not None:
        more = {"id": engagement_id, "restore": to_restore("engagements", engagement_id)}
        raise WrongState("the engagement is archived and can be restored", more=more)
    relationship_id = engagement["relationship_id"]
    find_references(tx, actor, [relationship_id]).check(relationship_id, None)
    check_near({"/promised_on": command.promised_on}, command.confirm_future, now)
    row: MilestoneRow = {
        "milestone_id": new_id(),
        "version": 1,
        "relationship_id": relationship_id,
        "engagement_id": engagement_id,
        "name": command.name,
        "kind": command.kind,
        "status": promises.OPEN,
        "promised_on": command.promised_on,
        "current_promised_on": command.promised_on,
        "completed_on": None,
        "outcome": None,
        "late_cause": None,
        "cancelled_on": None,
        "cancelled_by": None,
        "lapsed_on": None,
        "reason": None,
        "sponsor_owner_id": command.sponsor_owner_id,
        "provider_owner_id": command.provider_owner_id,
        "happens_on": command.promised_on,
        "created_by": actor.actor_id,
        "created_at": now,
    }
    return milestone_out(add(tx, milestone_records, row, event_of(MilestoneRecorded, row), now))


def change_milestone(
    tx: Tx, milestone_id: str, command: ChangeMilestone, version: int, actor: Actor, now: datetime
) -> MilestoneOut:
    row = lock(tx, milestone_records, milestone_id, actor, version=version)
    present = command.model_dump()
    is_confirmed = present.pop("confirm_future", False)
    changed = with_values(row, present)
    if changed["current_promised_on"] != row["current_promised_on"]:
        check_near({"/current_promised_on": changed["current_promised_on"]}, is_confirmed, now)
    check_late_cause(changed["late_cause"], changed["reason"])
    present["happens_on"] = happens_on(changed, row["completed_on"])
    return _changed(tx, row, present, _ANNOUNCED_AS[row["status"]], now)


def complete_milestone(
    tx: Tx, milestone_id: str, command: CompleteMilestone, actor: Actor, now: datetime
) -> MilestoneOut:
    """Done, also where it had lapsed or was called off."""
    row = lock(tx, milestone_records, milestone_id, actor)
    if row["status"] == COMPLETED:
        raise WrongState("it is completed; open it again to say otherwise")
    check_happened("/completed_on", command.completed_on, now)
    check_near({"/completed_on": command.completed_on}, command.confirm_future, now)
    check_late_cause(command.late_cause, command.reason)
    values = (
        opened()
        | command.model_dump(exclude={"confirm_future"})
        | {"status": COMPLETED, "happens_on": command.completed_on}
    )
    return _changed(tx, row, values, MilestoneCompleted, now)


def cancel_milestone(tx: Tx, milestone_id: str, command: CancelPromise, actor: Actor, now: datetime) -> MilestoneOut:
    row = lock(tx, milestone_records, milestone_id, actor)
    return _changed(tx, row, cancelled(row, command, now), MilestoneCancelled, now)


def reopen_milestone(tx: Tx, milestone_id: str, command: ReopenMilestone, actor: Actor, now: datetime) -> MilestoneOut:
    """Open again, with its first promise; 60 days past that it lapses, again too."""
    row = lock(tx, milestone_records, milestone_id, actor)
    if row["status"] not in (COMPLETED, CANCELLED):
        raise WrongState(f"it is {row['status']}")
    values = opened() | {
        "completed_on": None,
        "outcome": None,
        "late_cause": None,
        "reason": command.reason,
        "happens_on": row["current_promised_on"],
    }
    return _changed(tx, row, values, MilestoneReopened, now)


def lapse_milestones(database: Database, now: datetime) -> int:
    return promises.lapse(database, milestone_records, MilestoneLapsed, now)


def current_events(tx: Tx) -> Iterator[Event]:
    """An event of every milestone as it stands."""
    for row in every(tx, milestone_records):
        yield event_of(_ANNOUNCED_AS[row["status"]], row)


def _changed(tx: Tx, row: MilestoneRow, values: Mapping[str, object], kind: type[Event], now: datetime) -> MilestoneOut:
    changed = change_and_announce(tx, milestone_records, row, values, lambda new: event_of(kind, new), now)
    return milestone_out(changed)
