"""A service's database: the adapter chosen once by URL scheme, one transaction per request, the plumbing tables."""

import math
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache, partial
from typing import Any

import sqlalchemy as sa
from psycopg.pq import TransactionStatus
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session

from shared.ids import id_type

PING_AFTER_IDLE_S = 1.0
TRANSIENT = (OperationalError, InterfaceError, PoolTimeout)
"""What a database raises that is away or overloaded just now."""

json_type = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An instant: naive datetimes are refused, UTC is stored, aware UTC comes back."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its offset from UTC")
        instant = value.astimezone(UTC)
        return instant.replace(tzinfo=None) if dialect.name == "sqlite" else instant

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def plumb(metadata: sa.MetaData) -> None:
    """Give a service's metadata the tables that every service has."""
    for name in ("outbox", "outbox_archive"):
        archive = name == "outbox_archive"
        sa.Table(
            name,
            metadata,
            sa.Column(
                "sequence",
                sa.BigInteger().with_variant(sa.Integer, "sqlite"),
                primary_key=True,
                autoincrement=not archive,
            ),
            sa.Column("event_id", id_type, nullable=False, unique=True),
            sa.Column("aggregate", sa.String(80), nullable=False),
            sa.Column("version", sa.BigInteger, nullable=False),
            sa.Column("topic", sa.String(80), nullable=False),
            sa.Column("key", sa.String(36), nullable=False),
            sa.Column("payload", sa.Text, nullable=False),
            sa.Column("created_at", UtcDateTime, nullable=False),
            *([sa.Column("published_at", UtcDateTime, nullable=False)] if archive else []),
            sa.UniqueConstraint("aggregate", "version", name=f"{name}_aggregate_version"),
            sqlite_autoincrement=not archive,
        )
    sa.Table(
        "inbox",
        metadata,
        sa.Column("event_id", id_type, primary_key=True),
        sa.Column("type", sa.String(80), nullable=False),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("received_at", UtcDateTime, nullable=False),
    )
    sa.Table(
        "dead_letter",
        metadata,
        sa.Column("dead_letter_id", id_type, primary_key=True),
        sa.Column("topic", sa.String(80), nullable=False),
        sa.Column("partition", sa.Integer, nullable=False),
        sa.Column("offset", sa.BigInteger, nullable=False),
        sa.Column("key", sa.LargeBinary),
        sa.Column("value", sa.LargeBinary),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("dead_at", UtcDateTime, nullable=False),
        sa.Column("settled_at", UtcDateTime),
        sa.Column("settled_by", sa.String(10)),
        sa.UniqueConstraint("topic", "partition", "offset", name="dead_letter_record"),
    )
    sa.Table(
        "idempotency_key",
        metadata,
        sa.Column("principal_id", sa.String(80), primary_key=True),
        sa.Column("route", sa.String(200), primary_key=True),
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("body_hash", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("headers", json_type, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False, index=True),
    )
    sa.Table(
        "schedule",
        metadata,
        sa.Column("task", sa.String(80), primary_key=True),
        sa.Column("next_run_at", UtcDateTime, nullable=False),
        sa.Column("last_run_at", UtcDateTime),
        sa.Column("last_outcome", json_type),
    )
    sa.Table(
        "lease",
        metadata,
        sa.Column("name", sa.String(80), primary_key=True),
        sa.Column("holder", sa.String(80), nullable=False),
        sa.Column("until_at", UtcDateTime, nullable=False),
    )
    sa.Table(
        "epoch",
        metadata,
        sa.Column("epoch", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("since_at", UtcDateTime, nullable=False),
    )


class Tx(Session):
    """One transaction. `add_row` collects rows that leave together, in one statement where the database can."""

    def __init__(self, database: "Database", bind: sa.Connection) -> None:
        super().__init__(bind=bind, autoflush=False, expire_on_commit=False)
        self.database = database
        self.announces = False
        self._rows: list[tuple[sa.Table, dict[str, Any]]] = []

    def table(self, name: str) -> sa.Table:
        return self.database.metadata.tables[name]

    def run(self, statement: sa.Executable, rows: Sequence[dict[str, Any]] | None = None) -> sa.CursorResult[Any]:
        """Execute a Core statement on this transaction's connection."""
        self.send_rows()
        return self.connection().execute(statement, rows)

    def add_row(self, table: sa.Table, **values: Any) -> None:
        self._rows.append((table, values))

    def send_rows(self, *, is_last: bool = False) -> None:
        """Insert what `add_row` collected, in order; integrity errors surface here."""
        if not self._rows:
            return
        rows, self._rows = self._rows, []
        connection = self.connection()
        by_table: dict[sa.Table, list[dict[str, Any]]] = {}
        for table, values in rows:
            by_table.setdefault(table, []).append(values)
        if connection.dialect.name == "postgresql" and 1 < len(by_table) == len(rows):
            shape = tuple((table, tuple(values)) for table, values in rows)
            values = {f"row{i}_{name}": value for i, (_, row) in enumerate(rows) for name, value in row.items()}
            connection.execute(_insert_together(shape), values, execution_options={"stands_alone": is_last})
            return
        for table, batch in by_table.items():
            connection.execute(sa.insert(table), batch if len(batch) > 1 else batch[0])


@lru_cache(maxsize=512)
def _insert_together(shape: tuple[tuple[sa.Table, tuple[str, ...]], ...]) -> sa.Insert:
    """One statement that inserts a row into each of these tables; column c of the i-th takes parameter `row<i>_c`.

    Kept, because making it anew for each request took more than running it.
    """
    inserts = [
        sa.insert(table).values({name: sa.bindparam(f"row{i}_{name}", type_=table.c[name].type) for name in names})
        for i, (table, names) in enumerate(shape)
    ]
    *others, last = inserts
    for (table, _), other in zip(shape, others, strict=False):
        last = last.add_cte(other.cte(table.name + "_row"))
    return last


class Database:
    """A service's engine and the ways into it. Nothing connects before the first use."""

    def __init__(self, url: str, metadata: sa.MetaData, *, pool_size: int = 20) -> None:
        self.metadata = metadata
        self.url = sa.make_url(url)
        self.committed = Signal()
        self._write_lock: Any = threading.Lock()
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
        """The database's epoch, raised by a restore (reliability.md, Restore); constant while a process lives."""
        if self._epoch is None:
            self._epoch = tx.connection().scalar(sa.select(sa.func.max(self.metadata.tables["epoch"].c.epoch))) or 1
        return self._epoch

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


def _set_up_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy's begin event decides, not the driver
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")


def _note_idle(_: Any, record: Any) -> None:
    record.info["idle_since_s"] = time.monotonic()


def _ping_after_idling(dialect: sa.Dialect, connection: Any, record: Any, _: Any) -> None:
    """Let the pool replace a connection that a restart of the server has cut; one just used needs no round trip."""
    if time.monotonic() - record.info.get("idle_since_s", math.inf) < PING_AFTER_IDLE_S:
        return
    try:
        dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as error:
        raise sa.exc.DisconnectionError(str(error)) from error


def _begin_late(
    connection: sa.Connection, cursor: Any, statement: str, parameters: Any, context: Any, executemany: bool
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


def upsert(table: sa.Table, dialect: str) -> Any:
    """An insert that knows `on_conflict_do_update`, in the dialect of the database at hand."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def drop_lease(database: Database, name: str, holder: str) -> None:
    """Let the next one take the lease at once."""
    lease = database.metadata.tables["lease"]
    with database.write() as tx:
        tx.run(sa.delete(lease).where(lease.c.name == name, lease.c.holder == holder))


def take_lease(database: Database, name: str, holder: str, now: datetime, until: datetime) -> bool:
    """Become or stay the one holder of a lease; for efficiency only, a frozen holder can wake."""
    lease = database.metadata.tables["lease"]
    with database.write() as tx:
        taken = upsert(lease, database.engine.dialect.name).values(name=name, holder=holder, until_at=until)
        taken = taken.on_conflict_do_update(
            index_elements=["name"],
            set_={"holder": holder, "until_at": until},
            where=sa.or_(lease.c.holder == holder, lease.c.until_at < now),
        )
        return tx.run(taken.returning(lease.c.holder)).first() is not None
