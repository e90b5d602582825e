"""The relay: carries events from the outbox to the bus, in order, at least once."""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog

from shared.clock import Clock
from shared.db.database import Database
from shared.db.leases import drop_lease, take_lease
from shared.events import CLOUD_EVENT, Received, identity_of
from shared.ids import new_id
from shared.messaging.bus import GATHER_S, Bus, BusAway, Record
from shared.telemetry import tracing
from shared.telemetry.metrics import RELAYED
from shared.telemetry.tracing import Span

log = structlog.get_logger()


BATCH = 500


LEASE = timedelta(seconds=10)


def record_of(row: sa.RowMapping) -> Record:
    """A row of the outbox, or of its archive, as it goes to the bus."""
    partition = -1 if row["partition"] is None else row["partition"]
    headers = (("content-type", CLOUD_EVENT.encode()),)
    return Record(row["topic"], row["key"].encode(), row["payload"].encode(), partition, headers=headers)


def publish_batch(database: Database, bus: Bus, now: datetime, limit: int = BATCH) -> int:
    """Send the oldest unpublished rows and move those the bus has acknowledged to the archive; returns how many.

    What is unpublished is asked for by the rows themselves, never by a watermark on the sequence: a transaction that
    commits late has an early number. After the first failure of an aggregate nothing later of it counts as sent.
    """
    outbox = database.metadata.tables["outbox"]
    with database.read() as tx:
        rows = tx.run(sa.select(outbox).order_by(outbox.c.sequence).limit(limit)).mappings().all()
    if not rows:
        return 0
    spans = [_sending(row) for row in rows] if tracing.is_recording() else []
    outcomes = bus.publish([record_of(row) for row in rows])
    for span, failure in zip(spans, outcomes, strict=False):
        span.end(error=type(failure).__name__ if failure else None)
    failed: set[str] = set()
    sent: list[int] = []
    for row, failure in zip(rows, outcomes, strict=True):
        if failure is not None:
            failed.add(row["aggregate"])
            log.warning("event not acknowledged", event_id=row["event_id"], error=str(failure))
        if row["aggregate"] not in failed:
            sent.append(row["sequence"])
    if sent:
        _archive(database, sent, now)
    RELAYED.labels(service=_owner(rows[0])).inc(len(sent))
    return len(sent)


def _owner(row: sa.RowMapping) -> str:
    return str(row["topic"]).rpartition(".")[2]


def _sending(row: sa.RowMapping) -> Span:
    about = {"messaging__destination__name": row["topic"], "messaging__message__id": row["event_id"]}
    above = Received.model_validate_json(row["payload"]).traceparent
    return tracing.start(_owner(row), f"send {row['topic']}", "producer", above, **about)


def _archive(database: Database, sent: list[int], now: datetime) -> None:
    """Move rows to the archive. Two relays may have sent the same ones; each is moved by whoever still finds it."""
    outbox, archive = database.metadata.tables["outbox"], database.metadata.tables["outbox_archive"]
    names = [*(column.name for column in outbox.c), "published_at"]
    published_at = sa.literal(now, archive.c.published_at.type)
    with database.write() as tx:
        of_them = tx.among(outbox.c.sequence, sent)
        taken = sa.delete(outbox).where(of_them)
        if tx.connection().dialect.name == "postgresql":
            gone = taken.returning(*outbox.c).cte("gone")
            moved = sa.insert(archive).from_select(names, sa.select(*gone.c, published_at))
            tx.connection().execute(moved, execution_options={"stands_alone": True})
        else:
            found = sa.select(*outbox.c, published_at).where(of_them)
            tx.run(sa.insert(archive).from_select(names, found))
            tx.run(taken)


def republish(database: Database, bus: Bus, topic: str, on_progress: Callable[[int, int | None], None]) -> int:
    """Send again what the archive holds and its topic does not, as after the topic was lost; returns how many.

    The relay may run beside it: what is new may stand before what is old, and (epoch, version) orders both. Sent twice,
    an event counts once. Raises `BusAway` where the bus does not take all; run again, it goes on.
    """
    archive, sent = database.metadata.tables["outbox_archive"], 0
    while True:
        # Before the bus is read: what is sent and archived while it is read is not missing.
        with database.read() as tx:
            end = tx.run(sa.select(sa.func.max(archive.c.sequence))).scalar() or 0
        there = {identity_of(record.value)[0] for record in bus.read_all([topic])}
        found, last = 0, 0
        while True:
            of_them = archive.c.sequence.between(last + 1, end)
            chosen = sa.select(archive).where(of_them).order_by(archive.c.sequence).limit(BATCH)
            with database.read() as tx:
                rows = tx.run(chosen).mappings().all()
            if not rows:
                break
            last = rows[-1]["sequence"]
            missing = [row for row in rows if row["event_id"] not in there]
            if failures := [failure for failure in bus.publish(list(map(record_of, missing))) if failure is not None]:
                raise BusAway(f"the event bus does not take events of {topic}: {failures[0]}")
            found += len(missing)
            on_progress(sent + found, None)
        if not found:
            return sent
        sent += found  # and look again: the relay may have moved rows meanwhile that the lost topic had taken


def relay(
    database: Database,
    bus: Bus,
    clock: Clock,
    stopping: threading.Event,
    heartbeat: Callable[[], None],
    poll_s: float = 0.05,
) -> None:
    """Publish until it is stopped; the one holder of the relay lease works, the others wait to take over."""
    wake, holder, lease_until = database.committed.listen(), new_id(), None
    while not stopping.is_set():
        try:
            heartbeat()
            now = clock()
            if lease_until is None or lease_until - now < LEASE / 2:
                lease_until = now + LEASE if take_lease(database, "relay", holder, now, now + LEASE) else None
            if lease_until is None:
                stopping.wait(1)
                continue
            wake.clear()
            sent = publish_batch(database, bus, now)
            if sent == 0:
                wake.wait(poll_s)
            elif sent < BATCH:
                stopping.wait(GATHER_S)
        except Exception as error:
            log.warning("relay waits for database or bus", error=str(error))
            stopping.wait(1)
    # Whoever starts next need not wait for the lease to run out; if the database is away, it will.
    with suppress(Exception):
        drop_lease(database, "relay", holder)
