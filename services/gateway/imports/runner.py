"""Runs imports in `work gateway`: one at a time per worker, held by a lease, on behalf of whoever posted it."""

import io
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import structlog

from services.gateway.upstream import Upstreams
from shared.auth import Actor
from shared.clock import Clock
from shared.db.database import TRANSIENT, Database
from shared.errors import DomainError, Forbidden
from shared.ids import new_id

from . import jobs
from .apply import apply
from .errors import ImportStopped
from .mapping import parse_mapping
from .service_client import ServiceClient
from .track_record import Refusal, TrackRecordFile

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

log = structlog.get_logger()


POLL_S = 0.5
RENEW_EVERY_S = 1.0
ACTOR_FOR_S = 4.0
"""A revoked token or a disabled person stops acting within five seconds."""


class _Interrupted(Exception):
    """The import was cancelled or taken over, or the worker stops."""


def run_imports(
    database: Database, upstreams: Upstreams, clock: Clock, stopping: threading.Event, heartbeat: Callable[[], None]
) -> None:
    """Run one import after the other until ``stopping`` is set."""
    while not stopping.is_set():
        heartbeat()
        try:
            holder = new_id()
            job = _next(database, holder, clock)
            if job is None:
                stopping.wait(POLL_S)
            else:
                _JobRunner(database, upstreams, clock, job, holder).until_done(stopping, heartbeat)
        except Exception as error:
            log.warning("imports wait", error=repr(error))
            stopping.wait(1)


def _next(database: Database, holder: str, clock: Clock) -> jobs.Job | None:
    with database.read() as tx:
        if not jobs.is_waiting(tx, clock()):
            return None
    with database.write() as tx:
        return jobs.claim(tx, holder, clock())


class _JobRunner:
    """One import: a thread that applies it, and this one, which renews the lease and sees a cancellation."""

    def __init__(self, database: Database, upstreams: Upstreams, clock: Clock, job: jobs.Job, holder: str) -> None:
        self._database, self._upstreams, self._clock = database, upstreams, clock
        self._job, self._holder = job, holder
        self._is_interrupted = threading.Event()
        self._done = 0
        self._of: int | None = None
        self._refusals = 0
        self._seen: tuple[float, Actor] | None = None

    def until_done(self, stopping: threading.Event, heartbeat: Callable[[], None]) -> None:
        worker = threading.Thread(target=self._do, name="import", daemon=True)
        worker.start()
        while worker.is_alive():
            heartbeat()
            worker.join(RENEW_EVERY_S)
            if worker.is_alive() and (stopping.is_set() or not self._renew_lease()):
                self._is_interrupted.set()

    def _renew_lease(self) -> bool:
        try:
            with self._database.write() as tx:
                return jobs.renew_lease(tx, self._job, self._holder, self._done, self._of, self._clock())
        except TRANSIENT as error:
            log.warning("import cannot note how far it is", import_id=self._job.import_id, error=str(error))
            return True

    def _do(self) -> None:
        job, holder = self._job, self._holder
        try:
            report = self._apply()
        except _Interrupted:
            with self._database.write() as tx:
                jobs.release(tx, job, holder)
            return
        except TRANSIENT as error:
            # Its lease runs out, and the worker that claims it then begins it again.
            log.warning("import left for its database", import_id=job.import_id, error=str(error))
            return
        except DomainError as error:
            self._fail(error)
            return
        except Exception as error:
            log.error("import failed", import_id=job.import_id, exc_info=error)
            self._fail(ImportStopped("something went wrong on our side; it is logged"))
            return
        with self._database.write() as tx:
            jobs.finish(tx, job, holder, report, self._clock())

    def _fail(self, error: DomainError) -> None:
        with self._database.write() as tx:
            jobs.fail(tx, self._job, self._holder, error.problem(), self._clock())

    def _apply(self) -> dict[str, object]:
        job = self._job
        stored = _StoredFile(self._database, job.import_id, self._check)
        with io.BufferedReader(stored) as file, ServiceClient(self._upstreams, self._actor) as send:
            track_record = TrackRecordFile(file, parse_mapping(job.mapping))
            return asdict(
                apply(track_record, send, dry_run=job.is_dry_run, on_progress=self._note, on_refusals=self._refuse)
            )

    def _note(self, done: int, of: int | None) -> None:
        self._done, self._of = done, of
        self._check()

    def _check(self) -> None:
        if self._is_interrupted.is_set():
            raise _Interrupted

    def _refuse(self, refusals: Sequence[Refusal]) -> None:
        with self._database.write() as tx:
            jobs.note_refusals(tx, self._job, self._holder, self._refusals, refusals)
        self._refusals += len(refusals)

    def _actor(self) -> Actor:
        now = time.monotonic()
        if self._seen is None or now - self._seen[0] > ACTOR_FOR_S:
            with self._database.read() as tx:
                actor = jobs.actor_of(tx, self._job, self._clock())
            if actor is None:
                raise Forbidden("the poster of this import may no longer act here")
            self._seen = (now, actor)
        return self._seen[1]


class _StoredFile(io.RawIOBase):
    """The file of an import, read from the database piece by piece."""

    def __init__(self, database: Database, import_id: str, check: Callable[[], None]) -> None:
        self._database, self._import_id, self._check = database, import_id, check
        self._number, self._left = 0, memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        if not self._left:
            self._check()
            with self._database.read() as tx:
                self._left = memoryview(jobs.chunk(tx, self._import_id, self._number))
            self._number += 1
        with memoryview(buffer) as room:
            size = min(len(room), len(self._left))
            room[:size], self._left = self._left[:size], self._left[size:]
        return size
