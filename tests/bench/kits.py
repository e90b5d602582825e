"""The installations that are measured: embedded in one process, and distributed on PostgreSQL and Apache Kafka."""

import os
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from services.registry import SERVICES
from shared.messaging.adapters import open_bus
from shared.messaging.bus import Bus
from tests.bench.meter import started_here
from tests.support.distributed import ENTENTE, ROOT, DistributedInstallation
from tests.support.kafka import Broker, start_broker
from tests.support.postgres import Postgres, start_postgres
from tests.support.processes import Process, free_port, wait_until

START_TIMEOUT_S = 120


@dataclass
class Installation:
    """A running installation. `pids` names the first process of each part; `databases` has a URL per service."""

    url: str
    token: str
    pids: Mapping[str, int]
    databases: Mapping[str, str]
    bus_url: str
    environment: Mapping[str, str]

    @property
    def port(self) -> int:
        port = urlsplit(self.url).port
        assert port is not None
        return port

    def client(self) -> httpx.Client:
        headers = {"authorization": f"Bearer {self.token}"}
        return httpx.Client(base_url=self.url + "/api/v1/", headers=headers, timeout=60)

    @contextmanager
    def bus(self) -> Iterator[Bus]:
        bus = open_bus(self.bus_url)
        try:
            yield bus
        finally:
            bus.close()

    def command(self, *arguments: str) -> list[str]:
        return [*ENTENTE, *arguments]


@dataclass
class Kit(ABC):
    """One kind of installation: opens installations of it, and bare databases on the same server for the floors."""

    folder: Path
    is_quick: bool

    name = ""

    @property
    def repeats(self) -> int:
        return 1 if self.is_quick else 3

    def seconds(self, whole: float, short: float) -> float:
        return short if self.is_quick else whole

    def __post_init__(self) -> None:
        self._exits = ExitStack()

    def close(self) -> None:
        self._exits.close()

    @cached_property
    def installation(self) -> Installation:
        """The installation that measurements share; opened when the first asks."""
        return self._exits.enter_context(self.open("shared"))

    @abstractmethod
    def open(self, name: str, demo: bool = False) -> AbstractContextManager[Installation]:
        """A fresh installation under this name, running until the `with` ends."""

    @abstractmethod
    def database(self, name: str) -> tuple[str, dict[str, str]]:
        """URL of a fresh, empty database, and the environment in which it is the scorecards service's."""

    @property
    def postgres_pid(self) -> int | None:
        return None


def run(command: Sequence[str], environment: Mapping[str, str], folder: Path, timeout_s: float = 300) -> str:
    """Standard output of a command of ours; RuntimeError with what it said when it fails."""
    done = subprocess.run(
        command, env={**os.environ, **environment}, cwd=folder, capture_output=True, text=True, timeout=timeout_s,
        check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.returncode} {done.stdout[-1000:]} {done.stderr[-2000:]}")
    return done.stdout


class Embedded(Kit):
    """`entente up`: one process, SQLite and the embedded log."""

    name = "embedded"

    @contextmanager
    def open(self, name: str, demo: bool = False) -> Iterator[Installation]:
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        with self.started(folder, demo) as (process, port):
            environment = self.environment(folder)
            token = ["token", "create", "--name", "bench", "--role", "admin"]
            yield Installation(
                url=f"http://127.0.0.1:{port}",
                token=run([*ENTENTE, *token], environment, folder).strip(),
                pids={"entente up": process.pid},
                databases={service: f"sqlite:///{folder}/{service}.sqlite" for service in SERVICES},
                bus_url=f"sqlite:///{folder}/events.sqlite",
                environment=environment,
            )

    @staticmethod
    def environment(folder: Path) -> dict[str, str]:
        return {"ENTENTE_DATA_DIR": str(folder), "ENTENTE_LOG_LEVEL": "WARNING", "PYTHONPATH": str(ROOT)}

    @contextmanager
    def started(self, folder: Path, demo: bool) -> Iterator[tuple[Process, int]]:
        port = free_port()
        options = ["--port", str(port), "--demo" if demo else "--no-demo"]
        process = Process([*ENTENTE, "up", *options], folder / "up.log", environment=self.environment(folder))
        try:
            url = f"http://127.0.0.1:{port}"
            wait_until(lambda: is_ready(url), START_TIMEOUT_S, "the product is ready", process)
            yield process, port
        finally:
            process.stop()

    def database(self, name: str) -> tuple[str, dict[str, str]]:
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        return f"sqlite:///{folder}/scorecards.sqlite", self.environment(folder)


class Distributed(Kit):
    """`serve` and `work` of every service as processes, PostgreSQL (fsync on) and Apache Kafka of our own."""

    name = "PostgreSQL + Kafka"

    @cached_property
    def postgres(self) -> Postgres:
        return self._exits.enter_context(start_postgres(self.folder / "postgres", own=True, fsync=True))

    @cached_property
    def broker(self) -> Broker:
        return self._exits.enter_context(start_broker(self.folder / "kafka", own=True, measured=True))

    @contextmanager
    def open(self, name: str, demo: bool = False) -> Iterator[Installation]:
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        with DistributedInstallation(folder, self.postgres, self.broker, f"bench_{name}") as installation:
            yield Installation(
                url=installation.url,
                token=installation.token(),
                pids={part: process.pid for part, process in installation.processes.items()} | self._broker_pid(),
                databases={service: self.postgres.url(f"bench_{name}_{service}") for service in SERVICES},
                bus_url=installation.environment["ENTENTE_BUS_URL"],
                environment=installation.environment,
            )

    def database(self, name: str) -> tuple[str, dict[str, str]]:
        self.postgres.create_database(f"bench_{name}")
        url = self.postgres.url(f"bench_{name}")
        environment = {
            "ENTENTE_DATABASE_URL": url, "ENTENTE_DATA_DIR": str(self.folder), "ENTENTE_LOG_LEVEL": "WARNING",
            "PYTHONPATH": str(ROOT),
        }  # fmt: skip
        return url, environment

    @staticmethod
    def _broker_pid() -> dict[str, int]:
        pid = started_here("java")
        return {} if pid is None else {"broker": pid}

    @property
    def postgres_pid(self) -> int | None:
        assert self.postgres
        return started_here("postgres")


def is_ready(url: str) -> bool:
    try:
        return httpx.get(url + "/readyz", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False
