"""What runs beside a service's web app: relay, consumer and schedule, each a thread, with a watchdog over them."""

import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa
import structlog

from shared import observe, outbox, tracing
from shared.bus import Bus, Grant
from shared.clock import Clock
from shared.consumer import consume
from shared.db import Database, take_lease
from shared.dead_letters import count_dead_letters
from shared.events import topic_of
from shared.ids import new_id
from shared.rows import upsert
from shared.service import Service, Task

log = structlog.get_logger()

STOP_TIMEOUT_S = 10
LOOK_EVERY_S = 5

Run = Callable[[threading.Event, Callable[[], None]], None]
"""A loop: `run(stopping, beat)` works until told to stop, and beats at least as often as the watchdog looks."""


KEYS_KEPT = timedelta(hours=24)


def tidy_keys(database: Database, now: datetime) -> dict[str, int]:
    """Forget the answers whose Idempotency-Key no retry can still ask for (contract.md)."""
    keys = database.metadata.tables["idempotency_key"]
    with database.write() as tx:
        return {"keys": tx.run(sa.delete(keys).where(keys.c.created_at < now - KEYS_KEPT)).rowcount}


def traced(service: str, task: Task) -> Task:
    """The task, each of its runs a trace of its own."""

    def run(database: Database, now: datetime) -> Mapping[str, Any]:
        with tracing.span(service, f"run {task.name}"):
            return task.run(database, now)

    return replace(task, run=run)


LOOK = "look after the worker"
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
        self._look = Task(LOOK, timedelta(seconds=10), lambda database, now: {"lag": self._behind})
        self._tasks = [traced(service.name, task) for task in (*service.schedule, TIDY_KEYS)]
        self._applied_at = time.monotonic()
        self.loops: list[Loop] = []

    def start(self, more: Mapping[str, Run] | None = None) -> None:
        """Begin the loops that every service has, and `more` of this one's by name."""
        self._begin("relay", lambda beat: outbox.relay(self.database, self.bus, self.clock, self.stopping, beat))
        if self.service.handlers.topics:
            self._begin("consumer", self._consume)
            self._begin("position", self._follow)
            age = observe.CONSUMER_POSITION_AGE.labels(service=self.service.name)
            age.set_function(lambda: time.monotonic() - self._applied_at)
        else:
            self._has_asked.set()
        self._begin("schedule", self._tick)
        for name, run in (more or {}).items():
            self._begin(name, partial(run, self.stopping))

    def _begin(self, name: str, run: Callable[[Callable[[], None]], None]) -> None:
        loop = Loop(name, threading.Thread(target=lambda: run(beat), name=f"{self.service.name}-{name}", daemon=True))

        def beat() -> None:
            loop.moved_at = time.monotonic()

        self.loops.append(loop)
        age = observe.LOOP_AGE.labels(service=self.service.name, loop=name)
        age.set_function(lambda: time.monotonic() - loop.moved_at)
        loop.thread.start()

    def _consume(self, beat: Callable[[], None]) -> None:
        consume(self.service.name, self.database, self.bus, self.service.handlers, self.clock, self.stopping, beat)

    def _tick(self, beat: Callable[[], None]) -> None:
        holder = new_id()
        while not self.stopping.is_set():
            beat()
            try:
                now = self.clock()
                measure(self.service, self.database, now)
                if take_lease(self.database, "schedule", holder, now, now + timedelta(seconds=30)):
                    look = [self._look] if self._has_asked.is_set() else []
                    for task in (*look, *self._tasks):
                        run_if_due(self.database, task, self.clock)
            except Exception as error:
                log.warning("schedule waits", service=self.service.name, error=repr(error))
            self.stopping.wait(LOOK_EVERY_S)

    def _follow(self, beat: Callable[[], None]) -> None:
        """Moves while the service keeps up, its position on the bus moves, or the bus does not say."""
        topics, position = self.service.handlers.topics, None
        while not self.stopping.is_set():
            try:
                behind, before = self.lag(), position
                self._behind = behind
                observe.CONSUMER_LAG.labels(service=self.service.name).set(behind)
                position = self.bus.committed(self.service.name, topics) if behind else None
                if position is None or position != before:
                    self._applied_at = time.monotonic()
                    beat()
            except Exception as error:
                log.warning("bus does not say how far it is read", service=self.service.name, error=repr(error))
                self._behind = None
                beat()
            self._has_asked.set()
            self.stopping.wait(LOOK_EVERY_S)

    def lag(self) -> int:
        """Records on the bus that the service has yet to apply."""
        topics = self.service.handlers.topics
        return self.bus.lag(self.service.name, topics) if topics else 0

    def stuck_for_s(self) -> float:
        """Seconds since the slowest loop moved; a loop that ended counts from its last move."""
        return max((time.monotonic() - loop.moved_at for loop in self.loops), default=0.0)

    def stop(self) -> None:
        self.stopping.set()
        deadline = time.monotonic() + STOP_TIMEOUT_S
        for loop in self.loops:
            loop.thread.join(max(0.0, deadline - time.monotonic()))

    def watch(self, limit_s: float) -> None:
        """End the process when a loop has stood still for too long: whoever supervises it starts a fresh one."""
        while not self.stopping.wait(1):
            if self.stuck_for_s() > limit_s:
                log.critical("worker stands still", service=self.service.name, seconds=self.stuck_for_s())
                os._exit(70)


def measure(service: Service, database: Database, now: datetime) -> None:
    """Set what Prometheus is told of a service's database."""
    names = {task.name for task in (*service.schedule, TIDY_KEYS)}
    with database.read() as tx:
        pending, oldest_age_s = outbox.pending(tx, now)
        dead = count_dead_letters(tx)
        schedule = tx.table("schedule")
        runs = [row for row in tx.run(sa.select(schedule)) if row.task in names]
        if service.measure is not None:
            service.measure(tx, now)
    observe.MEASURED.labels(service=service.name).set_to_current_time()
    observe.OUTBOX_PENDING.labels(service=service.name).set(pending)
    observe.OUTBOX_OLDEST_AGE.labels(service=service.name).set(oldest_age_s)
    observe.DEAD_LETTERS.labels(service=service.name).set(dead)
    for run in runs:
        place = {"service": service.name, "task": run.task}
        observe.TASK_DUE.labels(**place).set(run.next_run_at.timestamp())
        observe.TASK_FAILED.labels(**place).set(bool((run.last_outcome or {}).get("failed")))


def run_if_due(database: Database, task: Task, clock: Clock) -> dict[str, Any] | None:
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


def topics(services: Sequence[Service]) -> list[str]:
    """What these services write to or read: whoever comes first makes a topic."""
    return sorted({topic for service in services for topic in (topic_of(service.name), *service.handlers.topics)})


def grants(services: Sequence[Service]) -> list[Grant]:
    """What each service, as the bus's user of its name, has to be allowed: to write and check what it tells, to read
    what it hears, and to keep its place as a group."""
    allowed = [Grant(s.name, "write", "topic", topic_of(s.name)) for s in services]
    allowed += [Grant(s.name, "read", "topic", topic) for s in services for topic in topics([s])]
    return sorted(allowed + [Grant(s.name, "read", "group", s.name) for s in services if s.handlers.topics])
