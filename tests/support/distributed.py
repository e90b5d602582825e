"""A distributed installation of separate processes: four web apps and four workers on PostgreSQL and Apache Kafka."""

import copy
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx

from services.registry import SERVICES, UPSTREAMS
from shared.actor_tokens import new_key, public_half
from tests.support.kafka import Broker, Cluster
from tests.support.postgres import Postgres
from tests.support.processes import Process, free_port, wait_until
from tests.support.proxy import Proxy

ENTENTE = [sys.executable, "-m", "services"]
ROOT = Path(__file__).parents[2]


class DistributedInstallation:
    """`serve` and `work` of each service as processes of their own, to be killed and started again by name.

    With `replicas` there are so many of each, the second named `work accounts 2`, and a proxy before those that serve.
    `settings` are variables of all of them, and `program` is the command that they run.
    """

    def __init__(
        self,
        folder: Path,
        postgres: Postgres,
        broker: Broker | Cluster,
        name: str,
        *,
        replicas: int = 1,
        settings: Mapping[str, str] | None = None,
        program: Sequence[str] = ENTENTE,
    ) -> None:
        self.folder, self.name, self.program = folder, name, program
        self.postgres, self.broker = postgres, broker
        self.ports = {service: free_port() for service in SERVICES}
        self.names = [
            f"{verb} {service}{'' if n == 1 else f' {n}'}"
            for n in range(1, replicas + 1)
            for verb in ("serve", "work")
            for service in SERVICES
        ]
        serving = [name for name in self.names if name.startswith("serve")]
        self.listens = {each: self.ports[each.split()[1]] if replicas == 1 else free_port() for each in serving}
        self.metrics_ports = {each: free_port() for each in self.names if each not in serving}
        fronts = {
            port: [self.listens[each] for each in serving if each.split()[1] == service]
            for service, port in self.ports.items()
        }
        self.proxy = None if replicas == 1 else Proxy(folder, fronts)
        for service in SERVICES:
            postgres.create_database(f"{name}_{service}")
        key = new_key()
        self.environment = {
            "ENTENTE_DATA_DIR": str(folder),
            "ENTENTE_DATABASE_URL": postgres.url("NAME").replace("NAME", f"{name}_{{service}}"),
            "ENTENTE_BUS_URL": f"kafka://{broker.bootstrap_servers}/{name}",
            "ENTENTE_ACTOR_KEY": json.dumps(key),
            "ENTENTE_ACTOR_PUBLIC_KEY": json.dumps(public_half(key)),
            "ENTENTE_LOG_LEVEL": "WARNING",
            "PYTHONPATH": str(ROOT),
            **{f"ENTENTE_{service.upper()}_URL": f"http://127.0.0.1:{self.ports[service]}" for service in UPSTREAMS},
            **(settings or {}),
        }
        self.processes: dict[str, Process] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.ports['gateway']}"

    def entente(self, *arguments: str, timeout_s: float = 120) -> subprocess.CompletedProcess[str]:
        """Run the command line in this installation's environment; output and exit code are the caller's to judge."""
        return subprocess.run(
            [*self.program, *arguments],
            env={**os.environ, **self.environment},
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )

    def beside(self, program: Path) -> "DistributedInstallation":
        """The same installation run by another program, on ports of its own; nothing of it is started."""
        other = copy.copy(self)
        other.ports = {service: free_port() for service in SERVICES}
        other.listens = {name: other.ports[name.split()[1]] for name in self.listens}
        other.metrics_ports = {name: free_port() for name in self.metrics_ports}
        urls = {f"ENTENTE_{name.upper()}_URL": f"http://127.0.0.1:{other.ports[name]}" for name in UPSTREAMS}
        other.environment = {**self.environment, **urls, "PYTHONPATH": str(program)}
        other.processes = {}
        return other

    def open(self) -> "DistributedInstallation":
        migrated = self.entente("migrate")
        assert migrated.returncode == 0, migrated.stderr
        if self.proxy is not None:
            self.proxy.start()
        for name in self.names:
            self.start(name)
        self.wait_until_ready()
        return self

    def start(self, name: str) -> None:
        verb, service, *_ = name.split()
        option, ports = ("--port", self.listens) if verb == "serve" else ("--metrics-port", self.metrics_ports)
        options = [option, str(ports.setdefault(name, free_port()))]  # one may join that was not there from the start
        log = self.folder / f"{name.replace(' ', '-')}.log"
        self.processes[name] = Process([*self.program, verb, service, *options], log, environment=self.environment)

    def kill(self, name: str) -> None:
        self.processes.pop(name).kill()

    def stop(self, names: Sequence[str] | None = None) -> None:
        for name in names or list(self.processes):
            self.processes.pop(name).stop()

    def wait_until_ready(self, timeout_s: float = 60) -> None:
        for name in self.listens:
            wait_until(lambda name=name: self.is_ready(name), timeout_s, f"{name} is ready")

    def is_ready(self, name: str) -> bool:
        """Whether a process that serves says so, and the proxy before it has seen it."""
        port = self.listens[name]
        return _is_ready(port) and (self.proxy is None or self.proxy.sends_to(port))

    def token(self, role: str = "admin") -> str:
        made = self.entente("token", "create", "--name", "tests", "--role", role)
        assert made.returncode == 0, made.stderr
        return made.stdout.strip()

    def verify(self, timeout_s: float = 120) -> list[dict[str, Any]]:
        """Every check of `entente verify`, asked again until all hold or the time for healing (60 s) is over."""
        deadline = time.monotonic() + 60
        while True:
            checks = self.checks(timeout_s)
            if not any(check["wrong"] for check in checks) or time.monotonic() > deadline:
                return checks

    def checks(self, timeout_s: float = 120) -> list[dict[str, Any]]:
        """Every check of `entente verify` as it is now."""
        answer = self.entente("verify", "--json", timeout_s=timeout_s)
        assert answer.stdout, answer.stderr
        found: list[dict[str, Any]] = json.loads(answer.stdout)
        return found

    def __enter__(self) -> "DistributedInstallation":
        return self.open()

    def __exit__(self, *_: object) -> None:
        for process in self.processes.values():
            process.kill()
        if self.proxy is not None:
            self.proxy.close()


def _is_ready(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False
