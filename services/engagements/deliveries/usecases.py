"""Writes of deliveries: kept and open promises, their correction and retraction, many at once."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.engagements.access import Row, out
from services.engagements.bulk.schemas import BulkOut
from services.engagements.bulk.usecases import Rows
from services.engagements.deliveries.schemas import (
    CompleteDelivery,
    CorrectDelivery,
    DeliveryOut,
    RecordDeliveries,
    RecordDelivery,
)
from services.engagements.deliveries.tables import deliveries
from services.engagements.events import (
    DeliveryCancelled,
    DeliveryCorrected,
    DeliveryLapsed,
    DeliveryRecorded,
    DeliveryRetracted,
    event_of,
)
from services.engagements.promises.schemas import CancelPromise
from services.engagements.promises.usecases import (
    CANCELLED,
    LAPSED,
    OPEN,
    RETRACTED,
    cancelled,
    check_late_cause,
    happens_on,
    opened,
)
from services.engagements.references import (
    ExternalIdExists,
    Surroundings,
    WrongState,
    change,
    check_happened,
    lock,
    surroundings,
)
from services.engagements.values import Retract
from services.engagements.vocabulary import DeliveryStatus
from shared.auth import Actor
from shared.db import outbox
from shared.db.database import Tx
from shared.events import Event
from shared.ids import new_id

DELIVERED = DeliveryStatus.DELIVERED.value
# A correction of what lapsed or was called off is announced as that, so that the newest event alone tells how it ended.
_CORRECTED_AS: dict[str, type[Event]] = {
    OPEN: DeliveryCorrected,
    DELIVERED: DeliveryCorrected,
    LAPSED: DeliveryLapsed,
    CANCELLED: DeliveryCancelled,
}

Recorded = dict[tuple[str, str], Row]
"""The deliveries that hold the external ids of a request, by relationship and external id."""


def record_delivery(tx: Tx, command: RecordDelivery, actor: Actor, now: datetime) -> tuple[DeliveryOut, bool]:
    """The delivery, and whether it is new: the same record from elsewhere is there once."""
    row, is_new = _recorder(tx, [command], actor, now)(command)
    return out(DeliveryOut, deliveries, row), is_new


def record_deliveries(tx: Tx, command: RecordDeliveries, actor: Actor, now: datetime) -> BulkOut:
    rows = Rows(RecordDelivery, command.items)
    record = _recorder(tx, [each for _, each in rows.commands], actor, now, dry_run=command.dry_run)

    def outcome(each: RecordDelivery) -> tuple[str, bool]:
        row, is_new = record(each)
        return row["delivery_id"], is_new

    return rows.record(outcome)


def correct_delivery(
    tx: Tx, delivery_id: str, command: CorrectDelivery, version: int, actor: Actor, now: datetime
) -> DeliveryOut:
    row = _lock(tx, delivery_id, actor, version)
    present = command.model_dump(exclude_unset=True)
    if "engagement_id" in present:
        around = surroundings(tx, actor, [row["relationship_id"]], [command.engagement_id])
        around.check_engagement("/engagement_id", row["relationship_id"], command.engagement_id)
    if "delivered_on" in present:
        check_happened("/delivered_on", command.delivered_on, now)
        if command.delivered_on is not None:
            present |= opened() | {"status": DELIVERED}
        elif row["status"] == DELIVERED:
            present |= opened()
    corrected = row | present
    check_late_cause(corrected["late_cause"], corrected["reason"])
    present["happens_on"] = happens_on(corrected, corrected["delivered_on"])
    return _announced(tx, _CORRECTED_AS[corrected["status"]], change(tx, deliveries, row, present), now)


def complete_delivery(tx: Tx, delivery_id: str, command: CompleteDelivery, actor: Actor, now: datetime) -> DeliveryOut:
    """Handed over, or handed over after all where it had lapsed or was called off."""
    row = _lock(tx, delivery_id, actor)
    if row["status"] == DELIVERED:
        raise WrongState("it is delivered; correct it to say otherwise")
    check_happened("/delivered_on", command.delivered_on, now)
    check_late_cause(command.late_cause, command.reason)
    values = opened() | command.model_dump() | {"status": DELIVERED, "happens_on": command.delivered_on}
    return _announced(tx, DeliveryRecorded, change(tx, deliveries, row, values), now)


def cancel_delivery(tx: Tx, delivery_id: str, command: CancelPromise, actor: Actor, now: datetime) -> DeliveryOut:
    row = _lock(tx, delivery_id, actor)
    return _announced(tx, DeliveryCancelled, change(tx, deliveries, row, cancelled(row, command, now)), now)


def retract_delivery(tx: Tx, delivery_id: str, command: Retract, actor: Actor, now: datetime) -> DeliveryOut:
    """It never was: nothing counts it, and its external id is free again. The record stays, with the reason."""
    row = _lock(tx, delivery_id, actor)
    values = {"status": RETRACTED, "reason": command.reason}
    return _announced(tx, DeliveryRetracted, change(tx, deliveries, row, values), now)


def _lock(tx: Tx, delivery_id: str, actor: Actor, version: int | None = None) -> dict[str, Any]:
    row = lock(tx, deliveries, delivery_id, actor, version)
    if row["status"] == RETRACTED:
        raise WrongState("it was retracted")
    return row


def _announced(tx: Tx, kind: type[Event], row: dict[str, Any], now: datetime) -> DeliveryOut:
    outbox.add(tx, event_of(kind, row), now)
    return out(DeliveryOut, deliveries, row)


def _recorder(
    tx: Tx, commands: list[RecordDelivery], actor: Actor, now: datetime, *, dry_run: bool = False
) -> Callable[[RecordDelivery], tuple[Row, bool]]:
    """Records one command after another, knowing from the start all that they refer to."""
    around = surroundings(
        tx, actor, {each.relationship_id for each in commands}, {each.engagement_id for each in commands}
    )
    recorded = _recorded(tx, commands)

    def record(command: RecordDelivery) -> tuple[Row, bool]:
        _check(command, around, now)
        place = (command.relationship_id, command.external_id or "")
        if (known := recorded.get(place)) is not None:
            _check_same(command, known)
            return known, False
        row = _row(command, actor, now)
        if command.external_id is not None:
            recorded[place] = row
        if not dry_run:
            tx.add_row(deliveries, **row)
            outbox.add(tx, event_of(DeliveryRecorded, row), now)
        return row, True

    return record


def _recorded(tx: Tx, commands: list[RecordDelivery]) -> Recorded:
    named = {each.external_id for each in commands if each.external_id is not None}
    if not named:
        return {}
    columns = deliveries.c
    held = sa.select(deliveries).where(
        columns.relationship_id.in_({each.relationship_id for each in commands}),
        columns.external_id.in_(named),
        columns.status != RETRACTED,
    )
    return {(row["relationship_id"], row["external_id"]): row for row in tx.run(held).mappings()}


def _check(command: RecordDelivery, around: Surroundings, now: datetime) -> None:
    # What is wrong with the row itself first: a dry run names it also where the relationship is yet to be made.
    check_happened("/delivered_on", command.delivered_on, now)
    check_late_cause(command.late_cause, command.reason)
    around.check(command.relationship_id, command.engagement_id)


def _check_same(command: RecordDelivery, known: Row) -> None:
    if any(known[name] != value for name, value in command.__dict__.items()):
        more = {"id": known["delivery_id"]}
        raise ExternalIdExists(f"{command.external_id} is another delivery of this relationship", more=more)


def _row(command: RecordDelivery, actor: Actor, now: datetime) -> dict[str, Any]:
    row: dict[str, Any] = {
        "delivery_id": new_id(),
        "version": 1,
        **command.__dict__,
        **opened(),
        "current_promised_on": command.promised_on,
        "happens_on": command.delivered_on or command.promised_on,
        "created_by": actor.actor_id,
        "created_at": now,
    }
    if command.delivered_on is not None:
        row["status"] = DELIVERED
    return row
