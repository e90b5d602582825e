"""What runs beside a service's web app: relay, consumer and schedule, each a thread, with a watchdog over them."""

import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

import sqlalchemy as sa
import structlog

from shared.clock import Clock
from shared.db import outbox
from shared.db.bulk import upsert
from shared.db.database import Database
from shared.db.idempotency_keys import tidy_keys
from shared.db.leases import take_lease
from shared.ids import new_id
from shared.messaging.bus import Bus
from shared.messaging.consumer import consume
from shared.messaging.dead_letters import count_dead_letters
from shared.messaging.relay import relay
from shared.service import Repair, Service, Task
from shared.telemetry import metrics, tracing

log = structlog.get_logger()

STOP_TIMEOUT_S = 10
WATCH_EVERY_S = 1.0
FROZEN_S = 10.0
"""Between two looks of the watchdog, after which the whole process must have been frozen."""
ROUND_EVERY_S = 5
REPAIR_EVERY_S = 600.0

LoopFunction = Callable[[threading.Event, Callable[[], None]], None]
"""A loop: `run(stopping, beat)` works until it is stopped, and beats at least as often as the watchdog looks."""


def traced(service: str, task: Task) -> Task:
    """The task, each of its runs a trace of its own."""

    def run(database: Database, now: datetime) -> Mapping[str, object]:
        with tracing.span(service, f"run {task.name}"):
            return task.run(database, now)

    return replace(task, run=run)


REPORT_STATE = "look after the worker"
"""The task by which a worker says that it is there, for whoever asks how the service is."""
TIDY_KEYS = Task("tidy idempotency keys", timedelta(hours=1), tidy_keys)


@dataclass
class Loop:
    """One thread of a worker and when it last showed that it moves."""

    name: str
    thread: threading.Thread
    moved_at: float = field(default_factory=time.monotonic)


class Worker:
    """Relay, consumer and schedule of one service. `start` returns at once; `stop` is bounded."""

    def __init__(self, service: Service, database: Database, bus: Bus, clock: Clock) -> None:
        self.service, self.database, self.bus, self.clock = service, database, bus, clock
        self.stopping = threading.Event()
        self._behind: int | None = 0
        self._has_asked = threading.Event()
        self._report_state = Task(REPORT_STATE, timedelta(seconds=10), lambda database, now: {"lag": self._behind})
        self._tasks = [traced(service.name, task) for task in (*service.schedule, TIDY_KEYS)]
        self._applied_at = time.monotonic()
        self._thawed_at = 0.0
        self.loops: list[Loop] = []

    def start(self, more: Mapping[str, LoopFunction] | None = None) -> None:
        """Begin the loops that every service has, and `more` of this one's by name."""
        self._begin("relay", lambda heartbeat: relay(self.database, self.bus, self.clock, self.stopping, heartbeat))
        if self.service.handlers.topics:
            self._begin("consumer", self._consume)
            self._begin("position", self._follow)
            age = metrics.CONSUMER_POSITION_AGE.labels(service=self.service.name)
            age.set_function(lambda: time.monotonic() - self._applied_at)
        else:
            self._has_asked.set()
        self._begin("schedule", self._tick)
        if self.service.repair is not None:
            self._begin("repair", partial(self._repair, self.service.repair))
        for name, run in (more or {}).items():
            self._begin(name, partial(run, self.stopping))

    def _begin(self, name: str, run: Callable[[Callable[[], None]], None]) -> None:
        loop = Loop(
            name, threading.Thread(target=lambda: run(heartbeat), name=f"{self.service.name}-{name}", daemon=True)
        )

        def heartbeat() -> None:
            loop.moved_at = time.monotonic()

        self.loops.append(loop)
        age = metrics.LOOP_AGE.labels(service=self.service.name, loop=name)
        age.set_function(lambda: time.monotonic() - loop.moved_at)
        loop.thread.start()

    def _consume(self, heartbeat: Callable[[], None]) -> None:
        consume(self.service.name, self.database, self.bus, self.service.handlers, self.clock, self.stopping, heartbeat)

    def _tick(self, heartbeat: Callable[[], None]) -> None:
        holder = new_id()
        while not self.stopping.is_set():
            heartbeat()
            try:
                now = self.clock()
                measure(self.service, self.database, now)
                if take_lease(self.database, "schedule", holder, now, now + timedelta(seconds=30)):
                    look = [self._report_state] if self._has_asked.is_set() else []
                    for task in (*look, *self._tasks):
                        run_if_due(self.database, task, self.clock)
            except Exception as error:
                log.warning("schedule waits", service=self.service.name, error=repr(error))
            self.stopping.wait(ROUND_EVERY_S)

    def _repair(self, repair: Repair, heartbeat: Callable[[], None]) -> None:
        due_at = time.monotonic()
        while not self.stopping.is_set():
            heartbeat()
            if time.monotonic() >= due_at:
                try:
                    if repaired := repair(self.database, self.bus, heartbeat):
                        log.info("filled from the bus", service=self.service.name, records=repaired)
                except Exception as error:
                    log.warning("filling from the bus waits", service=self.service.name, error=repr(error))
                due_at = time.monotonic() + REPAIR_EVERY_S
            self.stopping.wait(ROUND_EVERY_S)

    def _follow(self, heartbeat: Callable[[], None]) -> None:
        """Moves while the service keeps up, its position on the bus moves, or the bus does not say."""
        topics, position = self.service.handlers.topics, None
        while not self.stopping.is_set():
            try:
                behind, before = self.lag(), position
                self._behind = behind
                metrics.CONSUMER_LAG.labels(service=self.service.name).set(behind)
                position = self.bus.committed(self.service.name, topics) if behind else None
                if position is None or position != before:
                    self._applied_at = time.monotonic()
                    heartbeat()
            except Exception as error:
                log.warning("bus does not say how far it is read", service=self.service.name, error=repr(error))
                self._behind = None
                heartbeat()
            self._has_asked.set()
            self.stopping.wait(ROUND_EVERY_S)

    def lag(self) -> int:
        """Records on the bus that the service has yet to apply."""
        topics = self.service.handlers.topics
        return self.bus.lag(self.service.name, topics) if topics else 0

    def stuck_for_s(self) -> float:
        """Seconds since the slowest loop moved; a loop that ended counts from its last move."""
        since = (max(loop.moved_at, self._thawed_at) for loop in self.loops)
        return max((time.monotonic() - moved_at for moved_at in since), default=0.0)

    def stop(self) -> None:
        self.stopping.set()
        deadline = time.monotonic() + STOP_TIMEOUT_S
        for loop in self.loops:
            loop.thread.join(max(0.0, deadline - time.monotonic()))

    def watch(self, limit_s: float) -> None:
        """End the process when a loop has stood still for too long: whoever supervises it starts a fresh one.

        While the whole process was frozen, as with its machine, no loop could move, nor could this one: from the thaw
        on each has the whole time again.
        """
        looked_at = time.monotonic()
        while not self.stopping.wait(WATCH_EVERY_S):
            now = time.monotonic()
            if now - looked_at > FROZEN_S:
                log.warning("worker was frozen", service=self.service.name, seconds=now - looked_at)
                self._thawed_at = now
            looked_at = now
            if self.stuck_for_s() > limit_s:
                log.critical("worker stands still", service=self.service.name, seconds=self.stuck_for_s())
                os._exit(70)


