"""A record that cannot be applied is parked, and costs those beside it little."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from services.engagements.service import service
from shared.clock import system_clock
from shared.db.database import Database, Tx
from shared.derived.migrations import migrate
from shared.ids import new_id
from shared.messaging.bus import Record
from shared.messaging.consumer import apply

COUNT, BROKEN = 512, (17, 400)


class CountingDatabase(Database):
    transactions = 0

    @contextmanager
    def write(self) -> Iterator[Tx]:
        self.transactions += 1
        with super().write() as tx:
            yield tx


@pytest.fixture
def database(tmp_path: Path) -> Iterator[CountingDatabase]:
    database = CountingDatabase(f"sqlite:///{tmp_path}/engagements.sqlite", service.metadata)
    migrate(service, database)
    database.transactions = 0
    yield database
    database.close()


def records() -> list[Record]:
    """Events of which this service takes no notice, and among them some that are none."""
    envelope: dict[str, Any] = {"specversion": "1.0", "source": "/accounts", "type": "accounts.something_new.v1"}
    envelope |= {"time": "2026-11-26T12:00:00Z", "data": {}}
    return [
        Record("entente.accounts", b"", b"" if n in BROKEN else json.dumps(envelope | {"id": new_id()}).encode(), 0, n)
        for n in range(COUNT)
    ]


def rows(database: Database, statement: str) -> list[Any]:
    with database.read() as tx:
        return list(tx.run(sa.text(statement)).all())


def test_only_the_broken_records_of_a_batch_are_parked(database: CountingDatabase) -> None:
    apply("engagements", database, service.handlers, records(), system_clock, threading.Event())

    assert sorted(row[0] for row in rows(database, 'SELECT "offset" FROM dead_letter')) == list(BROKEN)
    assert rows(database, "SELECT outcome, count(*) FROM inbox GROUP BY outcome") == [("ignored", COUNT - len(BROKEN))]


def test_a_broken_record_costs_a_few_transactions_not_one_for_each_beside_it(database: CountingDatabase) -> None:
    apply("engagements", database, service.handlers, records(), system_clock, threading.Event())

    halvings = COUNT.bit_length() - 1
    assert database.transactions <= len(BROKEN) * (2 * halvings + 1) + 1
