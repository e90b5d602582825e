"""Portfolios of any size, made fast: standing facts come over the bus, as accounts would announce them, evidence
straight into the ledger, as it stands when all its events have been applied."""

import random
import sqlite3
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg

from services.accounts.events import AccountRecorded, RelationshipRecorded
from services.scorecards.ledger.tables import LedgerEntry
from services.scorecards.service import service as scorecards
from shared.events import Event, to_wire
from shared.ids import new_id
from shared.messaging.bus import Bus, Record
from tests.bench.floors import bare

BATCH = 2_000
REGIONS = ("europe", "north_america", "asia_pacific")
SIZES = ("small", "mid", "large")
COLUMNS = [column.name for column in LedgerEntry.__table__.columns]


def announce_relationships(bus: Bus, count: int, seed: int = 7) -> list[str]:
    """Publish one sponsor, so many providers and their relationships; the relationships' ids."""
    chance = random.Random(seed)
    sponsor_id, owner_id = new_id(), new_id()
    events: list[Event] = [_account(sponsor_id, "Sponsor", "sponsor", chance)]
    relationship_ids = []
    for n in range(count):
        provider_id, relationship_id = new_id(), new_id()
        relationship_ids.append(relationship_id)
        events.append(_account(provider_id, f"Provider {chance.randrange(10**6):06} {n}", "provider", chance))
        events.append(
            RelationshipRecorded(
                id=relationship_id, version=1, sponsor_id=sponsor_id, provider_id=provider_id, owner_id=owner_id,
                team=[owner_id], visibility="open", started_on=date(2020, 1, 1), review_cadence=None, archived=False,
            )
        )  # fmt: skip
    now = datetime.now(UTC)
    for start in range(0, len(events), BATCH):
        records = [
            Record(event.topic, event.key.encode(), to_wire(event, new_id(), 1, now).encode())
            for event in events[start : start + BATCH]
        ]
        failed = [outcome for outcome in bus.publish(records) if outcome is not None]
        if failed:
            raise RuntimeError(f"the bus refused {len(failed)} events: {failed[0]!r}")
    return relationship_ids


def _account(account_id: str, name: str, kind: str, chance: random.Random) -> AccountRecorded:
    return AccountRecorded(
        id=account_id, version=1, name=name, kind=kind, size=chance.choice(SIZES), region=chance.choice(REGIONS),
        parent_id=None, tags=[], capabilities=[], archived=False,
    )  # fmt: skip


def fill_ledger(url: str, relationship_ids: Sequence[str], items: int, seed: int = 7) -> float:
    """Give each relationship so many deliveries over the last four years; returns rows per second."""
    started = time.perf_counter()
    with bare(url) as connection, connection.transaction():
        connection.copy("ledger_entry", COLUMNS, _entries(relationship_ids, items, seed))
    if not url.startswith("sqlite"):
        with bare(url) as connection:
            connection.execute("ANALYZE ledger_entry")
    return len(relationship_ids) * items / (time.perf_counter() - started)


def _entries(relationship_ids: Sequence[str], items: int, seed: int) -> Iterator[list[Any]]:
    chance = random.Random(seed)
    today = datetime.now(UTC).date()
    epoch = date(1970, 1, 1)
    for relationship_id in relationship_ids:
        reliability = chance.uniform(0.5, 1.0)
        for _ in range(items):
            done_on = today - timedelta(days=chance.randrange(1460))
            entry = dict.fromkeys(COLUMNS) | {
                "source_kind": "delivery", "source_id": new_id(), "relationship_id": relationship_id, "epoch": 1,
                "version": 1, "event_id": new_id(), "is_retracted": False, "evidence_kind": "delivery",
                "on_day": (done_on - epoch).days, "y_micro": 1_000_000 * (chance.random() < reliability),
                "w_micro": 1_000_000, "status": "delivered", "promised_on": done_on.isoformat(),
                "done_on": done_on.isoformat(), "is_accepted": True,
            }  # fmt: skip
            yield list(entry.values())


def counted(url: str, query: str) -> int:
    """What a counting query says; 0 where its table does not exist yet."""
    try:
        with bare(url) as connection:
            return int(connection.execute(query).fetchone()[0])
    except (sqlite3.OperationalError, psycopg.errors.UndefinedTable):
        return 0


def service_tables(url: str) -> None:
    """Bring an empty database to the shape of the scorecards service."""
    from shared.derived.migrations import migrate

    database = scorecards.database(url, pool_size=2)
    migrate(scorecards, database)
    database.close()
