"""`entente review run` over 20,000 relationships, both sides: the whole process, and the opening in it."""

import json
import random
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa

from services.scorecards.replicas.tables import Account, Relationship
from services.scorecards.review_cycles.tables import ReviewCycle
from services.scorecards.scorecards.tables import Scorecard
from services.scorecards.service import service as scorecards
from shared.auth import Actor
from shared.ids import new_id
from tests.bench.figures import Figure
from tests.bench.floors import bare
from tests.bench.kits import Kit, run
from tests.bench.meter import Meter
from tests.bench.seeding import REGIONS, SIZES, service_tables
from tests.support.distributed import ENTENTE

RELATIONSHIPS = 20_000
MOST_S = 10
QUARTER_ENDS = ("2026-09-30", "2026-06-30", "2026-03-31")
FULL = "019aa000-0000-7000-8000-000000000001"
REPLICA = {"epoch": 1, "version": 1, "is_archived": False}


def measure(kit: Kit) -> list[Figure]:
    url, environment = kit.database("opening")
    service_tables(url)
    count = RELATIONSHIPS // 10 if kit.is_quick else RELATIONSHIPS
    _fill(url, count)
    whole, opening, again = [], [], []
    server = {} if kit.postgres_pid is None else {"database": kit.postgres_pid}
    with Meter(server) as meter:
        for day in QUARTER_ENDS[: kit.repeats]:
            command = [*ENTENTE, "review", "run", "--as-of", day, "--json"]
            started = time.perf_counter()
            [summary] = json.loads(run(command, environment, kit.folder))
            whole.append(time.perf_counter() - started)
            assert (summary["created"], summary["failed"]) == (2 * count, 0)
            opening.append(_took(summary))
            [summary] = json.loads(run(command, environment, kit.folder))
            assert (summary["created"], summary["existing"]) == (0, 2 * count)
            again.append(_took(summary))
    most = None if kit.is_quick else MOST_S
    name = f"{2 * count:,} cards of {count:,} relationships"
    return [
        Figure(f"{name}, opening", "s", opening, most=most),
        Figure(f"{name}, whole command", "s", whole),
        Figure(f"{name}, again, all there", "s", again),
        *([Figure("CPU of the database for both", "s", [meter.of("database") / kit.repeats])] if server else []),
        Figure("the same cards by COPY (SQLite: executemany)", "s", [_copied(kit, url, n) for n in range(kit.repeats)],
               is_floor=True),
    ]  # fmt: skip


def _took(summary: dict[str, Any]) -> float:
    return (
        datetime.fromisoformat(summary["finished_at"]) - datetime.fromisoformat(summary["started_at"])
    ).total_seconds()


def _fill(url: str, count: int) -> None:
    """Replicas as they stand when everything was applied, and one cycle over all of them."""
    from services.scorecards.review_cycles.schemas import CreateReviewCycle
    from services.scorecards.review_cycles.usecases import create_review_cycle

    chance = random.Random(7)
    ids = [(new_id(), new_id(), new_id()) for _ in range(count)]
    tables = {
        Account.__table__: [
            {"account_id": each[at], "name": kind, "kind": kind, "size": chance.choice(SIZES),
             "region": chance.choice(REGIONS), "tags": [], **REPLICA}
            for each in ids for at, kind in ((1, "sponsor"), (2, "provider"))
        ],
        Relationship.__table__: [
            {"relationship_id": a, "sponsor_id": b, "provider_id": c, "owner_id": a, "is_restricted": False,
             "started_on": date(2020, 1, 1), **REPLICA}
            for a, b, c in ids
        ],
    }  # fmt: skip
    command = CreateReviewCycle(name="All", time_zone="UTC", template_id=FULL, sides="both")  # type: ignore[arg-type]
    database = scorecards.database(url, pool_size=2)
    with database.write() as tx:
        for table, rows in tables.items():
            tx.run(sa.insert(table), rows)
        create_review_cycle(tx, command, Actor(new_id(), "Bench", "admin", "sponsor", "person"), datetime.now(UTC))
    database.close()
    if not url.startswith("sqlite"):
        with bare(url) as connection:
            connection.execute("ANALYZE")


def _copied(kit: Kit, url: str, repeat: int) -> float:
    """Seconds to write the cards of one quarter into an empty table of the same shape, in one transaction."""
    floor, _ = kit.database(f"opening_floor_{repeat}")
    service_tables(floor)
    columns = [column.name for column in Scorecard.__table__.columns]
    cycle = [column.name for column in ReviewCycle.__table__.columns]
    with bare(url) as source, bare(floor) as target:
        quarter = f"SELECT {', '.join(columns)} FROM scorecard WHERE period_ends_on = '{QUARTER_ENDS[0]}'"
        rows = source.execute(quarter).fetchall()
        target.copy("review_cycle", cycle, _jsons(source.execute(f"SELECT {', '.join(cycle)} FROM review_cycle")))
        started = time.perf_counter()
        with target.transaction():
            target.copy("scorecard", columns, iter(rows))
        return time.perf_counter() - started


def _jsons(rows: Sequence[Any]) -> Iterator[list[Any]]:
    for row in rows:
        yield [json.dumps(value) if isinstance(value, dict | list) else value for value in row]
