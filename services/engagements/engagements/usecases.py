"""Writes of engagements and their stages."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.engagements.access import Row, out
from services.engagements.engagements.schemas import ChangeEngagement, ChangeStage, CreateEngagement, EngagementOut
from services.engagements.engagements.tables import engagements, stage_changes
from services.engagements.events import EngagementRecorded, event_of
from services.engagements.ladder.queries import dates_of, stage_change
from services.engagements.references import change, check_not_ahead, lock, surroundings
from services.engagements.standings.usecases import refresh
from services.engagements.vocabulary import EngagementStage
from shared.auth import Actor
from shared.db import outbox
from shared.db.database import Tx
from shared.errors import InvalidField
from shared.ids import new_id


def create_engagement(tx: Tx, command: CreateEngagement, actor: Actor, now: datetime) -> EngagementOut:
    around = surroundings(tx, actor, [command.relationship_id], [command.predecessor_id])
    around.check(command.relationship_id, None)
    around.check_engagement("/predecessor_id", command.relationship_id, command.predecessor_id)
    row: dict[str, Any] = {
        "engagement_id": new_id(),
        "version": 1,
        **command.model_dump(),
        "created_stage": command.stage,
        "outcome": None,
        "would_use_again": None,
        "created_by": actor.actor_id,
        "created_at": now,
        "archived_at": None,
    }
    _check_order(row)
    dates = dates_of(row, ())
    row |= {"contracted_on": dates.contracted_on, "closed_on": dates.closed_on}
    tx.add_row(engagements, **row)
    return _announced(tx, row, now)


def change_engagement(
    tx: Tx, engagement_id: str, command: ChangeEngagement, version: int, actor: Actor, now: datetime
) -> EngagementOut:
    row = lock(tx, engagements, engagement_id, actor, version)
    present = command.model_dump(exclude_unset=True)
    if (predecessor_id := present.get("predecessor_id")) is not None:
        around = surroundings(tx, actor, [row["relationship_id"]], [predecessor_id])
        around.check_engagement("/predecessor_id", row["relationship_id"], predecessor_id)
        _check_succession(tx, engagement_id, predecessor_id)
    changed = row | present
    _check_order(changed)
    dates = dates_of(changed, [stage_change(each) for each in _history(tx, engagement_id)])
    present |= {"contracted_on": dates.contracted_on, "closed_on": dates.closed_on}
    return _announced(tx, change(tx, engagements, row, present), now)


def change_stage(tx: Tx, engagement_id: str, command: ChangeStage, actor: Actor, now: datetime) -> EngagementOut:
    """Add to the history. Of several changes on a day the one entered last holds; one dated back takes its place."""
    row = lock(tx, engagements, engagement_id, actor)
    check_not_ahead("/on", command.on, now)
    if command.stage is not EngagementStage.CLOSED:
        for name in ("outcome", "would_use_again"):
            if getattr(command, name) is not None:
                raise InvalidField(f"/{name}", "is said when an engagement closes")
    entry = {
        "stage_change_id": new_id(),
        "engagement_id": engagement_id,
        "relationship_id": row["relationship_id"],
        **command.model_dump(),
        "created_by": actor.actor_id,
        "created_at": now,
    }
    history: list[Row] = [*_history(tx, engagement_id), entry]
    tx.add_row(stage_changes, **entry)
    dates = dates_of(row, [stage_change(each) for each in history])
    in_order = sorted(history, key=lambda each: each["on"])
    said = [each for each in in_order if each["stage"] == EngagementStage.CLOSED]
    values = {
        "stage": in_order[-1]["stage"],
        "contracted_on": dates.contracted_on,
        "closed_on": dates.closed_on,
        "outcome": _last(said, "outcome"),
        "would_use_again": _last(said, "would_use_again"),
    }
    return _announced(tx, change(tx, engagements, row, values), now)


def archive_engagement(tx: Tx, engagement_id: str, version: int, actor: Actor, now: datetime) -> None:
    row = lock(tx, engagements, engagement_id, actor, version)
    _announced(tx, change(tx, engagements, row, {"archived_at": now}), now)


def restore_engagement(tx: Tx, engagement_id: str, actor: Actor, now: datetime) -> EngagementOut:
    row = lock(tx, engagements, engagement_id, actor)
    return _announced(tx, change(tx, engagements, row, {"archived_at": None}), now)


def _announced(tx: Tx, row: dict[str, Any], now: datetime) -> EngagementOut:
    outbox.add(tx, event_of(EngagementRecorded, row), now)
    refresh(tx, [row["relationship_id"]], now)
    return out(EngagementOut, engagements, row)


def _history(tx: Tx, engagement_id: str) -> list[Row]:
    """In the order in which it was entered."""
    of = sa.select(stage_changes).where(stage_changes.c.engagement_id == engagement_id)
    return list(tx.run(of.order_by(stage_changes.c.stage_change_id)).mappings())


def _last(changes: list[Row], name: str) -> Any:
    return next((each[name] for each in reversed(changes) if each[name] is not None), None)


def _check_order(row: Row) -> None:
    if row["starts_on"] is not None and row["ends_on"] is not None and row["ends_on"] < row["starts_on"]:
        raise InvalidField("/ends_on", "lies before starts_on")


def _check_succession(tx: Tx, engagement_id: str, predecessor_id: str) -> None:
    """Nobody follows on from itself."""
    before: str | None = predecessor_id
    while before is not None:
        if before == engagement_id:
            raise InvalidField("/predecessor_id", "an engagement cannot follow on from itself")
        columns = engagements.c
        before = tx.run(sa.select(columns.predecessor_id).where(columns.engagement_id == before)).scalar()
