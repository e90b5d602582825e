"""An embedded installation carried over to PostgreSQL and Kafka: copied, compared, the old one only read."""

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import sqlalchemy as sa

from services.runtime.installation import Installation
from shared.derived.migrations import migrate, require_revision, revision_table
from shared.events import identity_of, topic_of
from shared.messaging.bus import Bus
from shared.messaging.relay import republish
from shared.service import Service
from shared.settings import Settings

BATCH = 1000
LEFT_BEHIND = {"lease"}
"""Who of the old processes was at work."""

OnProgress = Callable[[int, int | None], None]


class CannotMove(ValueError):
    """What stops a move, in one line."""


class NotTheSame(ValueError):
    """What was carried over is not what was there."""


@dataclass(frozen=True)
class Sum:
    """How many rows, and a hash of them all that does not depend on their order."""

    rows: int
    sha256: str


def move(
    settings: Settings, to: Settings, services: Sequence[Service], on_progress: OnProgress
) -> Iterator[tuple[str, int, int]]:
    """Carry over the databases and topics of these services, each compared at its end.

    Yields the service's name, and how many rows and events it has. Stopped at any moment it can be run again and goes
    on; run when all is done it compares only. The data folder is only read, and must not be worked with meanwhile.
    Raises `CannotMove` for what is no such installation, or a new installation that is not empty, and `NotTheSame`.
    """
    installation = Installation(to, services=services)
    try:
        if (installation.databases[services[0].name].url.get_backend_name(), to.bus.split(":")[0]) != (
            "postgresql",
            "kafka",
        ):
            raise CannotMove("an installation moves to a postgresql: and a kafka: URL")
        sources = {service.name: _source(settings.data_dir, service) for service in services}
        for service in services:
            _require_head(sources[service.name], service)
        installation.migrate()
        for service in services:
            with _alone(installation.databases[service.name].url, service) as target:
                rows = _carry(sources[service.name], target, service, on_progress)
                events = _fill(installation, service, on_progress)
                _finish(sources[service.name], target, service)
            yield service.name, rows, events
    finally:
        installation.stop()


# The two ends


def _source(folder: Path, service: Service) -> sa.Engine:
    file = folder.absolute() / f"{service.name}.sqlite"
    if not file.exists():
        raise CannotMove(f"{folder} holds no installation: {file.name} is not there")
    # Without a log beside it the file is all there is, and reading it as such makes no other.
    log = file.with_name(f"{file.name}-wal")
    is_whole = not log.exists() or log.stat().st_size == 0
    url = f"{file.as_uri()}?mode=ro{'&immutable=1' if is_whole else ''}"
    return sa.create_engine("sqlite://", creator=lambda: sqlite3.connect(url, uri=True), poolclass=sa.NullPool)


def _require_head(source: sa.Engine, service: Service) -> None:
    with source.connect() as connection:
        found = set(connection.scalars(sa.select(revision_table(service).c.version_num)))
    require_revision(service, found)


@contextmanager
def _alone(url: sa.URL, service: Service) -> Iterator[sa.Engine]:
    """The new database, without the time limits of requests; `CannotMove` while somebody else moves into it."""
    target = sa.create_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args={"connect_timeout": 5, "options": "-c timezone=UTC"},
        poolclass=sa.NullPool,
    )
    with target.connect() as holding:
        if not holding.scalar(sa.text("SELECT pg_try_advisory_lock(hashtext('entente move'))")):
            raise CannotMove(f"somebody else moves {service.name} there just now")
        yield target


# Databases

_DONE = sa.Table("moved", sa.MetaData(), sa.Column("name", sa.String(80), primary_key=True))
"""In the new database until all of it is there: the tables that are."""


def _tables(service: Service) -> list[sa.Table]:
    return [table for table in service.metadata.sorted_tables if table.name not in LEFT_BEHIND]


def _carry(source: sa.Engine, target: sa.Engine, service: Service, on_progress: OnProgress) -> int:
    """Copy what is not there yet, a table a transaction, and compare everything; how many rows there are."""
    if sa.inspect(target).has_table(_DONE.name):
        _copy(source, target, service, on_progress)
    elif _is_fresh(target, service):
        _begin(target, service)
        _copy(source, target, service, on_progress)
    elif _differences(source, target, service):
        raise CannotMove(f"the new database of {service.name} is in use: a move needs an empty one")
    if different := _differences(source, target, service):
        raise NotTheSame(f"{service.name} is not the same there: {'; '.join(different)}")
    with source.connect() as connection:
        return sum(_count(connection, table) for table in _tables(service))


