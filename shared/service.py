"""A service is a value; its web app, worker, migrations and contract files are derived from it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from shared.db.database import Database, Tx
from shared.events import Event
from shared.messaging.bus import Bus
from shared.messaging.handlers import AnyHandlers

if TYPE_CHECKING:
    from shared.http.routing import Api

TaskFunction = Callable[[Database, datetime], Mapping[str, object]]
Announce = Callable[[Tx, int], Iterable[Event]]
"""`announce(tx, epoch)`: the event of each record as it is, for a new epoch (docs/design/reliability.md, Restore)."""


Repair = Callable[[Database, Bus, Callable[[], None]], int]
"""`repair(database, bus, heartbeat)`: idempotent; how many records it filled."""


@dataclass(frozen=True)
class Task:
    """Work that comes due by itself; `run(database, now)` is idempotent and returns what it did, by count."""

    name: str
    every: timedelta
    run: TaskFunction


@dataclass(frozen=True)
class Check:
    """One invariant of one service: how many things were looked at, and what is wrong with which."""

    service: str
    invariant: str
    looked_at: int
    wrong: list[str]


@dataclass(frozen=True)
class Service:
    name: str
    metadata: sa.MetaData
    api: Callable[[], "Api"]
    """Its routes, imported only when they are asked for: who works and does not serve has no need of them."""
    handlers: AnyHandlers
    schedule: tuple[Task, ...] = ()
    measure: Callable[[Tx, datetime], None] | None = None
    """Sets the metrics of its own that are asked of its database; called every few seconds in each of its workers."""
    announce: Announce = lambda tx, epoch: ()
    checks: Callable[[Database, Bus], Iterator[Check]] = lambda database, bus: iter(())
    """The invariants of its own, beside those of every service (`shared/derived/verify.py`)."""
    repair: Repair | None = None
    """Fills from the bus what the release before did not store; a worker looks at its start and every ten minutes."""
    migrations: Path = field(kw_only=True)

    def database(self, url: str, pool_size: int = 20) -> Database:
        return Database(url, self.metadata, pool_size=pool_size)
