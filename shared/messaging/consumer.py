"""A service's consumer: duplicate check, effect and dead letter in one transaction, then the offset."""

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime

import sqlalchemy as sa
import structlog
from pydantic import ValidationError

from shared.clock import Clock
from shared.db.bulk import Upsert
from shared.db.database import TRANSIENT, Database, Tx
from shared.events import Received
from shared.messaging import epochs
from shared.messaging.bus import GATHER_S, Bus, Record, Subscription
from shared.messaging.dead_letters import DeadLetterStillBroken, park, record_of, resolve
from shared.messaging.handlers import AnyHandlers
from shared.telemetry import tracing
from shared.telemetry.metrics import CONSUMED, EVENT_AGE

log = structlog.get_logger()

BATCH = 500


def consume(
    service: str,
    database: Database,
    bus: Bus,
    handlers: AnyHandlers,
    clock: Clock,
    stopping: threading.Event,
    heartbeat: Callable[[], None],
) -> None:
    """Apply what the service's topics say until it is stopped; a lost bus or database is waited for."""
    subscription: Subscription | None = None
    while not stopping.is_set():
        try:
            heartbeat()
            if subscription is None:
                subscription = bus.subscribe(service, handlers.topics)
            records = subscription.poll(0.2, BATCH)
            if records:
                apply(service, database, handlers, records, clock, stopping)
                if stopping.is_set():
                    break
                subscription.commit()
                if len(records) < BATCH:
                    stopping.wait(GATHER_S)
        except Exception as error:
            log.warning("consumer begins again", service=service, error=repr(error))
            _close(subscription)
            subscription = None
            stopping.wait(1)
    _close(subscription)


def _close(subscription: Subscription | None) -> None:
    try:
        if subscription is not None:
            subscription.close()
    except Exception as error:
        log.warning("consumer did not close cleanly", error=repr(error))


def apply(
    service: str,
    database: Database,
    handlers: AnyHandlers,
    records: Sequence[Record],
    clock: Clock,
    stopping: threading.Event,
) -> None:
    """Apply a batch in as few transactions as its broken records allow, which are parked.

    Kafka repeats a partition from an uncommitted offset, so a bad record must be parked, not raised.
    """
    while not stopping.is_set():
        try:
            outcomes = _apply_or_park(service, database, handlers, records, clock)
        except TRANSIENT as error:
            log.warning("consumer waits for its database", service=service, error=str(error))
            stopping.wait(1)
            continue
        applied_at = clock()
        for outcome, happened_at in outcomes:
            CONSUMED.labels(service=service, outcome=outcome).inc()
            if outcome == "applied" and happened_at is not None:
                EVENT_AGE.labels(service=service).observe(max(0.0, (applied_at - happened_at).total_seconds()))
        return


Outcome = tuple[str, datetime | None]


def _apply_or_park(
    service: str, database: Database, handlers: AnyHandlers, records: Sequence[Record], clock: Clock
) -> list[Outcome]:
    """In one transaction; where that fails, each half in its own, down to the record that is broken.

    Each record in its own would be a thousand times slower, and whoever reads the bus again meets the same ones again.
    """
    try:
        return _apply_together(service, database, handlers, records, clock())
    except TRANSIENT:
        raise
    except Exception as error:
        if len(records) > 1:
            middle = len(records) // 2
            halves = (records[:middle], records[middle:])
            return [outcome for half in halves for outcome in _apply_or_park(service, database, handlers, half, clock)]
        [record] = records
        event = _envelope(record)
        span = _processing(service, record, event)
        with tracing.inside(span.traceparent), database.write() as tx:
            reason = reason_of(error)
            log.error(
                "record dead-lettered",
                topic=record.topic,
                partition=record.partition,
                offset=record.offset,
                event_id=event and event.id,
                reason=reason,
            )
            park(tx, record, reason, clock())
        span.end(error=type(error).__name__, entente__outcome="dead")
        return [("dead", None)]


