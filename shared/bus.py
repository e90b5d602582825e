"""The event bus: one protocol, two adapters (Kafka, and an embedded log in a SQLite file), the same bytes on both."""

import contextlib
import sqlite3
import threading
import time
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

PARTITIONS = 12  # fixed for life: a key keeps its partition
# After a small batch so long is waited for more: a transaction for each record would cost more than the record.
GATHER_S = 0.02
RETAIN_FOR_EVER = {"retention.ms": "-1", "retention.bytes": "-1", "cleanup.policy": "delete"}


@dataclass(frozen=True, slots=True)
class Record:
    topic: str
    key: bytes
    value: bytes
    partition: int = -1
    offset: int = -1
    headers: Sequence[tuple[str, bytes]] = field(default=())


class BusAway(Exception):
    """The bus does not answer."""


class Subscription(Protocol):
    """One consumer of a group, used by one thread."""

    def poll(self, timeout_s: float, limit: int) -> list[Record]:
        """The next records in order per partition, or none when nothing came in time."""

    def commit(self) -> None:
        """Remember that everything polled so far was applied."""

    def close(self) -> None: ...


class Bus(Protocol):
    def publish(self, records: Sequence[Record]) -> list[Exception | None]:
        """Send all and wait for every one; per record None once it is durable, else the reason it may not be."""

    def subscribe(self, group: str, topics: Sequence[str]) -> Subscription: ...

    def read_all(self, topics: Sequence[str]) -> Iterator[Record]:
        """Every record from offset zero to the end as it is now, in order per partition."""

    def ensure_topics(self, topics: Sequence[str]) -> None: ...

    def committed(self, group: str, topics: Sequence[str]) -> dict[tuple[str, int], int]:
        """The next offset that the group will read, per topic and partition; nothing where it never committed."""

    def lag(self, group: str, topics: Sequence[str]) -> int:
        """Records of the topics that the group has not committed."""

    def close(self) -> None: ...


def open_bus(url: str, *, replication: int = 1) -> Bus:
    """The adapter that the URL's scheme names; nothing connects yet."""
    scheme = urlsplit(url).scheme
    if scheme == "sqlite":
        return EmbeddedLog(Path(url.removeprefix("sqlite:///")))
    if scheme == "kafka":
        return KafkaBus(urlsplit(url).netloc, replication, urlsplit(url).path.strip("/"))
    raise ValueError(f"an event bus is sqlite: or kafka:, not {scheme}:")


def partition_of(key: bytes) -> int:
    return zlib.crc32(key) % PARTITIONS


_SCHEMA = """
CREATE TABLE IF NOT EXISTS log (
  topic TEXT NOT NULL, partition INTEGER NOT NULL, offset INTEGER NOT NULL,
  key BLOB NOT NULL, value BLOB NOT NULL, headers TEXT NOT NULL, at TEXT NOT NULL,
  PRIMARY KEY (topic, partition, offset)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS positions (
  "group" TEXT NOT NULL, topic TEXT NOT NULL, partition INTEGER NOT NULL, offset INTEGER NOT NULL,
  PRIMARY KEY ("group", topic, partition)) WITHOUT ROWID;
"""
_arrivals: dict[Path, threading.Condition] = {}


