"""Run `entente ...` with a sampler beside it: `python -m tests.bench.sampled FILE serve gateway`.

What it saw is written to FILE when it ends by SIGTERM; SIGUSR1 forgets what was seen before, as the start.

Each sample gives the CPU time that a thread has used since the last one to the stack on which it stands. Threads that
wait use none, so what is reported is where CPU goes, not where time does. Costs about 5 % itself.
"""

import json
import signal
import sys
import threading
import time
from collections import defaultdict
from pathlib import Path
from types import FrameType

INTERVAL_S = 0.001
HERE = str(Path(__file__).parents[2]) + "/"


class Sampler(threading.Thread):
    """`own` has CPU seconds by the package and function on top, `within` by every function on the stack."""

    def __init__(self) -> None:
        super().__init__(daemon=True, name="sampler")
        self.packages: defaultdict[str, float] = defaultdict(float)
        self.own: defaultdict[str, float] = defaultdict(float)
        self.within: defaultdict[str, float] = defaultdict(float)
        self._used: dict[int, float] = {}

    def run(self) -> None:
        sys.setswitchinterval(0.0001)  # else a sample waits until a thread blocks, and sees only those points
        while True:
            time.sleep(INTERVAL_S)
            for thread_id, frame in sys._current_frames().items():
                if thread_id != self.ident:
                    self._note(thread_id, frame)

    def _note(self, thread_id: int, frame: FrameType) -> None:
        try:
            used = time.clock_gettime(time.pthread_getcpuclockid(thread_id))
        except OSError:  # it has ended meanwhile
            return
        spent = used - self._used.get(thread_id, used)
        self._used[thread_id] = used
        if spent <= 0:
            return
        stack = list(_stack(frame))
        self.own[stack[0]] += spent
        self.packages[next((name for name in map(_package, stack) if name), "Python itself")] += spent
        for frame in set(stack):
            self.within[frame] += spent

    def forget(self) -> None:
        for seen in (self.packages, self.own, self.within):
            seen.clear()

    def shares(self) -> dict[str, dict[str, float]]:
        return {"packages": self.packages, "own": self.own, "within": self.within}


def _stack(frame: FrameType | None) -> "list[str]":
    frames = []
    while frame is not None:
        code = frame.f_code
        frames.append(f"{_short(code.co_filename)}:{code.co_qualname}")
        frame = frame.f_back
    return frames


def _short(file: str) -> str:
    """The path from the package on: what is not ours or installed is Python's own."""
    if "site-packages/" in file:
        return file.split("site-packages/", 1)[1]
    return file.removeprefix(HERE) if file.startswith(HERE) else "python/" + file.rsplit("/", 1)[-1]


def _package(frame: str) -> str | None:
    """The library, or the part of ours, that a frame belongs to; None for Python's own, which works for its caller."""
    parts = frame.split(":", 1)[0].split("/")
    if parts[0] in ("python", "tests"):
        return None
    return (
        "/".join(parts[:2]).removesuffix(".py") if parts[0] in ("services", "shared") else parts[0].removesuffix(".py")
    )


if __name__ == "__main__":
    from services.__main__ import main

    file = Path(sys.argv.pop(1))
    sampler = Sampler()
    sampler.start()
    signal.signal(signal.SIGUSR1, lambda *_: sampler.forget())
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # uvicorn raises it again once it has closed
    try:
        main()
    finally:
        file.write_text(json.dumps(sampler.shares()))
