"""A service's database: the adapter chosen once by URL scheme, one transaction per request."""

import math
import sqlite3
import threading
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from functools import partial
from typing import Any, TypeVar, cast

import psycopg
import sqlalchemy as sa
from psycopg.pq import TransactionStatus
from sqlalchemy import event
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session

from shared.db.bulk import OnConflict, Returned, Row, Upsert, insert_rows, insert_together, update_rows

V = TypeVar("V")
R = TypeVar("R", bound=Mapping[str, object])

PING_AFTER_IDLE_S = 1.0
TRANSIENT = (OperationalError, InterfaceError, PoolTimeout)
"""What a database raises that is away or overloaded just now."""


def _as_it_is(insert: Upsert) -> sa.Insert:
    return insert


class Tx(Session):
    """One transaction. `add_row` collects rows that leave together, in one statement where the database can."""

    def __init__(self, database: "Database", bind: sa.Connection) -> None:
        super().__init__(bind=bind, autoflush=False, expire_on_commit=False)
        self.database = database
        self.announces = False
        self._rows: list[tuple[sa.Table, dict[str, object]]] = []

    def table(self, name: str) -> sa.Table:
        return self.database.metadata.tables[name]

    def run(self, statement: sa.Executable, rows: Sequence[Row] | None = None) -> sa.CursorResult[Any]:
        """Execute a Core statement on this transaction's connection."""
        self.send_rows()
        return self.connection().execute(statement, rows)

    def rows(self, statement: sa.Executable, kind: type[R], parameters: Sequence[Row] | None = None) -> Sequence[R]:
        """What a select of the columns that `kind` names finds, as rows of that type."""
        found = self.run(statement, parameters).mappings().all()
        return cast(Sequence[R], found)  # the names are held to the table by a test

    def among(self, column: sa.ColumnElement[V], values: Collection[object]) -> sa.ColumnElement[bool]:
        """`column IN values`, as one text whatever their count where the database can."""
        if self.connection().dialect.name == "postgresql":
            return column == sa.any_(sa.literal(list(values), postgresql.ARRAY(column.type)))
        return column.in_(values)

    def every(self, table: sa.Table, batch: int = 1000) -> Iterator[sa.RowMapping]:
        """All rows of a table whose key is one column, in its order, so many at a time in memory."""
        (key,) = table.primary_key
        chosen = sa.select(table).order_by(key).limit(batch)
        rows = self.run(chosen).mappings().all()
        while rows:
            yield from rows
            rows = self.run(chosen.where(key > rows[-1][key.name])).mappings().all()

    def insert_rows(self, table: sa.Table, rows: Sequence[Row], on_conflict: OnConflict = _as_it_is) -> Returned:
        """Insert rows that name the same columns, in their order; what the statement returns, if it does.

        `on_conflict` says what happens to those that are there already. It is cached, so it is a function of a module.
        """
        self.send_rows()
        return insert_rows(self.connection(), table, rows, on_conflict) if rows else ()

    def update_rows(self, table: sa.Table, rows: Sequence[Row]) -> None:
        """Write rows that name the same columns, the one of the primary key among them; unknown ones are passed by."""
        self.send_rows()
        if rows:
            update_rows(self.connection(), table, rows)

    def add_row(self, table: sa.Table, **values: object) -> None:
        self._rows.append((table, values))

    def send_rows(self, *, is_last: bool = False) -> None:
        """Insert what `add_row` collected, in order; integrity errors surface here."""
        if not self._rows:
            return
        rows, self._rows = self._rows, []
        connection = self.connection()
        by_table: dict[sa.Table, list[dict[str, object]]] = {}
        for table, values in rows:
            by_table.setdefault(table, []).append(values)
        if connection.dialect.name == "postgresql" and 1 < len(by_table) == len(rows):
            shape = tuple((table, tuple(values)) for table, values in rows)
            values = {f"row{i}_{name}": value for i, (_, row) in enumerate(rows) for name, value in row.items()}
            connection.execute(insert_together(shape), values, execution_options={"stands_alone": is_last})
            return
        for table, batch in by_table.items():
            insert_rows(connection, table, batch, _as_it_is)


