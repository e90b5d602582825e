"""CPU seconds by part of an installation, from the times of its processes; a database's by who it worked for."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import psutil

_CLIENT_PORT = re.compile(r"\((\d+)\)")
Part = tuple[str, int]


@dataclass
class Meter:
    """`with Meter({"serve gateway": pid, ...}) as meter:` then `meter.seconds` has the CPU of each tree of processes.

    With `postgres` (its first process), each backend counts as "database of" the named part whose connection it
    serves, and the rest as "database itself".
    """

    pids: Mapping[str, int]
    postgres: int | None = None
    seconds: dict[str, float] = field(default_factory=dict)

    def __enter__(self) -> "Meter":
        self._before = self._read()
        return self

    def __exit__(self, *_: object) -> None:
        owners = self._owners()
        for (part, pid), spent in self._read().items():
            part = owners.get(pid, part)
            before = self._before.get(("database itself" if part.startswith("database") else part, pid), 0.0)
            self.seconds[part] = self.seconds.get(part, 0.0) + spent - before

    def of(self, *parts: str) -> float:
        return sum(self.seconds.get(part, 0.0) for part in parts)

    def _read(self) -> dict[Part, float]:
        spent: dict[Part, float] = {}
        for part, root in [*self.pids.items(), *([("database itself", self.postgres)] if self.postgres else [])]:
            for process in tree(root):
                with suppress(psutil.NoSuchProcess):
                    times = process.cpu_times()
                    # What its ended children had used is counted with the parent, once it has waited for them.
                    of_ended = times.children_user + times.children_system
                    spent[part, process.pid] = times.user + times.system + of_ended
        return spent

    def _owners(self) -> dict[int, str]:
        """Which part each backend of the database serves, by the port that its title names."""
        if self.postgres is None:
            return {}
        by_port = {
            connection.laddr.port: part
            for part, root in self.pids.items()
            for process in tree(root)
            for connection in _connections(process)
        }
        owners = {}
        for backend in tree(self.postgres):
            found = _CLIENT_PORT.search(" ".join(_title(backend)))
            if found and (part := by_port.get(int(found[1]))):
                owners[backend.pid] = f"database of {part}"
        return owners


def tree(root: int) -> Iterator[psutil.Process]:
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(root)
        yield process
        yield from process.children(recursive=True)


def started_here(name: str) -> int | None:
    """The first process of this name that this Python has started, as the tests' own database and broker."""
    return next((child.pid for child in psutil.Process().children() if child.name() == name), None)


def resident_mib(root: int) -> float:
    return sum(process.memory_info().rss for process in tree(root)) / 2**20


def _connections(process: psutil.Process) -> Sequence[Any]:
    try:
        return process.net_connections("tcp")
    except psutil.NoSuchProcess:
        return []


def _title(process: psutil.Process) -> Sequence[str]:
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:
        return []
