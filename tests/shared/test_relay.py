"""The relay: what is stored beside a change reaches the bus, in order per aggregate, and only then is archived."""

import threading
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from services.accounts.events import ContactErased
from services.accounts.service import service
from shared.clock import system_clock
from shared.db import outbox
from shared.db.database import Database
from shared.db.leases import take_lease
from shared.derived.migrations import migrate
from shared.ids import new_id
from shared.messaging import relay
from shared.messaging.bus import Bus, Record
from shared.messaging.embedded_log import EmbeddedLog


class FaultyBus(EmbeddedLog):
    """The embedded log on a day on which it loses the records of some keys."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.refused: set[bytes] = set()

    def publish(self, records: Sequence[Record]) -> list[Exception | None]:
        kept = [record for record in records if record.key not in self.refused]
        super().publish(kept)
        return [OSError("lost") if record.key in self.refused else None for record in records]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = service.database(f"sqlite:///{tmp_path}/accounts.sqlite")
    migrate(service, database)
    yield database
    database.close()


@pytest.fixture
def bus(tmp_path: Path) -> FaultyBus:
    return FaultyBus(tmp_path / "events.sqlite")


def announce(database: Database, contact_id: str, version: int, account_id: str) -> None:
    with database.write() as tx:
        event = ContactErased(id=contact_id, version=version, account_id=account_id)
        outbox.add(tx, event, system_clock())


def waiting(database: Database) -> int:
    with database.read() as tx:
        return outbox.pending(tx, system_clock())[0]


def published(bus: Bus) -> list[bytes]:
    return [record.key for record in bus.read_all(["entente.accounts"])]


def test_what_the_bus_did_not_acknowledge_stays_and_nothing_later_of_it_is_marked(
    database: Database, bus: FaultyBus
) -> None:
    lost, other = new_id(), new_id()
    announce(database, lost, 1, "lost")
    announce(database, other, 1, "other")
    announce(database, lost, 2, "found")
    bus.refused = {b"lost"}

    sent = relay.publish_batch(database, bus, system_clock())

    assert sent == 1
    assert waiting(database) == 2

    bus.refused = set()
    assert relay.publish_batch(database, bus, system_clock()) == 2
    assert waiting(database) == 0


def test_a_rolled_back_change_announces_nothing(database: Database, bus: FaultyBus) -> None:
    def change_and_fail() -> None:
        with database.write() as tx:
            outbox.add(tx, ContactErased(id=new_id(), version=1, account_id="a"), system_clock())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change_and_fail()

    assert relay.publish_batch(database, bus, system_clock()) == 0


def test_a_transaction_that_commits_late_with_an_early_number_is_still_sent(database: Database, bus: FaultyBus) -> None:
    announce(database, new_id(), 1, "late")
    announce(database, new_id(), 1, "early")
    table = database.metadata.tables["outbox"]
    with database.write() as tx:
        row = dict(tx.run(sa.select(table).where(table.c.key == "late")).mappings().one())
        tx.run(sa.delete(table).where(table.c.key == "late"))
    relay.publish_batch(database, bus, system_clock())
    with database.write() as tx:
        tx.run(sa.insert(table).values(row))

    relay.publish_batch(database, bus, system_clock())

    assert sorted(published(bus)) == [b"early", b"late"]


def test_two_events_of_one_version_cannot_both_be_stored(database: Database) -> None:
    contact_id = new_id()
    announce(database, contact_id, 1, "a")

    with pytest.raises(sa.exc.IntegrityError):
        announce(database, contact_id, 1, "a")


def test_published_rows_are_kept_in_the_archive(database: Database, bus: FaultyBus) -> None:
    announce(database, new_id(), 1, "a")

    relay.publish_batch(database, bus, system_clock())

    archive = database.metadata.tables["outbox_archive"]
    with database.read() as tx:
        assert tx.run(sa.select(sa.func.count()).select_from(archive)).scalar() == 1


def test_a_second_relay_waits_while_the_first_holds_the_lease(database: Database) -> None:
    now = system_clock()

    assert take_lease(database, "relay", "one", now, now + timedelta(seconds=10))
    assert not take_lease(database, "relay", "two", now, now + timedelta(seconds=10))
    later = now + timedelta(seconds=11)
    assert take_lease(database, "relay", "two", later, later + timedelta(seconds=10))


def test_a_lease_taken_before_the_clock_was_put_back_holds_nobody_up(database: Database) -> None:
    now = system_clock()
    ahead = now + timedelta(days=1)
    assert take_lease(database, "relay", "one", ahead, ahead + timedelta(seconds=10))
    assert take_lease(database, "relay", "two", now, now + timedelta(seconds=10))


def held(database: Database) -> list[str]:
    with database.read() as tx:
        return list(tx.run(sa.select(tx.table("lease").c.name)).scalars())


def test_a_relay_that_ends_lets_the_next_one_begin_at_once(database: Database, bus: FaultyBus) -> None:
    stopping = threading.Event()
    first = threading.Thread(target=relay.relay, args=(database, bus, system_clock, stopping, lambda: None))
    first.start()
    deadline = time.monotonic() + 30
    while not held(database) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert held(database) == ["relay"]
    stopping.set()
    first.join()

    now = system_clock()
    assert take_lease(database, "relay", new_id(), now, now + timedelta(seconds=10))
