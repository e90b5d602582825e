"""The embedded product with its demo: from start to the first answered request, and its memory when idle."""

import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from tests.bench.figures import Figure
from tests.bench.kits import Embedded, Kit, run
from tests.bench.meter import Meter, resident_mib
from tests.bench.seeding import counted
from tests.support.distributed import ENTENTE
from tests.support.processes import Process, free_port, wait_until

MOST_START_S = 4.0
MOST_IDLE_MIB = 250.0
IDLE_S = 30.0
QUIET_S, DEMO_WITHIN_S = 5.0, 180.0


def measure(kit: Kit) -> list[Figure]:
    """Only the embedded kit is asked. The first start, which makes the demo, is not the one that counts."""
    assert isinstance(kit, Embedded)
    folder = kit.folder / "starting"
    folder.mkdir()
    environment = kit.environment(folder)
    first, process = _start(folder, environment, token=None)
    scored = _demo_is_scored(f"sqlite:///{folder}/scorecards.sqlite")
    process.stop()
    token = run([*ENTENTE, "token", "create", "--name", "bench", "--role", "viewer"], environment, folder).strip()
    idle_s, watched_s = kit.seconds(IDLE_S, 10), kit.seconds(10, 5)
    spans = []
    for repeat in range(kit.repeats):
        span, process = _start(folder, environment, token)
        spans.append(span)
        if repeat < kit.repeats - 1:
            process.stop()
    time.sleep(idle_s)
    with Meter({"up": process.pid}) as meter:
        time.sleep(watched_s)
    memory = resident_mib(process.pid)
    process.stop()
    return [
        Figure("second start to the first answered API request", "s", spans, most=MOST_START_S),
        Figure("first start until ready", "s", [first]),
        Figure("the demo in the score, after that", "s", [scored]),
        Figure(f"resident memory after {idle_s:g} s idle, demo loaded", "MiB", [memory], most=MOST_IDLE_MIB),
        Figure("CPU when idle", "cores", [meter.of("up") / watched_s]),
    ]


def _start(folder: Path, environment: Mapping[str, str], token: str | None) -> tuple[float, Process]:
    """Seconds from start to the first answer (without a token: until ready), and the running process."""
    port = free_port()
    path = "/readyz" if token is None else "/api/v1/portfolio?limit=50"
    asked = urllib.request.Request(f"http://127.0.0.1:{port}{path}")
    if token is not None:
        asked.add_header("authorization", f"Bearer {token}")
    started = time.perf_counter()
    process = Process([*ENTENTE, "up", "--port", str(port)], folder / "up.log", environment=environment)
    try:
        wait_until(lambda: _is_answered(asked), 120, "the first request is answered", process)
    except BaseException:
        process.kill()
        raise
    return time.perf_counter() - started, process


def _demo_is_scored(url: str) -> float:
    """Wait until the demo's evidence has stopped arriving; returns the seconds that it took."""
    started, (seen, moved_at) = time.perf_counter(), (0, time.perf_counter())
    while time.perf_counter() - moved_at < QUIET_S or seen == 0:
        if time.perf_counter() - started > DEMO_WITHIN_S:
            raise TimeoutError(f"the demo is not scored after {DEMO_WITHIN_S:g} s")
        time.sleep(0.2)
        now = counted(url, "SELECT count(*) FROM ledger_entry")
        if now != seen:
            seen, moved_at = now, time.perf_counter()
    return moved_at - started


def _is_answered(asked: urllib.request.Request) -> bool:
    try:
        with urllib.request.urlopen(asked, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
