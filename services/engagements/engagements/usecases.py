"""Writes of engagements and their stages."""

from collections.abc import Iterator, Mapping
from datetime import datetime

import sqlalchemy as sa

from services.engagements.engagements.queries import engagement_out, engagement_records, stage_history
from services.engagements.engagements.schemas import ChangeEngagement, ChangeStage, CreateEngagement, EngagementOut
from services.engagements.engagements.tables import EngagementRow, StageChangeRow, engagements, stage_changes
from services.engagements.events import EngagementRecorded, event_of
from services.engagements.ladder.queries import dates_of, stage_change
from services.engagements.ladder.stages import stage_dates
from services.engagements.references import check_not_ahead, find_references
from services.engagements.standings.usecases import refresh
from services.engagements.vocabulary import EngagementStage
from shared.auth import Actor
from shared.db.database import Tx
from shared.db.records import add, change_and_announce, every, lock, with_values
from shared.errors import InvalidField
from shared.events import Event
from shared.ids import new_id


def create_engagement(tx: Tx, command: CreateEngagement, actor: Actor, now: datetime) -> EngagementOut:
    references = find_references(tx, actor, [command.relationship_id], [command.predecessor_id])
    references.check(command.relationship_id, None)
    references.check_engagement("/predecessor_id", command.relationship_id, command.predecessor_id)
    dates = stage_dates((), command.stage, command.starts_on, command.ends_on)
    row: EngagementRow = {
        "engagement_id": new_id(),
        "version": 1,
        "relationship_id": command.relationship_id,
        "name": command.name,
        "type": command.type,
        "mode": command.mode,
        "complexity": command.complexity,
        "created_stage": command.stage,
        "stage": command.stage,
        "value": command.value,
        "currency": command.currency,
        "products": command.products,
        "modality": command.modality,
        "starts_on": command.starts_on,
        "ends_on": command.ends_on,
        "predecessor_id": command.predecessor_id,
        "contracted_on": dates.contracted_on,
        "closed_on": dates.closed_on,
        "outcome": None,
        "would_use_again": None,
        "created_by": actor.actor_id,
        "created_at": now,
        "archived_at": None,
    }
    _check_order(row)
    add(tx, engagement_records, row, _event(row), now)
    refresh(tx, [row["relationship_id"]], now)
    return engagement_out(row)


def change_engagement(
    tx: Tx, engagement_id: str, command: ChangeEngagement, version: int, actor: Actor, now: datetime
) -> EngagementOut:
    row = lock(tx, engagement_records, engagement_id, actor, version=version)
    present = command.model_dump()
    if (predecessor_id := present.get("predecessor_id")) is not None:
        references = find_references(tx, actor, [row["relationship_id"]], [predecessor_id])
        references.check_engagement("/predecessor_id", row["relationship_id"], predecessor_id)
        _check_succession(tx, engagement_id, predecessor_id)
    changed = with_values(row, present)
    _check_order(changed)
    dates = dates_of(changed, [stage_change(each) for each in stage_history(tx, engagement_id)])
    present |= {"contracted_on": dates.contracted_on, "closed_on": dates.closed_on}
    return _changed(tx, row, present, now)


def change_stage(tx: Tx, engagement_id: str, command: ChangeStage, actor: Actor, now: datetime) -> EngagementOut:
    """Add to the history, by day; of several changes on a day the one entered last holds."""
    row = lock(tx, engagement_records, engagement_id, actor)
    check_not_ahead("/on", command.on, now)
    if command.stage is not EngagementStage.CLOSED:
        for name in ("outcome", "would_use_again"):
            if getattr(command, name) is not None:
                raise InvalidField(f"/{name}", "is said when an engagement closes")
    entry: StageChangeRow = {
        "stage_change_id": new_id(),
        "engagement_id": engagement_id,
        "relationship_id": row["relationship_id"],
        "stage": command.stage,
        "on": command.on,
        "reason": command.reason,
        "outcome": command.outcome,
        "would_use_again": command.would_use_again,
        "created_by": actor.actor_id,
        "created_at": now,
    }
    history = [*stage_history(tx, engagement_id), entry]
    tx.add_row(stage_changes, **entry)
    dates = dates_of(row, [stage_change(each) for each in history])
    newest_first = sorted(history, key=lambda each: each["on"])[::-1]
    closings = [each for each in newest_first if each["stage"] == EngagementStage.CLOSED]
    values = {
        "stage": newest_first[0]["stage"],
        "contracted_on": dates.contracted_on,
        "closed_on": dates.closed_on,
        "outcome": next((each["outcome"] for each in closings if each["outcome"] is not None), None),
        "would_use_again": next(
            (each["would_use_again"] for each in closings if each["would_use_again"] is not None), None
        ),
    }
    return _changed(tx, row, values, now)


def archive_engagement(tx: Tx, engagement_id: str, version: int, actor: Actor, now: datetime) -> None:
    _changed(tx, lock(tx, engagement_records, engagement_id, actor, version=version), {"archived_at": now}, now)


def restore_engagement(tx: Tx, engagement_id: str, actor: Actor, now: datetime) -> EngagementOut:
    return _changed(tx, lock(tx, engagement_records, engagement_id, actor), {"archived_at": None}, now)


def current_events(tx: Tx) -> Iterator[Event]:
    """An event of every engagement as it stands."""
    for row in every(tx, engagement_records):
        yield event_of(EngagementRecorded, row)


def _changed(tx: Tx, row: EngagementRow, values: Mapping[str, object], now: datetime) -> EngagementOut:
    changed = change_and_announce(tx, engagement_records, row, values, _event, now)
    refresh(tx, [row["relationship_id"]], now)
    return engagement_out(changed)


def _event(row: EngagementRow) -> Event:
    return event_of(EngagementRecorded, row)


def _check_order(row: EngagementRow) -> None:
    if row["starts_on"] is not None and row["ends_on"] is not None and row["ends_on"] < row["starts_on"]:
        raise InvalidField("/ends_on", "lies before starts_on")


def _check_succession(tx: Tx, engagement_id: str, predecessor_id: str) -> None:
    """An engagement never follows on from itself, directly or through others."""
    before: str | None = predecessor_id
    while before is not None:
        if before == engagement_id:
            raise InvalidField("/predecessor_id", "an engagement cannot follow on from itself")
        columns = engagements.c
        before = tx.run(sa.select(columns.predecessor_id).where(columns.engagement_id == before)).scalar()
