"""The embedded log: a durable event bus in one SQLite file."""

import json
import sqlite3
import threading
import time
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from shared.events import PARTITIONS
from shared.messaging.bus import Grant, Record, Subscription, partition_of

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
                    partition_key = (
                        record.topic,
                        partition_of(record.key) if record.partition < 0 else record.partition,
                    )
                    if partition_key not in ends:
                        ends[partition_key] = self._end(*partition_key)
                    rows.append(
                        (*partition_key, ends[partition_key], record.key, record.value, _text(record.headers), at)
                    )
                    ends[partition_key] += 1
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
                    "SELECT offset, key, value, headers FROM log WHERE topic = ? AND partition = ? ORDER BY offset",
                    (topic, partition),
                )
                for offset, key, value, headers in rows:
                    yield Record(topic, key, value, partition, offset, _headers(headers))

    def ensure_topics(self, topics: Sequence[str]) -> None:
        self.connection()

    # A file has no users: who may open it may do everything.

    def faults_of_topics(self, topics: Sequence[str]) -> list[str]:
        return []

    def grant(self, grants: Collection[Grant]) -> None: ...

    def missing(self, grants: Collection[Grant]) -> list[Grant]:
        return []

    def forget(self, group: str, topics: Sequence[str]) -> None:
        self.connection().executemany(
            'DELETE FROM positions WHERE "group" = ? AND topic = ?', [(group, topic) for topic in topics]
        )

    def committed(self, group: str, topics: Sequence[str]) -> dict[tuple[str, int], int]:
        rows = self.connection().execute('SELECT topic, partition, offset FROM positions WHERE "group" = ?', (group,))
        return {(topic, partition): offset for topic, partition, offset in rows if topic in topics}

    def lag(self, group: str, topics: Sequence[str]) -> int:
        committed = self.committed(group, topics)
        partitions = [(topic, partition) for topic in topics for partition in range(PARTITIONS)]
        # One look-up in the index each: grouping would read the whole log.
        return sum(self._end(*partition_key) - committed.get(partition_key, 0) for partition_key in partitions)

    def close(self) -> None:
        connection = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            self._local.connection = None


@cache  # a topic's records have the same ones
def _headers(text: str) -> tuple[tuple[str, bytes], ...]:
    return tuple((name, value.encode("latin-1")) for name, value in json.loads(text))


def _text(headers: Sequence[tuple[str, bytes]]) -> str:
    return json.dumps([(name, value.decode("latin-1")) for name, value in headers])


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
                "SELECT offset, key, value, headers FROM log WHERE topic = ? AND partition = ? AND offset >= ?"
                " ORDER BY offset LIMIT ?",
                (topic, partition, offset, limit - len(records)),
            ).fetchall()
            if rows:
                records.extend(Record(topic, key, value, partition, o, _headers(h)) for o, key, value, h in rows)
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