class Database:
    """A service's engine and the ways into it. Nothing connects before the first use."""

    def __init__(self, url: str, metadata: sa.MetaData, *, pool_size: int = 20) -> None:
        self.metadata = metadata
        self.url = sa.make_url(url)
        self.committed = Signal()
        self._write_lock: AbstractContextManager[object] = threading.Lock()
        self._epoch: int | None = None
        if self.url.get_backend_name() == "sqlite":
            self.engine = sa.create_engine(
                self.url, pool_size=pool_size, connect_args={"timeout": 30, "check_same_thread": False}
            )
            event.listen(self.engine, "connect", _set_up_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
            self._reader = self.engine.execution_options(writes=False)
            self._writer = self.engine.execution_options(writes=True)
        elif self.url.get_backend_name() == "postgresql":
            self.engine = sa.create_engine(
                self.url.set(drivername="postgresql+psycopg"),
                pool_size=pool_size,
                max_overflow=0,
                pool_timeout=2,
                connect_args={
                    "connect_timeout": 5,
                    "options": "-c statement_timeout=30000 -c lock_timeout=5000 -c timezone=UTC",
                },
            )
            event.listen(self.engine, "checkin", _note_idle)
            event.listen(self.engine, "checkout", partial(_ping_after_idling, self.engine.dialect))
            event.listen(self.engine, "before_cursor_execute", _begin_late)
            # A read is one statement or says what it needs; autocommit saves it two round trips.
            self._reader = self.engine.execution_options(isolation_level="AUTOCOMMIT")
            self._writer = self._reader.execution_options(begins_late=True)
            self._write_lock = _NoLock()
        else:
            raise ValueError(f"a database is sqlite: or postgresql:, not {self.url.get_backend_name()}:")

    @contextmanager
    def write(self) -> Iterator[Tx]:
        """One transaction, committed at the end, rolled back on any exception.

        On SQLite one writer at a time takes the process-wide lock: waiting in the database's own busy loop is unfair
        (measured p99 under 32 writers 228 ms with the lock, 1,290 ms without).
        """
        with self._write_lock:
            with self._writer.connect() as connection, Tx(self, connection) as tx, connection.begin():
                yield tx
                tx.flush()
                tx.send_rows(is_last=True)
            if tx.announces:
                self.committed.raise_()

    @contextmanager
    def read(self) -> Iterator[Tx]:
        with self._reader.connect() as connection, Tx(self, connection) as tx:
            yield tx

    def epoch(self, tx: Tx) -> int:
        """The epoch, raised by a restore (docs/design/reliability.md, Restore); constant while a process lives."""
        if self._epoch is None:
            self._epoch = tx.connection().scalar(sa.select(sa.func.max(self.metadata.tables["epoch"].c.epoch))) or 1
        return self._epoch

    def raise_epoch(self, tx: Tx, epoch: int, now: datetime) -> None:
        tx.run(sa.insert(self.metadata.tables["epoch"]).values(epoch=epoch, since_at=now))
        self._epoch = epoch

    def close(self) -> None:
        self.engine.dispose()


class Signal:
    """Wakes whoever waits for events committed or published in this process; a hint, never the only way."""

    def __init__(self) -> None:
        self._listeners: list[threading.Event] = []

    def listen(self) -> threading.Event:
        listener = threading.Event()
        self._listeners.append(listener)
        return listener

    def raise_(self) -> None:
        for listener in self._listeners:
            listener.set()


class _NoLock:
    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


def _set_up_sqlite(connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = None  # SQLAlchemy's begin event decides, not the driver
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")


def _note_idle(_: object, record: ConnectionPoolEntry) -> None:
    record.info["idle_since_s"] = time.monotonic()


def _ping_after_idling(
    dialect: sa.Dialect, connection: DBAPIConnection, record: ConnectionPoolEntry, _: object
) -> None:
    """Let the pool replace a connection that a restart of the server has cut; one just used needs no round trip."""
    if time.monotonic() - record.info.get("idle_since_s", math.inf) < PING_AFTER_IDLE_S:
        return
    try:
        dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as error:
        raise sa.exc.DisconnectionError(str(error)) from error


def _begin_late(
    connection: sa.Connection,
    cursor: psycopg.Cursor,
    statement: str,
    parameters: object,
    context: sa.ExecutionContext,
    executemany: bool,
) -> None:
    """Begin PostgreSQL's transaction with its first write or lock; one that ends with a lone statement needs none.

    At READ COMMITTED each statement sees its own moment, so what was only read before is no part of a transaction; and
    one statement is atomic by itself. A write that reads once and inserts once waits twice for the server, not four
    times (docs/performance.md). The driver commits or rolls back what was begun.
    """
    if not connection.get_execution_options().get("begins_late"):
        return
    is_begun = cursor.connection.info.transaction_status != TransactionStatus.IDLE
    only_reads = statement.startswith("SELECT") and " FOR " not in statement
    if not (is_begun or only_reads or context.execution_options.get("stands_alone")):
        cursor.execute("BEGIN")


def _begin_sqlite(connection: sa.Connection) -> None:
    # A deferred read-then-write fails at once or loses updates; a writer takes its lock first.
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
