"""The load generator: a process of its own that sends prepared bytes over kept connections and notes each answer.

Closed loop: a connection sends its next request when its last was answered. Open loop: requests leave at a constant
rate, and a latency counts from when the request was due, so that waiting for a free connection is not forgotten.
With `watch`, a thread asks that database, every few milliseconds, which of the answered ids are evidence by now.

`python -m tests.bench.hammer` reads its plan on standard input and writes what happened on standard output, both JSON;
`fire` does that from here. All instants are of the machine's monotonic clock.
"""

import asyncio
import itertools
import json
import re
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import uvloop

from shared.ids import new_id
from tests.bench.figures import quantile

KEY = "KEY-------------------------------KEY"[:36]
POLL_S = 0.003
DRAIN_S = 30.0
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Volley:
    """What came of a run: latencies in seconds of the good answers, and seconds from answer to score where watched."""

    seconds: float
    latencies: Sequence[float]
    to_score: Sequence[float]
    failed: int
    unseen: int
    cpu_s: float

    @property
    def count(self) -> int:
        return len(self.latencies)

    @property
    def rate(self) -> float:
        return self.count / self.seconds

    def ms(self, share: float) -> float:
        return quantile(self.latencies, share) * 1000


def request(method: str, path: str, token: str, body: Any = None) -> str:
    """A whole HTTP/1.1 request; one with a body carries an Idempotency-Key that is new each time it is sent."""
    head = [f"{method} {path} HTTP/1.1", "host: 127.0.0.1", f"authorization: Bearer {token}"]
    content = "" if body is None else json.dumps(body, separators=(",", ":"))
    if content:
        head += ["content-type: application/json", f"content-length: {len(content)}", f"idempotency-key: {KEY}"]
    return "\r\n".join(head) + "\r\n\r\n" + content


def fire(
    port: int, requests: Sequence[str], seconds: float, connections: int, rate: float | None = None,
    watch: str | None = None,
) -> Volley:  # fmt: skip
    """Run a plan in a process of its own; RuntimeError when nothing was answered well."""
    plan = {
        "port": port, "requests": requests, "seconds": seconds, "connections": connections, "rate": rate,
        "watch": watch,
    }  # fmt: skip
    command = [sys.executable, "-m", "tests.bench.hammer"]
    done = subprocess.run(
        command, input=json.dumps(plan), capture_output=True, text=True, timeout=seconds + 3 * DRAIN_S, check=True
    )
    measured = json.loads(done.stdout)
    if not measured["latencies"]:
        raise RuntimeError(f"no request was answered well: {measured['first_failure']}")
    del measured["first_failure"]
    return Volley(**measured)


class Connection(asyncio.Protocol):
    def __init__(self, run: "Run") -> None:
        self._run = run
        self._buffer = b""
        self.due: float | None = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._run.is_free(self)

    def send(self, due: float) -> None:
        self.due = due
        self._transport.write(next(self._run.requests).replace(KEY.encode(), new_id().encode()))

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, separator, body = self._buffer.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if not separator or (length is not None and len(body) < int(length[1])):
            return
        due, self.due, self._buffer = self.due, None, b""
        assert due is not None
        self._run.note(int(head[9:12]), body, due, time.monotonic())
        self._run.is_free(self)

    def connection_lost(self, error: Exception | None) -> None:
        if self.due is not None:
            self._run.note(0, repr(error).encode(), self.due, time.monotonic())
        self._run.is_lost(self)