def _apply_together(
    service: str, database: Database, handlers: AnyHandlers, records: Sequence[Record], now: datetime
) -> list[Outcome]:
    received = [Received.model_validate_json(record.value) for record in records]
    spans = [_processing(service, record, event) for record, event in zip(records, received, strict=True)]
    with database.write() as tx:
        outcomes = _apply(tx, handlers, received, [span.traceparent for span in spans], now)
    for span, (outcome, _) in zip(spans, outcomes, strict=True):  # what was rolled back is never recorded
        span.end(entente__outcome=outcome)
    return outcomes


def _processing(service: str, record: Record, event: Received | None) -> tracing.Span:
    about: dict[str, tracing.Attribute] = {"messaging__destination__name": record.topic}
    if event is not None:
        about |= {"messaging__message__id": event.id, "cloudevents__event_type": event.type}
    above = event.traceparent if event is not None else None
    return tracing.start(service, f"process {record.topic}", "consumer", above, **about)


def _envelope(record: Record) -> Received | None:
    with suppress(ValidationError):
        return Received.model_validate_json(record.value)
    return None


def _apply(
    tx: Tx, handlers: AnyHandlers, received: Sequence[Received], traceparents: Sequence[str], now: datetime
) -> list[Outcome]:
    fresh = _first_time(tx, received, now)
    completed = epochs.note_ends(tx, [event for event in received if epochs.is_end(event) and event.id in fresh])
    present = epochs.present(tx)
    outcomes: list[Outcome] = []
    ignored: list[str] = []
    causes: dict[str, str] = {}
    pending = handlers.begin_batch()
    for event, traceparent in zip(received, traceparents, strict=True):
        handler = handlers.by_type.get(event.type)
        if event.id not in fresh:
            outcomes.append(("duplicate", None))
            continue
        fresh.discard(event.id)  # the same event twice in one batch
        if epochs.is_end(event):
            outcomes.append(("applied", event.time))
            continue
        with tracing.inside(traceparent):
            is_ignored = (
                handler is None
                or epochs.is_past(event, present)
                or handler.handle(tx, handler.fact(event), now, pending) is False
            )
        if is_ignored:
            ignored.append(event.id)
            outcomes.append(("ignored", None))
        else:
            causes[event.partitionkey] = traceparent
            outcomes.append(("applied", event.time))
    with tracing.caused_by(causes):
        handlers.flush(tx, pending, now)
        for owner, epoch in completed:
            epochs.complete(tx, handlers, owner, epoch, now)
    if ignored:
        inbox = tx.table("inbox")
        tx.run(sa.update(inbox).where(tx.among(inbox.c.event_id, ignored)).values(outcome="ignored"))
    return outcomes


def _first_time(tx: Tx, received: Sequence[Received], now: datetime) -> set[str]:
    """The ids that the inbox did not hold; they are in it from now on, in the effect's transaction."""
    inbox = tx.table("inbox")
    rows = {e.id: {"event_id": e.id, "type": e.type, "outcome": "applied", "received_at": now} for e in received}
    return {row.event_id for row in tx.insert_rows(inbox, list(rows.values()), _the_new)}


def _the_new(insert: Upsert) -> sa.Insert:
    return insert.on_conflict_do_nothing().returning(insert.table.c.event_id)


def reason_of(error: Exception) -> str:
    """Why a record could not be applied, in one line."""
    if isinstance(error, ValidationError):
        return "; ".join(f"{'.'.join(map(str, e['loc'])) or 'record'}: {e['msg']}" for e in error.errors()[:5])
    return f"{type(error).__name__}: {error}"[:1000]


def redrive(tx: Tx, handlers: AnyHandlers, dead_letter_id: str, now: datetime) -> str:
    """Apply a parked record again and resolve it; returns its outcome, or raises `DeadLetterStillBroken`."""
    record = record_of(tx, dead_letter_id)
    try:
        received = Received.model_validate_json(record.value)
        outcome, _ = _apply(tx, handlers, [received], [tracing.here()], now)[0]
    except TRANSIENT:
        raise
    except Exception as error:
        raise DeadLetterStillBroken(reason_of(error)) from error
    resolve(tx, dead_letter_id, "redrive", now)
    return outcome
