"""The floors: what the same database or web server does, in the same run, for a bare program that only asks it."""

import sqlite3
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from shared.ids import new_id
from tests.bench.figures import Figure, quantile
from tests.bench.hammer import fire, request
from tests.bench.kits import Kit
from tests.bench.meter import Meter
from tests.support.distributed import ROOT
from tests.support.processes import Process, free_port, wait_until

TABLES = (
    "CREATE TABLE record (id char(36) PRIMARY KEY, about char(36) NOT NULL, at text NOT NULL, body text NOT NULL)",
    "CREATE INDEX record_by_about ON record (about, at, id)",
    "CREATE TABLE announcement (id char(36) PRIMARY KEY, about char(36) NOT NULL, payload text NOT NULL)",
)
INSERTS = ("INSERT INTO record VALUES (?, ?, ?, ?)", "INSERT INTO announcement VALUES (?, ?, ?)")
BODY, PAYLOAD = "b" * 250, "p" * 500


class Bare:
    """One connection of the plain driver, its transactions begun and ended by hand; `?` marks a value on both."""

    def __init__(self, url: str) -> None:
        self.is_sqlite = url.startswith("sqlite")
        self._connection: Any
        if self.is_sqlite:
            self._connection = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=30, isolation_level=None)
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=FULL")
        else:
            self._connection = psycopg.connect(url, autocommit=True)

    def execute(self, statement: str, values: Sequence[Any] = ()) -> Any:
        return self._connection.execute(statement if self.is_sqlite else statement.replace("?", "%s"), values)

    def copy(self, table: str, columns: Sequence[str], rows: Iterator[Sequence[Any]]) -> None:
        """COPY, or executemany where there is none."""
        names = ", ".join(f'"{name}"' for name in columns)
        if self.is_sqlite:
            marks = ", ".join("?" * len(columns))
            self._connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)
            return
        with self._connection.cursor().copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE" if self.is_sqlite else "BEGIN")
        yield
        self._connection.execute("COMMIT")

    def server(self) -> dict[str, int]:
        """The process of the database that serves this connection, for a meter; nothing where it is this one."""
        return {} if self.is_sqlite else {"database": self._connection.info.backend_pid}

    def close(self) -> None:
        self._connection.close()


@contextmanager
def bare(url: str) -> Iterator[Bare]:
    connection = Bare(url)
    try:
        yield connection
    finally:
        connection.close()


def two_row_transactions(kit: Kit, name: str) -> list[Figure]:
    """One connection, one after the other: two rows and a durable commit."""
    url, _ = kit.database(name)
    rates, p50s, p99s, cpus, server = [], [], [], [], []
    with bare(url) as connection:
        for statement in TABLES:
            connection.execute(statement)
        for _ in range(kit.repeats):
            spans: list[float] = []
            with Meter(connection.server()) as meter:
                cpu, started = time.process_time(), time.perf_counter()
                while time.perf_counter() - started < kit.seconds(3, 1):
                    begun = time.perf_counter()
                    record_id, about = new_id(), new_id()
                    with connection.transaction():
                        connection.execute(INSERTS[0], (record_id, about, "2026-01-01", BODY))
                        connection.execute(INSERTS[1], (new_id(), record_id, PAYLOAD))
                    spans.append(time.perf_counter() - begun)
                cpu = time.process_time() - cpu
            rates.append(len(spans) / sum(spans))
            p50s.append(quantile(spans, 0.5) * 1000)
            p99s.append(quantile(spans, 0.99) * 1000)
            cpus.append(cpu / len(spans) * 1000)
            server.append(meter.of("database") / len(spans) * 1000)
    floor = "two-row transaction, one connection"
    return [
        Figure(floor, "1/s", rates, is_floor=True),
        Figure(f"{floor}, p50", "ms", p50s, is_floor=True),
        Figure(f"{floor}, p99", "ms", p99s, is_floor=True),
        Figure(f"{floor}, CPU of the program", "ms", cpus, is_floor=True),
        *([Figure(f"{floor}, CPU of the database", "ms", server, is_floor=True)] if any(server) else []),
    ]


def copied_pairs(kit: Kit, name: str, count: int = 50_000) -> list[Figure]:
    """The same two rows by COPY (SQLite: executemany), all in one transaction."""
    rates = []
    for repeat in range(kit.repeats):
        url, _ = kit.database(f"{name}{repeat}")
        with bare(url) as connection:
            for statement in TABLES:
                connection.execute(statement)
            ids = [(new_id(), new_id()) for _ in range(count)]
            started = time.perf_counter()
            with connection.transaction():
                connection.copy("record", ("id", "about", "at", "body"), ((a, b, "2026-01-01", BODY) for a, b in ids))
                connection.copy("announcement", ("id", "about", "payload"), ((b, a, PAYLOAD) for a, b in ids))
            rates.append(count / (time.perf_counter() - started))
    return [Figure("two rows each by COPY (SQLite: executemany)", "rows/s", rates, is_floor=True)]


def page_select(kit: Kit, url: str) -> list[Figure]:
    """Fifty rows of the portfolio in its default order, all columns, one statement, one connection."""
    query = "SELECT * FROM portfolio_row ORDER BY lower DESC, relationship_id LIMIT 51"
    p50s, p99s = [], []
    with bare(url) as connection:
        for _ in range(kit.repeats):
            spans = []
            for _ in range(300):
                begun = time.perf_counter()
                connection.execute(query).fetchall()
                spans.append(time.perf_counter() - begun)
            p50s.append(quantile(spans, 0.5) * 1000)
            p99s.append(quantile(spans, 0.99) * 1000)
    floor = "bare select of a page of 50"
    return [Figure(f"{floor}, p50", "ms", p50s, is_floor=True), Figure(f"{floor}, p99", "ms", p99s, is_floor=True)]


def echoes(folder: Path, repeats: int, seconds: float, connections: int) -> list[Figure]:
    """A minimal ASGI app through uvicorn: the least that one exchange of HTTP costs here."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "--port", str(port), "--log-level", "warning", "--no-access-log"]
    process = Process([*command, "tests.bench.echo:app"], folder / "echo.log", environment={"PYTHONPATH": str(ROOT)})
    body = {"relationship_id": new_id(), "summary": "x" * 200}
    requests = [request("POST", "/echo", "ent_" + "0" * 40, body)]
    rates, p50s, cpus, generator = [], [], [], []
    try:
        wait_until(lambda: _answers(port, requests), 20, "the echo answers", process)
        for _ in range(repeats):
            with Meter({"echo": process.pid}) as meter:
                volley = fire(port, requests, seconds, connections)
            rates.append(volley.rate)
            p50s.append(volley.ms(0.5))
            cpus.append(meter.of("echo") / volley.count * 1000)
            generator.append(volley.cpu_s / volley.count * 1000)
    finally:
        process.kill()
    floor = "minimal ASGI echo"
    return [
        Figure(f"{floor}, {connections} connections", "requests/s", rates, is_floor=True),
        Figure(f"{floor}, p50", "ms", p50s, is_floor=True),
        Figure(f"{floor}, CPU", "ms/request", cpus, is_floor=True),
        Figure("CPU of the load generator itself", "ms/request", generator, is_floor=True),
    ]


def _answers(port: int, requests: Sequence[str]) -> bool:
    try:
        return fire(port, requests, 0.1, 1).count > 0
    except Exception:
        return False
