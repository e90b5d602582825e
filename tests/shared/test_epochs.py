"""What a consumer makes of an owner's new epoch: it drops what was not announced, once all of the end was received."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from services.accounts.events import ContactRecorded, EpochCompleted
from services.engagements.replicas.tables import contacts
from services.engagements.service import service
from shared.db import outbox
from shared.db.database import Database
from shared.derived.migrations import migrate
from shared.derived.restored import StillInUse, begin_epoch
from shared.events import PARTITIONS, Event
from shared.ids import new_id
from shared.messaging.bus import Record
from shared.messaging.consumer import apply
from shared.messaging.relay import record_of
from tests.conftest import urls

NOW = datetime(2026, 11, 26, tzinfo=UTC)


@pytest.fixture(params=["embedded", "distributed"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = urls(request.param, tmp_path, request)[0].replace("{service}", "engagements")
    database = service.database(url)
    migrate(service, database)
    yield database
    database.close()


def contact(contact_id: str, version: int = 1) -> Event:
    return ContactRecorded(id=contact_id, version=version, account_id=new_id(), function="quality", archived=False)


def ends(partitions: range = range(PARTITIONS)) -> list[Event]:
    return [EpochCompleted(id=str(p), version=1, partition=p) for p in partitions]


def consume(database: Database, epoch: int, *events: Event) -> list[Record]:
    records = [record_of(outbox.row_of(event, epoch, NOW)) for event in events]  # type: ignore[arg-type]
    deliver(database, records)
    return records


def deliver(database: Database, records: list[Record]) -> None:
    apply("engagements", database, service.handlers, records, lambda: NOW, threading.Event())


def known(database: Database) -> dict[str, tuple[int, int]]:
    with database.read() as tx:
        assert tx.run(sa.select(sa.func.count()).select_from(tx.table("dead_letter"))).scalar() == 0
        return {row.contact_id: (row.epoch, row.version) for row in tx.run(sa.select(contacts))}


def test_nothing_is_dropped_before_the_end_was_received_in_every_partition(database: Database) -> None:
    kept, lost = new_id(), new_id()
    consume(database, 1, contact(kept, 4), contact(lost))
    consume(database, 2, *ends(range(PARTITIONS - 1)))
    assert set(known(database)) == {kept, lost}

    consume(database, 2, contact(kept, 3), *ends(range(PARTITIONS - 1, PARTITIONS)))

    assert known(database) == {kept: (2, 3)}


def test_ends_that_come_again_drop_nothing_again(database: Database) -> None:
    records = consume(database, 2, *ends())
    later = new_id()
    consume(database, 2, contact(later))

    deliver(database, records * 2)
    consume(database, 2, *ends())

    assert known(database) == {later: (2, 1)}


def test_an_event_in_the_same_batch_behind_the_end_stays(database: Database) -> None:
    before, behind = new_id(), new_id()
    consume(database, 1, contact(before))

    consume(database, 2, *ends(), contact(behind))

    assert known(database) == {behind: (2, 1)}


def test_a_relay_that_slept_through_the_restore_tells_nothing_any_more(database: Database) -> None:
    kept, lost = new_id(), new_id()
    consume(database, 2, contact(kept), *ends())

    consume(database, 1, contact(lost))

    assert known(database) == {kept: (2, 1)}
    with database.read() as tx:
        assert tx.run(sa.select(tx.table("inbox").c.outcome)).scalars().all().count("ignored") == 1
    consume(database, 3, contact(lost))
    assert set(known(database)) == {kept, lost}


def test_the_later_of_two_restores_drops_records_that_only_the_earlier_one_announced(database: Database) -> None:
    both, first = new_id(), new_id()
    consume(database, 2, contact(both), contact(first), *ends())

    consume(database, 3, contact(both), *ends())

    assert known(database) == {both: (3, 1)}


def test_an_epoch_is_later_than_any_before_though_the_database_does_not_know_them(database: Database) -> None:
    with database.write() as tx:
        first, _ = begin_epoch(tx, service, NOW)
        assert tx.database.epoch(tx) == first
        again, _ = begin_epoch(tx, service, NOW)

    assert first == int(NOW.timestamp())
    assert again == first + 1
    with database.read() as tx:
        rows = tx.run(sa.select(tx.table("outbox").c.partition, tx.table("outbox").c.epoch)).all()
    assert {tuple(row) for row in rows} == {(p, epoch) for p in range(PARTITIONS) for epoch in (first, again)}


def test_a_database_that_others_work_with_begins_no_epoch(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    url = urls("distributed", tmp_path, request)[0].replace("{service}", "engagements")
    working, restoring = service.database(url), service.database(url)
    migrate(service, working)

    with working.read() as busy, restoring.write() as tx:
        busy.run(sa.text("SELECT 1"))
        with pytest.raises(StillInUse, match="1 others are connected to the database of engagements"):
            begin_epoch(tx, service, NOW)

    working.close()
    with restoring.write() as tx:
        begin_epoch(tx, service, NOW)
    restoring.close()
