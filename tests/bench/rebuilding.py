"""`entente rebuild-scores`, the whole process, from 10,000 to 1,000,000 items: how it grows."""

import time
from datetime import UTC, datetime, timedelta

from services.scorecards.service import service as scorecards
from services.scorecards.tiers.usecases import review_scores
from shared.ids import new_id
from tests.bench.figures import Figure
from tests.bench.floors import bare
from tests.bench.kits import Kit, run
from tests.bench.meter import Meter
from tests.bench.seeding import fill_ledger, service_tables
from tests.support.distributed import ENTENTE

ITEMS_EACH = 100
LEAST_ITEMS_PER_S = 200_000


def measure(kit: Kit) -> list[Figure]:
    sizes = (10_000, 100_000) if kit.is_quick else (10_000, 100_000, 1_000_000)
    found: list[Figure] = []
    spans: dict[int, list[float]] = {}
    for size in sizes:
        url, environment = kit.database(f"rebuilding_{size}")
        service_tables(url)
        copied = fill_ledger(url, [new_id() for _ in range(size // ITEMS_EACH)], ITEMS_EACH)
        command = [*ENTENTE, "rebuild-scores"]

        def rebuild(environment: dict[str, str] = environment, command: list[str] = command) -> float:
            started = time.perf_counter()
            run(command, environment, kit.folder)
            return time.perf_counter() - started

        first = rebuild()
        server = {} if kit.postgres_pid is None else {"database": kit.postgres_pid}
        with Meter(server) as meter:
            spans[size] = [rebuild() for _ in range(kit.repeats)]
        is_largest = size == sizes[-1]
        found += [
            Figure(f"{size:,} items", "s", spans[size]),
            Figure(
                f"{size:,} items", "items/s", [size / span for span in spans[size]],
                least=LEAST_ITEMS_PER_S if is_largest else None,
            ),
            Figure(f"{size:,} items where no score stood before", "s", [first]),
        ]  # fmt: skip
        if is_largest:
            found.append(Figure(f"{size:,} items, the daily review", "s", _review(url, kit.repeats)))
            if server:
                found.append(Figure("CPU of the database, largest", "s", [meter.of("database") / kit.repeats]))
            found += [
                Figure("the ledger by COPY (SQLite: executemany)", "items/s", [copied], is_floor=True),
                Figure(
                    "a bare read of all evidence",
                    "items/s",
                    [_read(url, size) for _ in range(kit.repeats)],
                    is_floor=True,
                ),
            ]
    smaller, larger = sizes[-2:]
    steps = zip(sorted(spans[smaller]), sorted(spans[larger]), strict=True)
    found.append(
        Figure(
            f"each further item, {smaller:,} to {larger:,}", "us",
            [(more - less) / (larger - smaller) * 1e6 for less, more in steps],
        )
    )  # fmt: skip
    return found


def _review(url: str, repeats: int) -> list[float]:
    """Seconds of the schedule's daily review, a day later each time: every row of the portfolio is written."""
    database, spans = scorecards.database(url, pool_size=2), []
    try:
        for repeat in range(repeats):
            started = time.perf_counter()
            review_scores(database, datetime.now(UTC) + timedelta(days=1 + repeat))
            spans.append(time.perf_counter() - started)
    finally:
        database.close()
    return spans


def _read(url: str, size: int) -> float:
    """Items a second of reading what a score is made of, in the order of the relationships, by the plain driver."""
    columns = "relationship_id, evidence_kind, on_day, y_micro, w_micro, source_kind, source_id"
    query = f"SELECT {columns} FROM ledger_entry ORDER BY relationship_id"
    with bare(url) as connection:
        started = time.perf_counter()
        rows = connection.execute(query).fetchall()
        span = time.perf_counter() - started
    assert len(rows) == size
    return size / span
