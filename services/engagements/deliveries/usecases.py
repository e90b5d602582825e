"""Writes of deliveries: delivered and open promises, their correction and retraction, many at once."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

import sqlalchemy as sa
from pydantic import MISSING

from services.engagements.bulk.schemas import BulkOut
from services.engagements.bulk.usecases import Items, is_same
from services.engagements.deliveries.queries import delivery_out, delivery_records
from services.engagements.deliveries.schemas import (
    CompleteDelivery,
    CorrectDelivery,
    DeliveryOut,
    RecordDeliveries,
    RecordDelivery,
)
from services.engagements.deliveries.tables import DeliveryRow, deliveries
from services.engagements.events import (
    DeliveryCancelled,
    DeliveryCorrected,
    DeliveryLapsed,
    DeliveryRecorded,
    DeliveryRetracted,
    event_of,
)
from services.engagements.promises import usecases as promises
from services.engagements.promises.schemas import CancelPromise
from services.engagements.promises.usecases import OPEN, cancelled, check_late_cause, happens_on, opened
from services.engagements.references import (
    ExternalIdExists,
    References,
    WrongState,
    check_happened,
    check_near,
    find_references,
)
from services.engagements.values import Retract
from services.engagements.vocabulary import DeliveryStatus
from shared.auth import Actor
from shared.db.database import Database, Tx
from shared.db.records import add, change_and_announce, every, lock, select, with_values
from shared.events import Event
from shared.ids import new_id

DELIVERED, RETRACTED = DeliveryStatus.DELIVERED.value, DeliveryStatus.RETRACTED.value
_ANNOUNCED_AS: dict[str, type[Event]] = {
    DeliveryStatus.OPEN: DeliveryRecorded,
    DeliveryStatus.DELIVERED: DeliveryRecorded,
    DeliveryStatus.LAPSED: DeliveryLapsed,
    DeliveryStatus.CANCELLED: DeliveryCancelled,
    DeliveryStatus.RETRACTED: DeliveryRetracted,
}
# Of a delivery the newest event alone says how it stands, so a correction of a lapsed one is announced as lapsed.
_CORRECTED_AS = _ANNOUNCED_AS | {
    DeliveryStatus.OPEN: DeliveryCorrected,
    DeliveryStatus.DELIVERED: DeliveryCorrected,
}

ExternalKey = tuple[str, str | None]
"""Relationship and external id: what is unique about a record from elsewhere."""


def record_delivery(tx: Tx, command: RecordDelivery, actor: Actor, now: datetime) -> tuple[DeliveryOut, bool]:
    """The delivery, and whether it is new: a record from elsewhere is recorded once."""
    row, is_new = _recorder(tx, [command], actor, now)(command)
    return delivery_out(row), is_new


def record_deliveries(tx: Tx, command: RecordDeliveries, actor: Actor, now: datetime) -> BulkOut:
    items = Items(RecordDelivery, command.items)
    record = _recorder(tx, items.commands, actor, now, dry_run=command.dry_run)

    def outcome(each: RecordDelivery) -> tuple[str, bool]:
        row, is_new = record(each)
        return row["delivery_id"], is_new

    return items.record(outcome)


def correct_delivery(
    tx: Tx, delivery_id: str, command: CorrectDelivery, version: int, actor: Actor, now: datetime
) -> DeliveryOut:
    row = _lock(tx, delivery_id, actor, version)
    present = command.model_dump()
    is_confirmed = present.pop("confirm_future", False)
    if command.engagement_id is not MISSING:
        references = find_references(tx, actor, [row["relationship_id"]], [command.engagement_id])
        references.check_engagement("/engagement_id", row["relationship_id"], command.engagement_id)
    if command.delivered_on is not MISSING:
        check_happened("/delivered_on", command.delivered_on, now)
        if command.delivered_on is not None:
            present |= opened() | {"status": DELIVERED}
        elif row["status"] == DELIVERED:
            present |= opened()
    corrected = with_values(row, present)
    now_promised_on, delivered_on = corrected["current_promised_on"], corrected["delivered_on"]
    days = {
        "/current_promised_on": now_promised_on if now_promised_on != row["current_promised_on"] else None,
        "/delivered_on": delivered_on if delivered_on != row["delivered_on"] else None,
    }
    check_near(days, is_confirmed, now)
    check_late_cause(corrected["late_cause"], corrected["reason"])
    present["happens_on"] = happens_on(corrected, corrected["delivered_on"])
    return _changed(tx, row, present, _CORRECTED_AS[corrected["status"]], now)


def complete_delivery(tx: Tx, delivery_id: str, command: CompleteDelivery, actor: Actor, now: datetime) -> DeliveryOut:
    """Handed over, also where it had lapsed or was called off."""
    row = _lock(tx, delivery_id, actor)
    if row["status"] == DELIVERED:
        raise WrongState("it is delivered; correct it to say otherwise")
    check_happened("/delivered_on", command.delivered_on, now)
    check_near({"/delivered_on": command.delivered_on}, command.confirm_future, now)
    check_late_cause(command.late_cause, command.reason)
    values = (
        opened()
        | command.model_dump(exclude={"confirm_future"})
        | {"status": DELIVERED, "happens_on": command.delivered_on}
    )
    return _changed(tx, row, values, DeliveryRecorded, now)


def cancel_delivery(tx: Tx, delivery_id: str, command: CancelPromise, actor: Actor, now: datetime) -> DeliveryOut:
    row = _lock(tx, delivery_id, actor)
    return _changed(tx, row, cancelled(row, command, now), DeliveryCancelled, now)


def retract_delivery(tx: Tx, delivery_id: str, command: Retract, actor: Actor, now: datetime) -> DeliveryOut:
    """A retracted delivery counts no more and frees its external id; the record stays, with the reason."""
    row = _lock(tx, delivery_id, actor)
    return _changed(tx, row, {"status": RETRACTED, "reason": command.reason}, DeliveryRetracted, now)


def lapse_deliveries(database: Database, now: datetime) -> int:
    return promises.lapse(database, delivery_records, DeliveryLapsed, now)


def current_events(tx: Tx) -> Iterator[Event]:
    """An event of every delivery as it stands."""
    for row in every(tx, delivery_records):
        yield event_of(_ANNOUNCED_AS[row["status"]], row)


def _lock(tx: Tx, delivery_id: str, actor: Actor, version: int | None = None) -> DeliveryRow:
    row = lock(tx, delivery_records, delivery_id, actor, version=version)
    if row["status"] == RETRACTED:
        raise WrongState("it was retracted")
    return row


def _changed(tx: Tx, row: DeliveryRow, values: Mapping[str, object], kind: type[Event], now: datetime) -> DeliveryOut:
    changed = change_and_announce(tx, delivery_records, row, values, lambda new: event_of(kind, new), now)
    return delivery_out(changed)


def _recorder(
    tx: Tx, commands: list[RecordDelivery], actor: Actor, now: datetime, *, dry_run: bool = False
) -> Callable[[RecordDelivery], tuple[DeliveryRow, bool]]:
    """Records one command after another; what all of them refer to is read once, here."""
    references = find_references(
        tx, actor, {each.relationship_id for each in commands}, {each.engagement_id for each in commands}
    )
    recorded = _recorded(tx, commands)

    def record(command: RecordDelivery) -> tuple[DeliveryRow, bool]:
        _check(command, references, now)
        key = (command.relationship_id, command.external_id)
        if command.external_id is not None and (known := recorded.get(key)) is not None:
            _check_same(command, known)
            return known, False
        row = _new(command, actor, now)
        if command.external_id is not None:
            recorded[key] = row
        if not dry_run:
            add(tx, delivery_records, row, event_of(DeliveryRecorded, row), now)
        return row, True

    return record


def _recorded(tx: Tx, commands: list[RecordDelivery]) -> dict[ExternalKey, DeliveryRow]:
    """The deliveries that have the external ids of a request."""
    named = {each.external_id for each in commands if each.external_id is not None}
    if not named:
        return {}
    columns = deliveries.c
    of = sa.select(deliveries).where(
        columns.relationship_id.in_({each.relationship_id for each in commands}),
        columns.external_id.in_(named),
        columns.status != RETRACTED,
    )
    return {(row["relationship_id"], row["external_id"]): row for row in select(tx, delivery_records, of)}


def _check(command: RecordDelivery, references: References, now: datetime) -> None:
    # What is wrong with the item itself comes first: a dry run says it also where the relationship is yet to be made.
    check_happened("/delivered_on", command.delivered_on, now)
    days = {"/promised_on": command.promised_on, "/delivered_on": command.delivered_on}
    check_near(days, command.confirm_future, now)
    check_late_cause(command.late_cause, command.reason)
    references.check(command.relationship_id, command.engagement_id)


def _check_same(command: RecordDelivery, known: DeliveryRow) -> None:
    if not is_same(known, command):
        more = {"id": known["delivery_id"]}
        raise ExternalIdExists(f"{command.external_id} is another delivery of this relationship", more=more)


def _new(command: RecordDelivery, actor: Actor, now: datetime) -> DeliveryRow:
    return {
        "delivery_id": new_id(),
        "version": 1,
        "relationship_id": command.relationship_id,
        "engagement_id": command.engagement_id,
        "external_id": command.external_id,
        "name": command.name,
        "status": OPEN if command.delivered_on is None else DELIVERED,
        "promised_on": command.promised_on,
        "current_promised_on": command.promised_on,
        "delivered_on": command.delivered_on,
        "accepted": command.accepted,
        "quantity": command.quantity,
        "unit": command.unit,
        "weight": command.weight,
        "late_cause": command.late_cause,
        "cancelled_on": None,
        "cancelled_by": None,
        "lapsed_on": None,
        "reason": command.reason,
        "happens_on": command.delivered_on or command.promised_on,
        "created_by": actor.actor_id,
        "created_at": now,
    }
