"""What an interaction leaves behind, on disk in each part, and what the processes of an installation hold in memory."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.bench.figures import Figure
from tests.bench.floors import bare
from tests.bench.kits import Installation, Kit
from tests.bench.logging_interactions import SUMMARY
from tests.bench.meter import resident_mib
from tests.support.load import relationships
from tests.support.processes import wait_until

RELATIONSHIPS = 20
BULK = 1_000
PATIENCE_S = 120


def measure(kit: Kit) -> list[Figure]:
    """Interactions in bulk, each with a summary of 208 letters; sizes with indexes, before and after."""
    count = 5_000 if kit.is_quick else 20_000
    with kit.open("storing") as installation, installation.client() as client:
        relationship_ids = relationships(installation.url, installation.token, RELATIONSHIPS)
        _wait(installation, 0)
        before = _sizes(installation, kit.folder)
        now = datetime.now(UTC)
        for start in range(0, count, BULK):
            items = [
                {
                    "relationship_id": relationship_ids[n % RELATIONSHIPS], "kind": "call", "summary": SUMMARY,
                    "occurred_at": (now - timedelta(minutes=n * 50)).isoformat(), "experience": "meets",
                }
                for n in range(start, start + BULK)
            ]  # fmt: skip
            answer = client.post("interactions/bulk", json={"items": items}).raise_for_status().json()
            assert all(each["status"] == 201 for each in answer["results"]), answer["results"][0]
        _wait(installation, count)
        after = _sizes(installation, kit.folder)
        memory = {part: resident_mib(pid) for part, pid in installation.pids.items()}
    return [
        *(
            Figure(f"{part}, an interaction", "bytes", [(after[part] - before.get(part, 0)) / count])
            for part in sorted(after, key=lambda part: before.get(part, 0) - after[part])
            if after[part] - before.get(part, 0) > count
        ),
        *(Figure(f"memory of {part}", "MiB", [mib]) for part, mib in memory.items()),
    ]


def _wait(installation: Installation, items: int) -> None:
    """Until so many interactions are evidence and every service has announced what it had to."""

    def is_settled() -> bool:
        time.sleep(0.2)
        with bare(installation.databases["scorecards"]) as connection:
            if connection.execute("SELECT count(*) FROM ledger_entry").fetchone()[0] < items:
                return False
        return not any(_waiting(url) for url in installation.databases.values())

    wait_until(is_settled, PATIENCE_S, "all is applied and announced")


def _waiting(url: str) -> int:
    with bare(url) as connection:
        return int(connection.execute("SELECT count(*) FROM outbox").fetchone()[0])


def _sizes(installation: Installation, folder: Path) -> dict[str, int]:
    """Bytes of each table of each service, and of the broker's log."""
    sizes: dict[str, int] = {}
    for service, url in installation.databases.items():
        with bare(url) as connection:
            for table, size in connection.execute(
                "SELECT relname, pg_total_relation_size(oid) FROM pg_class"
                " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            ).fetchall():
                sizes[f"{service}.{table}"] = size
    # Segments are made longer than they are filled: what counts is what is on disk.
    logs = (folder / "kafka").rglob("*entente.*/*.log")
    return sizes | {"Kafka's log": sum(path.stat().st_size for path in logs)}
