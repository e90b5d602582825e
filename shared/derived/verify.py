"""Whether a service's database and the bus agree (docs/design/reliability.md, Invariants): 1, 2, 3, 7, 9, 10."""

from collections.abc import Callable, Iterator

import pydantic_core
import sqlalchemy as sa

from shared.db.database import Database, Tx
from shared.events import Event, identity_of, topic_of
from shared.messaging import epochs
from shared.messaging.bus import Bus
from shared.service import Check, Service

MOST_NAMED = 20


def verify(service: Service, database: Database, bus: Bus) -> Iterator[Check]:
    """The generic invariants of one service; each check reads, none writes."""
    with database.read() as tx:
        epoch = database.epoch(tx)
        yield _check(service, "2 every change and its event exist together", _changes_without_event(service, tx))
        yield _check(service, "3 no event waits for the bus", _waiting(tx))
        yield _check(service, "9 one resource per idempotency key", _answers_without_resource(tx))
    # Before the bus is read: what was published since then is no fault.
    archived = _event_ids(database, "outbox_archive")
    published = [identity_of(record.value) for record in bus.read_all([topic_of(service.name)])]
    on_bus = {event_id for event_id, _ in published if event_id is not None}
    of_epoch = {event_id for event_id, of in published if event_id is not None and of == epoch}
    yield _check(service, "1 what the bus tells of is still there", _lost(database, of_epoch))
    yield _check(service, "3 every published event is on the bus", _not_on_the_bus(archived, on_bus))
    yield _check(service, "4 nothing is kept of an epoch that is over", _of_the_past(service, database))
    if service.handlers.topics:
        yield _check(service, "7 every consumed record has an outcome", _without_outcome(service, database, bus))
        lag = bus.lag(service.name, service.handlers.topics)
        yield Check(service.name, "10 nothing is left to consume", 1, [f"{lag} records wait"] if lag else [])


def _check(service: Service, invariant: str, found: Iterator[str | None]) -> Check:
    """``found`` yields one entry per thing looked at: None, or what is wrong with it."""
    looked_at, wrong = 0, []
    for fault in found:
        looked_at += 1
        if fault is not None:
            wrong.append(fault)
    return Check(service.name, invariant, looked_at, wrong)


def _changes_without_event(service: Service, tx: Tx) -> Iterator[str | None]:
    """Every row whose changes are announced has the event of its present version, and every event has its row.

    After a restore that event is one of the present epoch: in it every record was announced anew.
    """
    own = [kind for name, kind in Event.announced.items() if name.startswith(service.name + ".")]
    nouns, messages = {kind.aggregate for kind in own}, {kind.aggregate for kind in own if kind.is_message}
    announced, anew = _announced(tx), _announced(tx, tx.database.epoch(tx))
    for noun in sorted(nouns & set(service.metadata.tables)):
        table = tx.table(noun)
        key = next(iter(table.primary_key.columns))
        rows = {row[0]: row.version for row in tx.run(sa.select(key, table.c.version))}
        for row_id, version in rows.items():
            is_announced = version in (announced if noun in messages else anew).get((noun, row_id), ())
            yield None if is_announced else f"{noun} {row_id} version {version} has no event"
        for of, row_id in announced:
            if of == noun and row_id not in rows:
                yield f"{noun} {row_id} was announced but does not exist"


def _announced(tx: Tx, epoch: int | None = None) -> dict[tuple[str, str], set[int]]:
    """The versions announced per aggregate, waiting or published; in any epoch, or in this one."""
    versions: dict[tuple[str, str], set[int]] = {}
    for name in ("outbox", "outbox_archive"):
        log = tx.table(name)
        of_epoch = () if epoch is None else (log.c.epoch == epoch,)
        for row in tx.run(sa.select(log.c.aggregate, log.c.version).where(*of_epoch)):
            noun, _, row_id = row.aggregate.partition(":")
            versions.setdefault((noun, row_id), set()).add(row.version)
    return versions


def _waiting(tx: Tx) -> Iterator[str | None]:
    for (event_id,) in tx.run(sa.select(tx.table("outbox").c.event_id)):
        yield f"event {event_id} is not published"


