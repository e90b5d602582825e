"""A worker that is behind and whose position on the bus does not move shows it, though its threads live."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from services.engagements.service import service
from shared.clock import system_clock
from shared.derived import worker
from shared.derived.migrations import migrate
from shared.derived.worker import Worker
from shared.messaging.bus import Bus, Record, Subscription
from shared.messaging.embedded_log import EmbeddedLog

LOOK_EVERY_S = 0.05


class DeafSubscription:
    """A member of the group that is given nothing, as one that lost its partitions without learning of it."""

    def __init__(self, inner: Subscription) -> None:
        self.inner = inner

    def poll(self, timeout_s: float, limit: int) -> list[Record]:
        time.sleep(LOOK_EVERY_S)
        return []

    def commit(self) -> None:
        self.inner.commit()

    def close(self) -> None:
        self.inner.close()


class DeafBus(EmbeddedLog):
    def subscribe(self, group: str, topics: Sequence[str]) -> Subscription:
        return DeafSubscription(super().subscribe(group, topics))


class SilentBus(DeafBus):
    """One that does not say how far it is read either."""

    def lag(self, group: str, topics: Sequence[str]) -> int:
        raise OSError("away")


class MovedMonotonic:
    """The process's clock, which goes on while a frozen process does not."""

    def __init__(self) -> None:
        self.moved_s = 0.0

    def __call__(self) -> float:
        return time.perf_counter() + self.moved_s


@pytest.fixture
def started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Bus], Worker]]:
    monkeypatch.setattr(worker, "ROUND_EVERY_S", LOOK_EVERY_S)
    database = service.database(f"sqlite:///{tmp_path}/engagements.sqlite")
    migrate(service, database)
    begun: list[Worker] = []

    def start(bus: Bus) -> Worker:
        bus.publish([Record(service.handlers.topics[0], b"key", b"{}", 0, 0)])
        begun.append(Worker(service, database, bus, system_clock))
        begun[-1].start()
        time.sleep(20 * LOOK_EVERY_S)
        return begun[-1]

    yield start
    for one in begun:
        one.stop()
    database.close()


def test_one_that_stays_behind_counts_as_stuck(started: Callable[[Bus], Worker], tmp_path: Path) -> None:
    assert started(DeafBus(tmp_path / "events.sqlite")).stuck_for_s() > 10 * LOOK_EVERY_S


def test_one_that_keeps_up_does_not(started: Callable[[Bus], Worker], tmp_path: Path) -> None:
    assert started(EmbeddedLog(tmp_path / "events.sqlite")).stuck_for_s() < 10 * LOOK_EVERY_S


def test_one_whose_bus_is_away_does_not(started: Callable[[Bus], Worker], tmp_path: Path) -> None:
    assert started(SilentBus(tmp_path / "events.sqlite")).stuck_for_s() < 10 * LOOK_EVERY_S


@pytest.mark.parametrize("is_frozen", [True, False], ids=["frozen", "stuck"])
def test_a_process_that_was_frozen_goes_on_and_one_that_is_stuck_ends(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, is_frozen: bool
) -> None:
    clock, ended = MovedMonotonic(), threading.Event()
    monkeypatch.setattr(worker.time, "monotonic", clock)
    monkeypatch.setattr(worker, "WATCH_EVERY_S", LOOK_EVERY_S)
    monkeypatch.setattr(worker.os, "_exit", lambda code: ended.set())
    database = service.database(f"sqlite:///{tmp_path}/engagements.sqlite")
    migrate(service, database)
    watched = Worker(service, database, EmbeddedLog(tmp_path / "events.sqlite"), system_clock)
    watched.loops.append(worker.Loop("still", threading.Thread(), clock()))
    watching = threading.Thread(target=watched.watch, args=(60.0,), daemon=True)
    watching.start()
    time.sleep(4 * LOOK_EVERY_S)

    for _ in range(1 if is_frozen else 20):
        clock.moved_s += 100.0 if is_frozen else 5.0
        time.sleep(2 * LOOK_EVERY_S)

    assert ended.wait(0.5) is not is_frozen
    watched.stopping.set()
    watching.join()
