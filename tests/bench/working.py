"""One, two and three `entente work scorecards` on one topic, beside what one bare consumer reads of it."""

import time
from collections.abc import Sequence
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta

from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
from kafka.errors import CoordinatorNotAvailableError

from services.scorecards.service import service as scorecards
from shared.derived.topics import topics
from shared.events import PARTITIONS, topic_of
from shared.messaging.adapters import open_bus
from shared.messaging.bus import Bus, Record
from tests.bench.figures import Figure
from tests.bench.floors import bare
from tests.bench.kits import Distributed, Kit
from tests.bench.meter import Meter
from tests.bench.seeding import announce_relationships, counted, service_tables
from tests.scorecards.feeding import delivery
from tests.support.distributed import ENTENTE
from tests.support.processes import Process, wait_until

WORKERS = (1, 2, 3)
RELATIONSHIPS = 500
BATCH = 2_000
PATIENCE_S = 120
PREFIX, TOPIC = "working", topic_of("engagements")
TABLES = ("ledger_entry", "inbox", "outbox_archive")


def measure(kit: Kit) -> list[Figure]:
    """The workers are held while the events come in, then let go: what is timed is applying, to the last commit."""
    assert isinstance(kit, Distributed)
    events = 10_000 if kit.is_quick else 30_000
    url, environment = kit.database("working")
    service_tables(url)
    environment |= {"ENTENTE_BUS_URL": f"kafka://{kit.broker.bootstrap_servers}/{PREFIX}"}
    rates: dict[int, list[float]] = {count: [] for count in WORKERS}
    cpu: dict[str, list[float]] = {}
    with ExitStack() as exits:
        bus = open_bus(environment["ENTENTE_BUS_URL"])
        exits.callback(bus.close)
        bus.ensure_topics(topics([scorecards]))
        processes: list[Process] = []
        for count in WORKERS:
            log = kit.folder / f"work-{count}.log"
            processes.append(Process([*ENTENTE, "work", "scorecards"], log, environment=environment))
            exits.callback(processes[-1].stop)
            _wait_until_shared(kit, processes)
            parts = {f"worker {n}": process.pid for n, process in enumerate(processes)} | kit._broker_pid()
            for repeat in range(kit.repeats):
                relationship_ids = announce_relationships(bus, RELATIONSHIPS, seed=repeat * 10 + count)
                _wait_until_applied(bus, processes)
                for process in processes:
                    process.freeze()
                _publish(bus, relationship_ids, events)
                with Meter(parts, kit.postgres_pid) as meter:
                    started = time.perf_counter()
                    for process in processes:
                        process.thaw()
                    _wait_until_applied(bus, processes)
                    rates[count].append(events / (time.perf_counter() - started))
                for part in ("worker", "database", "broker"):
                    spent = sum(seconds for name, seconds in meter.seconds.items() if name.startswith(part))
                    cpu.setdefault(f"{count} at work, CPU of {part}", []).append(spent / events * 1000)
                wait_until(lambda: counted(url, "SELECT count(*) FROM outbox") == 0, PATIENCE_S, "all is announced")
    floor = [_read(kit, events) for _ in range(kit.repeats)]
    applied = counted(url, "SELECT count(*) FROM ledger_entry")
    assert applied == events * len(WORKERS) * kit.repeats, f"{applied} entries"
    return [
        *(Figure(f"{count} at work, events applied", "1/s", rates[count]) for count in WORKERS),
        *(Figure(name, "ms/event", values) for name, values in cpu.items()),
        *(Figure(f"{table}, with its indexes", "bytes/event", [_size(url, table) / applied]) for table in TABLES),
        Figure(
            "portfolio_row, with its indexes", "bytes/relationship",
            [_size(url, "portfolio_row") / counted(url, "SELECT count(*) FROM portfolio_row")],
        ),
        Figure("one bare kafka-python consumer, records read", "1/s", floor, is_floor=True),
    ]  # fmt: skip


def _wait_until_shared(kit: Distributed, processes: Sequence[Process]) -> None:
    """Until each of the processes has its part of the partitions."""
    name = f"{PREFIX}.scorecards"
    with closing(KafkaAdminClient(bootstrap_servers=kit.broker.bootstrap_servers)) as admin:

        def is_shared() -> bool:
            try:
                group = admin.describe_groups([name])[name]
            except CoordinatorNotAvailableError:
                return False  # nobody has asked for one yet
            return group["group_state"] == "Stable" and len(group["members"]) == len(processes)

        wait_until(is_shared, PATIENCE_S, f"{len(processes)} workers share the partitions", processes[-1])


def _publish(bus: Bus, relationship_ids: Sequence[str], count: int) -> None:
    today = datetime.now(UTC).date()
    for start in range(0, count, BATCH):
        records: list[Record] = []
        for n in range(start, min(start + BATCH, count)):
            day = today - timedelta(days=n % 1400)
            records.append(delivery(relationship_ids[n % len(relationship_ids)], day, day))
        failed = [outcome for outcome in bus.publish(records) if outcome is not None]
        if failed:
            raise RuntimeError(f"the bus refused {len(failed)} events: {failed[0]!r}")


def _wait_until_applied(bus: Bus, processes: Sequence[Process]) -> None:
    def is_applied() -> bool:
        time.sleep(0.1)  # to ask costs the broker, whom the workers ask too
        return bus.lag("scorecards", scorecards.handlers.topics) == 0

    wait_until(is_applied, PATIENCE_S, "all is applied", processes[0])


def _read(kit: Distributed, count: int) -> float:
    """Records a second from the first poll that brings any until so many are here, in this process, alone."""
    consumer = KafkaConsumer(bootstrap_servers=kit.broker.bootstrap_servers, enable_auto_commit=False)
    try:
        partitions = [TopicPartition(f"{PREFIX}.{TOPIC}", partition) for partition in range(PARTITIONS)]
        consumer.assign(partitions)
        consumer.seek_to_beginning(*partitions)
        found, started = 0, time.perf_counter()
        while found < count:
            found += sum(map(len, consumer.poll(timeout_ms=200, max_records=500).values()))
        return found / (time.perf_counter() - started)
    finally:
        consumer.close(autocommit=False)


def _size(url: str, table: str) -> int:
    with bare(url) as connection:
        return int(connection.execute(f"SELECT pg_total_relation_size('{table}')").fetchone()[0])