class Run:
    def __init__(self, plan: dict[str, Any]) -> None:
        self.requests = itertools.cycle([text.encode() for text in plan["requests"]])
        self._plan = plan
        self._free: deque[Connection] = deque()
        self._due: deque[float] = deque()
        self._latencies: list[float] = []
        self._failures: list[str] = []
        self._sent = 0
        self._is_sending = True
        self._is_drained = asyncio.Event()
        self._watch = Watch(plan["watch"]) if plan["watch"] else None

    def is_free(self, connection: Connection) -> None:
        if self._plan["rate"] is None and self._is_sending:
            self._send(connection, time.monotonic())
        elif self._due:
            self._send(connection, self._due.popleft())
        else:
            self._free.append(connection)

    def is_lost(self, connection: Connection) -> None:
        if connection in self._free:
            self._free.remove(connection)

    def _send(self, connection: Connection, due: float) -> None:
        self._sent += 1
        connection.send(due)

    def note(self, status: int, body: bytes, due: float, answered: float) -> None:
        if 200 <= status < 300:
            self._latencies.append(answered - due)
            if self._watch is not None:
                start = body.index(b'"id":"') + 6
                self._watch.pending[body[start : start + 36].decode()] = answered
        else:
            self._failures.append(f"{status} {body[:300].decode(errors='replace')}")
        if not self._is_sending and len(self._latencies) + len(self._failures) == self._sent:
            self._is_drained.set()

    async def go(self) -> dict[str, Any]:
        loop = asyncio.get_running_loop()
        if self._watch is not None:
            self._watch.start()
        started, cpu = time.monotonic(), time.process_time()
        for _ in range(self._plan["connections"]):
            await loop.create_connection(lambda: Connection(self), "127.0.0.1", self._plan["port"])
        if self._plan["rate"] is None:
            await asyncio.sleep(self._plan["seconds"])
        else:
            await self._keep_pace(started)
        self._is_sending = False
        if len(self._latencies) + len(self._failures) < self._sent:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._is_drained.wait(), DRAIN_S)
        seconds = time.monotonic() - started
        if self._watch is not None:
            await asyncio.to_thread(self._watch.finish)
        return {
            "seconds": seconds,
            "latencies": self._latencies,
            "to_score": self._watch.seen if self._watch else [],
            "failed": self._sent - len(self._latencies),
            "unseen": len(self._watch.pending) if self._watch else 0,
            "cpu_s": time.process_time() - cpu,
            "first_failure": self._failures[0] if self._failures else None,
        }

    async def _keep_pace(self, started: float) -> None:
        for n in range(int(self._plan["seconds"] * self._plan["rate"])):
            due = started + n / self._plan["rate"]
            if (ahead := due - time.monotonic()) > 0:
                await asyncio.sleep(ahead)
            if self._free:
                self._send(self._free.popleft(), due)
            else:
                self._due.append(due)


class Watch(threading.Thread):
    """Asks the scorecards database which answered interactions are evidence; their score is written with them."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self.pending: dict[str, float] = {}
        self.seen: list[float] = []
        self._url = url
        self._deadline: float | None = None

    def run(self) -> None:
        ask = _asker(self._url)
        while self._deadline is None or (self.pending and time.monotonic() < self._deadline):
            ids = list(self.pending)
            found = ask(ids) if ids else []
            now = time.monotonic()
            self.seen += [now - self.pending.pop(source_id) for source_id in found]
            time.sleep(POLL_S)

    def finish(self) -> None:
        self._deadline = time.monotonic() + DRAIN_S
        self.join()


def _asker(url: str) -> Any:
    query = "SELECT source_id FROM ledger_entry WHERE source_kind = 'interaction' AND source_id "
    if url.startswith("sqlite"):
        import sqlite3

        connection = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=5)
        return lambda ids: [
            row[0] for row in connection.execute(query + f"IN ({','.join('?' * len(ids))})", ids).fetchall()
        ]
    import psycopg

    server = psycopg.connect(url, autocommit=True)
    return lambda ids: [row[0] for row in server.execute(query + "= ANY(%s)", (ids,)).fetchall()]


if __name__ == "__main__":
    plan = json.load(sys.stdin)
    # After `uvloop.run` one answer in a hundred is cut short on its way through the pipe; after this none was in 400.
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        measured = runner.run(Run(plan).go())
    print(json.dumps(measured))