def _is_fresh(target: sa.Engine, service: Service) -> bool:
    """Whether there is only what the migrations themselves have put into it."""
    made = service.database("sqlite://")
    try:
        migrate(service, made)
        with made.engine.connect() as new, target.connect() as there:
            return all(_count(new, table) == _count(there, table) for table in _tables(service))
    finally:
        made.close()


def _count(connection: sa.Connection, table: sa.Table) -> int:
    return connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def _begin(target: sa.Engine, service: Service) -> None:
    with target.begin() as connection:
        _DONE.create(connection)
        for table in reversed(_tables(service)):
            connection.execute(sa.delete(table))


def _copy(source: sa.Engine, target: sa.Engine, service: Service, on_progress: OnProgress) -> None:
    with source.connect() as reading:
        for table in _tables(service):
            with target.begin() as writing:
                if writing.scalar(sa.select(_DONE.c.name).where(_DONE.c.name == table.name)) is None:
                    _copy_rows(reading, writing, table, on_progress)
                    writing.execute(sa.insert(_DONE).values(name=table.name))


def _copy_rows(reading: sa.Connection, writing: sa.Connection, table: sa.Table, on_progress: OnProgress) -> None:
    dialect = writing.dialect
    types = [column.type.dialect_impl(dialect) for column in table.c]
    bound: list[Callable[[object], object]] = [type.bind_processor(dialect) or _as_it_is for type in types]
    quoted = dialect.identifier_preparer
    names = ", ".join(quoted.quote(column.name) for column in table.c)
    driver = writing.connection.dbapi_connection
    if not isinstance(driver, psycopg.Connection):
        raise TypeError("the target is not PostgreSQL")
    with driver.cursor().copy(f"COPY {quoted.format_table(table)} ({names}) FROM STDIN") as copy:
        for done, row in enumerate(_rows(reading, table), 1):
            copy.write_row([bind(value) for bind, value in zip(bound, row, strict=True)])
            if done % BATCH == 0:
                on_progress(done, None)


def _as_it_is(value: object) -> object:
    return value


def _rows(connection: sa.Connection, table: sa.Table) -> Iterator[sa.Row[tuple[object, ...]]]:
    statement = sa.select(table).execution_options(stream_results=True, yield_per=BATCH)
    yield from connection.execute(statement)


def _differences(source: sa.Engine, target: sa.Engine, service: Service) -> list[str]:
    with source.connect() as there, target.connect() as here:
        sums = [(table.name, _sum(there, table), _sum(here, table)) for table in _tables(service)]
    return [f"{name} has {new.rows} rows of {old.rows}, or others" for name, old, new in sums if old != new]


def _sum(connection: sa.Connection, table: sa.Table) -> Sum:
    return _summed(json.dumps(list(row), sort_keys=True, default=str).encode() for row in _rows(connection, table))


def _summed(items: Iterator[bytes]) -> Sum:
    count, total = 0, 0
    for item in items:
        count, total = count + 1, total + int.from_bytes(hashlib.sha256(item).digest())
    return Sum(count, hashlib.sha256(str(total).encode()).hexdigest())


def _finish(source: sa.Engine, target: sa.Engine, service: Service) -> None:
    """Numbers go on where the old installation ended, and nothing tells of the move any more."""
    with source.connect() as reading, target.begin() as writing:
        given = sa.text("SELECT seq FROM sqlite_sequence WHERE name = :name")
        for table in _tables(service):
            sequence = sa.text("SELECT setval(pg_get_serial_sequence(:name, 'sequence'), :last)")
            if "sequence" in table.c and (last := reading.scalar(given, {"name": table.name})):
                writing.execute(sequence, {"name": table.name, "last": last})
        _DONE.drop(writing, checkfirst=True)


# Topics


def _fill(installation: Installation, service: Service, on_progress: OnProgress) -> int:
    """Send what the archive holds and the topic does not, and compare; how many events there are."""
    topic, database = topic_of(service.name), installation.databases[service.name]
    republish(database, installation.bus, topic, on_progress)
    archive = database.metadata.tables["outbox_archive"]
    with database.read() as tx:
        kept = _summed(row["payload"].encode() for row in tx.every(archive))
    there = _summed(_events(installation.bus, topic))
    if there != kept:
        raise NotTheSame(f"{topic} has {there.rows} events of {kept.rows}, or others")
    return there.rows


def _events(bus: Bus, topic: str) -> Iterator[bytes]:
    """What was sent twice counts once."""
    seen: set[str | None] = set()
    for record in bus.read_all([topic]):
        if (event_id := identity_of(record.value)[0]) not in seen:
            seen.add(event_id)
            yield record.value