def unseen_for_s(database: Database, now: datetime) -> float | None:
    """Seconds since a worker of this service last said that it is there; None where none ever did."""
    schedule = database.metadata.tables["schedule"]
    with database.read() as tx:
        seen_at = tx.run(sa.select(schedule.c.last_run_at).where(schedule.c.task == REPORT_STATE)).scalar()
    return None if seen_at is None else max(0.0, (now - seen_at).total_seconds())


def measure(service: Service, database: Database, now: datetime) -> None:
    """Set the metrics of a service's database."""
    names = {task.name for task in (*service.schedule, TIDY_KEYS)}
    with database.read() as tx:
        pending, oldest_age_s = outbox.pending(tx, now)
        dead = count_dead_letters(tx)
        schedule = tx.table("schedule")
        runs = [row for row in tx.run(sa.select(schedule)) if row.task in names]
        if service.measure is not None:
            service.measure(tx, now)
    metrics.MEASURED.labels(service=service.name).set_to_current_time()
    metrics.OUTBOX_PENDING.labels(service=service.name).set(pending)
    metrics.OUTBOX_OLDEST_AGE.labels(service=service.name).set(oldest_age_s)
    metrics.DEAD_LETTERS.labels(service=service.name).set(dead)
    for run in runs:
        labels = {"service": service.name, "task": run.task}
        metrics.TASK_DUE.labels(**labels).set(run.next_run_at.timestamp())
        metrics.TASK_FAILED.labels(**labels).set(bool((run.last_outcome or {}).get("failed")))


def run_if_due(database: Database, task: Task, clock: Clock) -> dict[str, object] | None:
    """Run a task when its time has come and record what it did; catching up what was missed is the task's own."""
    now = clock()
    schedule = database.metadata.tables["schedule"]
    with database.read() as tx:
        due_at = tx.run(sa.select(schedule.c.next_run_at).where(schedule.c.task == task.name)).scalar()
    # A run further off than the task's own interval was written by a clock that has since been put back.
    if due_at is not None and now < due_at <= now + task.every:
        return None
    try:
        outcome = dict(task.run(database, now))
    except Exception as error:
        log.error("task failed", task=task.name, exc_info=error)
        outcome = {"failed": str(error)}
    with database.write() as tx:
        values = {"next_run_at": now + task.every, "last_run_at": now, "last_outcome": outcome}
        statement = upsert(schedule, tx.connection().dialect.name).values(task=task.name, **values)
        tx.run(statement.on_conflict_do_update(index_elements=["task"], set_=values))
    return outcome
