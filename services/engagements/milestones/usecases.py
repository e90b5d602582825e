"""Writes of milestones."""

from datetime import datetime
from typing import Any

from services.engagements.access import find, out
from services.engagements.engagements.tables import engagements
from services.engagements.events import (
    MilestoneCancelled,
    MilestoneCompleted,
    MilestoneFact,
    MilestoneLapsed,
    MilestoneRecorded,
    MilestoneReopened,
    event_of,
)
from services.engagements.milestones.schemas import (
    AddMilestone,
    ChangeMilestone,
    CompleteMilestone,
    MilestoneOut,
    ReopenMilestone,
)
from services.engagements.milestones.tables import milestones
from services.engagements.promises.schemas import CancelPromise
from services.engagements.promises.usecases import (
    CANCELLED,
    LAPSED,
    OPEN,
    cancelled,
    check_late_cause,
    happens_on,
    opened,
)
from services.engagements.references import Surroundings, WrongState, change, check_happened, lock, surroundings
from services.engagements.vocabulary import MilestoneStatus
from shared.auth import Actor
from shared.db import outbox
from shared.db.database import Tx
from shared.events import Event
from shared.ids import new_id

COMPLETED = MilestoneStatus.COMPLETED.value
# A change of what is over is announced as what it is, so that who reads only the newest event knows how it ended.
_ANNOUNCED_AS: dict[str, type[Event]] = {
    OPEN: MilestoneRecorded,
    COMPLETED: MilestoneCompleted,
    LAPSED: MilestoneLapsed,
    CANCELLED: MilestoneCancelled,
}


def add_milestone(tx: Tx, engagement_id: str, command: AddMilestone, actor: Actor, now: datetime) -> MilestoneOut:
    engagement = find(tx, engagements, engagement_id, actor)
    if engagement["archived_at"] is not None:
        raise WrongState("the engagement is archived")
    around: Surroundings = surroundings(tx, actor, [engagement["relationship_id"]])
    around.check(engagement["relationship_id"], None)
    row: dict[str, Any] = {
        "milestone_id": new_id(),
        "version": 1,
        "relationship_id": engagement["relationship_id"],
        "engagement_id": engagement_id,
        **command.model_dump(),
        **opened(),
        "current_promised_on": command.promised_on,
        "completed_on": None,
        "outcome": None,
        "late_cause": None,
        "reason": None,
        "happens_on": command.promised_on,
        "created_by": actor.actor_id,
        "created_at": now,
    }
    tx.add_row(milestones, **row)
    return _announced(tx, MilestoneRecorded, row, now)


def change_milestone(
    tx: Tx, milestone_id: str, command: ChangeMilestone, version: int, actor: Actor, now: datetime
) -> MilestoneOut:
    row = lock(tx, milestones, milestone_id, actor, version)
    present = command.model_dump(exclude_unset=True)
    changed = row | present
    check_late_cause(changed["late_cause"], changed["reason"])
    present["happens_on"] = happens_on(changed, row["completed_on"])
    return _announced(tx, _ANNOUNCED_AS[row["status"]], change(tx, milestones, row, present), now)


def complete_milestone(
    tx: Tx, milestone_id: str, command: CompleteMilestone, actor: Actor, now: datetime
) -> MilestoneOut:
    """Done, or done after all where it had lapsed or was called off."""
    row = lock(tx, milestones, milestone_id, actor)
    if row["status"] == COMPLETED:
        raise WrongState("it is completed; open it again to say otherwise")
    check_happened("/completed_on", command.completed_on, now)
    check_late_cause(command.late_cause, command.reason)
    values = opened() | command.model_dump() | {"status": COMPLETED, "happens_on": command.completed_on}
    return _announced(tx, MilestoneCompleted, change(tx, milestones, row, values), now)


def cancel_milestone(tx: Tx, milestone_id: str, command: CancelPromise, actor: Actor, now: datetime) -> MilestoneOut:
    row = lock(tx, milestones, milestone_id, actor)
    return _announced(tx, MilestoneCancelled, change(tx, milestones, row, cancelled(row, command, now)), now)


def reopen_milestone(tx: Tx, milestone_id: str, command: ReopenMilestone, actor: Actor, now: datetime) -> MilestoneOut:
    """Open again, with its first promise; 60 days past that it lapses, again too."""
    row = lock(tx, milestones, milestone_id, actor)
    if row["status"] not in (COMPLETED, CANCELLED):
        raise WrongState(f"it is {row['status']}")
    values = opened() | {
        "completed_on": None,
        "outcome": None,
        "late_cause": None,
        "reason": command.reason,
        "happens_on": row["current_promised_on"],
    }
    return _announced(tx, MilestoneReopened, change(tx, milestones, row, values), now)


def _announced(tx: Tx, kind: type[Event], row: dict[str, Any], now: datetime) -> MilestoneOut:
    assert issubclass(kind, MilestoneFact)
    outbox.add(tx, event_of(kind, row), now)
    return out(MilestoneOut, milestones, row)