class EmbeddedLog:
    """A durable log in one SQLite file; several processes may publish and read.

    Records of one process wake its own readers at once; those of another are found by polling.
    """

    poll_s = 0.1

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._arrived = _arrivals.setdefault(path, threading.Condition())

    def connection(self) -> sqlite3.Connection:
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self._path, timeout=30, isolation_level=None)
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            connection.executescript(_SCHEMA)
            self._local.connection = connection
        return connection

    def publish(self, records: Sequence[Record]) -> list[Exception | None]:
        at = datetime.now(UTC).isoformat()
        try:
            connection = self.connection()
            connection.execute("BEGIN IMMEDIATE")
            try:
                ends: dict[tuple[str, int], int] = {}
                rows = []
                for record in records:
                    place = (record.topic, partition_of(record.key))
                    if place not in ends:
                        ends[place] = self._end(*place)
                    rows.append((*place, ends[place], record.key, record.value, "[]", at))
                    ends[place] += 1
                connection.executemany("INSERT INTO log VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
                connection.execute("COMMIT")
            except BaseException:
                connection.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            return [error] * len(records)
        with self._arrived:
            self._arrived.notify_all()
        return [None] * len(records)

    def _end(self, topic: str, partition: int) -> int:
        query = "SELECT COALESCE(MAX(offset) + 1, 0) FROM log WHERE topic = ? AND partition = ?"
        return int(self.connection().execute(query, (topic, partition)).fetchone()[0])

    def subscribe(self, group: str, topics: Sequence[str]) -> Subscription:
        return _EmbeddedSubscription(self, group, topics, self._arrived)

    def read_all(self, topics: Sequence[str]) -> Iterator[Record]:
        for topic in topics:
            for partition in range(PARTITIONS):
                rows = self.connection().execute(
                    "SELECT offset, key, value FROM log WHERE topic = ? AND partition = ? ORDER BY offset",
                    (topic, partition),
                )
                for offset, key, value in rows:
                    yield Record(topic, key, value, partition, offset)

    def ensure_topics(self, topics: Sequence[str]) -> None:
        self.connection()

    def committed(self, group: str, topics: Sequence[str]) -> dict[tuple[str, int], int]:
        rows = self.connection().execute('SELECT topic, partition, offset FROM positions WHERE "group" = ?', (group,))
        return {(topic, partition): offset for topic, partition, offset in rows if topic in topics}

    def lag(self, group: str, topics: Sequence[str]) -> int:
        committed = self.committed(group, topics)
        places = [(topic, partition) for topic in topics for partition in range(PARTITIONS)]
        # One look-up in the index each: grouping would read the whole log.
        return sum(self._end(*place) - committed.get(place, 0) for place in places)

    def close(self) -> None:
        connection = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            self._local.connection = None


class _EmbeddedSubscription:
    def __init__(self, log: EmbeddedLog, group: str, topics: Sequence[str], arrived: threading.Condition) -> None:
        self._log, self._group, self._topics, self._arrived = log, group, topics, arrived
        committed = log.committed(group, topics)
        self._next = {(t, p): committed.get((t, p), 0) for t in topics for p in range(PARTITIONS)}
        self._moved: set[tuple[str, int]] = set()

    def poll(self, timeout_s: float, limit: int) -> list[Record]:
        deadline = time.monotonic() + timeout_s
        while True:
            records = self._fetch(limit)
            left = deadline - time.monotonic()
            if records or left <= 0:
                return records
            with self._arrived:
                self._arrived.wait(min(left, self._log.poll_s))

    def _fetch(self, limit: int) -> list[Record]:
        records: list[Record] = []
        connection = self._log.connection()
        for (topic, partition), offset in self._next.items():
            rows = connection.execute(
                "SELECT offset, key, value FROM log WHERE topic = ? AND partition = ? AND offset >= ?"
                " ORDER BY offset LIMIT ?",
                (topic, partition, offset, limit - len(records)),
            ).fetchall()
            if rows:
                records.extend(Record(topic, key, value, partition, o) for o, key, value in rows)
                self._next[topic, partition] = rows[-1][0] + 1
                self._moved.add((topic, partition))
            if len(records) >= limit:
                break
        return records

    def commit(self) -> None:
        # A reader that woke late never takes the group's position back.
        self._log.connection().executemany(
            """INSERT INTO positions VALUES (?, ?, ?, ?)
               ON CONFLICT DO UPDATE SET offset = MAX(offset, excluded.offset)""",
            [(self._group, topic, partition, self._next[topic, partition]) for topic, partition in self._moved],
        )
        self._moved.clear()

    def close(self) -> None:
        self._log.close()


class KafkaBus:
    """Apache Kafka by kafka-python: bytes in, bytes out, threads, nothing built before it is needed.

    The client's constructors may block for 30 s, so they never run in a start-up path. A prefix keeps several
    installations apart on one cluster: it stands before every topic and group name there, and nowhere else.
    """

    def __init__(self, bootstrap_servers: str, replication: int = 1, prefix: str = "") -> None:
        self._prefix = prefix + "." if prefix else ""
        self._servers = bootstrap_servers.split(",")
        self._replication = replication
        self._producer: Any = None
        self._lock = threading.Lock()

    def _producing(self) -> Any:
        from kafka import KafkaProducer

        with self._lock:
            if self._producer is None:
                self._producer = KafkaProducer(
                    bootstrap_servers=self._servers,
                    acks="all",
                    enable_idempotence=True,
                    linger_ms=2,
                    batch_size=262_144,
                    delivery_timeout_ms=20_000,
                    request_timeout_ms=10_000,
                    max_block_ms=10_000,
                    bootstrap_timeout_ms=10_000,
                    allow_auto_create_topics=False,
                )
            return self._producer

    def publish(self, records: Sequence[Record]) -> list[Exception | None]:
        try:
            producer = self._producing()
        except Exception as error:
            return [error] * len(records)
        sent: list[Any] = []
        for record in records:
            try:
                sent.append(producer.send(self._prefix + record.topic, value=record.value, key=record.key))
            except Exception as error:
                sent.append(error)
        with contextlib.suppress(Exception):  # each future tells its own outcome
            producer.flush(timeout=30)
        outcomes = [_outcome(future) for future in sent]
        if any(outcomes):
            self._reset()
        return outcomes

    def _reset(self) -> None:
        """Begin again with a fresh client: an idempotent producer that lost a batch may refuse everything after it."""
        with self._lock:
            producer, self._producer = self._producer, None
        if producer is not None:
            producer.close(timeout=1)

    def subscribe(self, group: str, topics: Sequence[str]) -> Subscription:
        consumer = self._consumer(group_id=self._prefix + group)
        names = [self._prefix + topic for topic in topics]
        # A group formed before its topics holds no partitions until the metadata is asked for again, 30 s later.
        if missing := [name for name in names if not consumer.partitions_for_topic(name)]:
            consumer.close(autocommit=False, timeout_ms=2000)
            raise BusAway(f"not made yet: {', '.join(missing)}")
        return _KafkaSubscription(consumer, names, self._prefix)

    def _consumer(self, **options: Any) -> Any:
        from kafka import KafkaConsumer

        return KafkaConsumer(
            bootstrap_servers=self._servers,
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            allow_auto_create_topics=False,
            max_poll_interval_ms=300_000,
            session_timeout_ms=10_000,
            heartbeat_interval_ms=2_000,
            fetch_max_wait_ms=100,
            max_partition_fetch_bytes=4_194_304,
            bootstrap_timeout_ms=10_000,
            **({"metadata_max_age_ms": 30_000} | options),
        )

    def read_all(self, topics: Sequence[str]) -> Iterator[Record]:
        from kafka import TopicPartition

        with _answering():
            consumer = self._consumer(group_id=None)
        try:
            places = [TopicPartition(self._prefix + t, p) for t in topics for p in range(PARTITIONS)]
            consumer.assign(places)
            consumer.seek_to_beginning(*places)
            ends = {place: end for place, end in consumer.end_offsets(places).items() if end > 0}
            while ends:
                for place, records in consumer.poll(timeout_ms=1000).items():
                    for record in records:
                        if place in ends and record.offset < ends[place]:
                            yield _from_kafka(record, self._prefix)
                ends = {place: end for place, end in ends.items() if consumer.position(place) < end}
        finally:
            consumer.close(timeout_ms=2000)

    @contextlib.contextmanager
    def _administering(self) -> Iterator[Any]:
        from kafka.admin import KafkaAdminClient

        with _answering():
            admin = KafkaAdminClient(bootstrap_servers=self._servers, bootstrap_timeout_ms=10_000)
        try:
            yield admin
        finally:
            admin.close()

    def ensure_topics(self, topics: Sequence[str]) -> None:
        from kafka.errors import TopicAlreadyExistsError

        shape = {"num_partitions": PARTITIONS, "replication_factor": self._replication, "configs": RETAIN_FOR_EVER}
        with self._administering() as admin:
            existing = set(admin.list_topics())
            missing = {name: shape for name in (self._prefix + topic for topic in topics) if name not in existing}
            if missing:
                # Another process may be first.
                with contextlib.suppress(TopicAlreadyExistsError):
                    admin.create_topics(missing, wait_for_metadata=True)

    def committed(self, group: str, topics: Sequence[str]) -> dict[tuple[str, int], int]:
        with self._administering() as admin:
            return self._committed(admin, group, topics)

    def _committed(self, admin: Any, group: str, topics: Sequence[str]) -> dict[tuple[str, int], int]:
        offsets = admin.list_group_offsets(self._prefix + group)[self._prefix + group]
        known = {self._prefix + topic: topic for topic in topics}
        return {
            (known[p.topic], p.partition): o.offset for p, o in offsets.items() if p.topic in known and o.offset >= 0
        }

    def lag(self, group: str, topics: Sequence[str]) -> int:
        from kafka import TopicPartition
        from kafka.admin import OffsetSpec

        places = {TopicPartition(self._prefix + t, p): OffsetSpec.LATEST for t in topics for p in range(PARTITIONS)}
        with self._administering() as admin:
            committed = self._committed(admin, group, topics)
            ends = admin.list_partition_offsets(places)
        return sum(
            e.offset - committed.get((p.topic.removeprefix(self._prefix), p.partition), 0) for p, e in ends.items()
        )

    def close(self) -> None:
        self._reset()


class _KafkaSubscription:
    def __init__(self, consumer: Any, names: Sequence[str], prefix: str) -> None:
        self._consumer, self._prefix = consumer, prefix
        # No rebalance listener: the effects carry correctness.
        consumer.subscribe(topics=names)

    def poll(self, timeout_s: float, limit: int) -> list[Record]:
        self._go_on_joining()
        batches = self._consumer.poll(timeout_ms=int(timeout_s * 1000), max_records=limit)
        return [_from_kafka(record, self._prefix) for records in batches.values() for record in records]

    def _go_on_joining(self) -> None:
        """Take up a join that the last poll had no time to finish.

        kafka-python 3.0.12 joins anew when a topic's partitions change, and as the leader notes its assignment before
        the broker has confirmed it. When a poll ends between the two, it takes the join for done: the member keeps its
        old partitions, sends no heartbeat any more, and never learns that the group went on without it.
        """
        coordinator = self._consumer._coordinator
        if coordinator._join_task is not None:
            coordinator.request_rejoin()

    def commit(self) -> None:
        from kafka.errors import CommitFailedError

        # After a rebalance whoever has the partition now sees the same records as duplicates.
        with contextlib.suppress(CommitFailedError):
            self._consumer.commit()

    def close(self) -> None:
        self._consumer.close(autocommit=False, timeout_ms=2000)


@contextlib.contextmanager
def _answering() -> Iterator[None]:
    from kafka.errors import KafkaError

    try:
        yield
    except KafkaError as error:
        raise BusAway(f"the event bus does not answer: {error}") from None


def _from_kafka(record: Any, prefix: str) -> Record:
    return Record(
        record.topic.removeprefix(prefix),
        record.key or b"",
        record.value or b"",
        record.partition,
        record.offset,
        tuple(record.headers),
    )


def _outcome(sent: Any) -> Exception | None:
    if isinstance(sent, Exception):
        return sent
    try:
        sent.get(timeout=0.1 if sent.is_done else 30)
    except Exception as error:
        return error
    return None