def _answers_without_resource(tx: Tx) -> Iterator[str | None]:
    """Every kept 201 answer names a resource that is there or was announced, and no two name the same."""
    keys = tx.table("idempotency_key")
    announced = {row_id for _, row_id in _announced(tx)}
    keys_of = [list(table.primary_key) for table in tx.database.metadata.tables.values()]
    columns = [key for [key, *others] in keys_of if not others and isinstance(key.type, sa.String)]
    named: set[str] = set()
    for row in tx.run(sa.select(keys.c.key, keys.c.body).where(keys.c.status == 201)):
        resource = pydantic_core.from_json(row.body)
        resource_id = resource.get("id") if isinstance(resource, dict) else None
        if resource_id is None:
            continue
        if resource_id in named:
            yield f"key {row.key} was answered with {resource_id}, as another key was"
        yield (
            None
            if resource_id in announced or any(_is_there(tx, column, resource_id) for column in columns)
            else f"key {row.key} was answered with {resource_id}, which does not exist"
        )
        named.add(resource_id)


def _is_there(tx: Tx, key: sa.Column[str], row_id: str) -> bool:
    """For what is not announced, as a token."""
    return tx.run(sa.select(key).where(key == row_id).limit(1)).first() is not None


def _event_ids(database: Database, *tables: str) -> set[str]:
    with database.read() as tx:
        return {id for name in tables for id in tx.run(sa.select(tx.table(name).c.event_id)).scalars()}


def _not_on_the_bus(archived: set[str], on_bus: set[str]) -> Iterator[str | None]:
    for event_id in archived:
        yield None if event_id in on_bus else f"event {event_id} is not on the bus"


def _lost(database: Database, on_bus: set[str]) -> Iterator[str | None]:
    """An event and its change are kept together, so where the event is gone its change is not to be trusted either.

    Of an earlier epoch the bus may tell what the restored database never knew; its readers have dropped it.
    """
    known = _event_ids(database, "outbox", "outbox_archive")  # in the order in which rows move
    for event_id in on_bus:
        yield None if event_id in known else f"event {event_id} is on the bus and its change is lost"


def _of_the_past(service: Service, database: Database) -> Iterator[str | None]:
    """What an owner has not announced anew since its database was restored was lost there."""
    with database.read() as tx:
        present = epochs.present(tx)
        for owner, replicas in service.handlers.replicas.items():
            for table in replicas:
                key = next(iter(table.primary_key))
                for row in tx.run(sa.select(key.label("id"), table.c.epoch)):
                    is_past = row.epoch < present.get(owner, 0)
                    yield f"{table.name} {row.id} is of epoch {row.epoch} of {owner}" if is_past else None


def _without_outcome(service: Service, database: Database, bus: Bus) -> Iterator[str | None]:
    """Applied, duplicate, ignored or dead-lettered: every record before the committed offsets is one of these."""
    committed = bus.committed(service.name, service.handlers.topics)
    with database.read() as tx:
        received = set(tx.run(sa.select(tx.table("inbox").c.event_id)).scalars())
        dead = tx.table("dead_letter")
        parked = {tuple(row) for row in tx.run(sa.select(dead.c.topic, dead.c.partition, dead.c.offset))}
    for record in bus.read_all(service.handlers.topics):
        if record.offset < committed.get((record.topic, record.partition), 0):
            position = (record.topic, record.partition, record.offset)
            is_known = position in parked or identity_of(record.value)[0] in received
            yield None if is_known else f"{record.topic} {record.partition}/{record.offset} has no outcome"


def report(checks: Iterator[Check], write_line: Callable[[str], None]) -> bool:
    """Say each check in a line, with the first of what is wrong; returns whether all hold."""
    holds = True
    for check in checks:
        holds &= not check.wrong
        verdict = "WRONG" if check.wrong else "ok"
        write_line(f"{verdict:5} {check.service}: {check.invariant} ({check.looked_at} looked at)")
        for fault in check.wrong[:MOST_NAMED]:
            write_line(f"      {fault}")
        if len(check.wrong) > MOST_NAMED:
            write_line(f"      and {len(check.wrong) - MOST_NAMED} more")
    return holds
