"""A real Prometheus and its promtool: the system's, else those of Debian's package, unpacked beside it."""

import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import yaml

from tests.support.processes import PartMissing, Process, free_port, wait_until

OBSERVABILITY = Path(__file__).parents[2] / "deploy" / "observability"
FETCH_S = 300


def tool(name: str) -> str:
    """Where `prometheus` or `promtool` is; raises `PartMissing` where there is none and none can be had.

    Debian's package is unpacked, not installed: installed, it would start a Prometheus of its own.
    """
    if (system := shutil.which(name)) is not None:
        return system
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "entente" / "prometheus"
    cache.mkdir(parents=True, exist_ok=True)
    found = cache / "usr" / "bin" / name
    with cache.with_name("prometheus.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not found.exists() and not _fetches(cache) and os.geteuid() == 0 and _runs(["apt-get", "update"], cache):
            _fetches(cache)
    if not found.exists():
        raise PartMissing(f"There is no {name}: install the system's package `prometheus`, and see that PATH has it.")
    return str(found)


def _fetches(cache: Path) -> bool:
    if not _runs(["apt-get", "download", "prometheus"], cache):
        return False
    packages = list(cache.glob("prometheus_*.deb"))
    unpacked = [_runs(["dpkg-deb", "--extract", package.name, "."], cache) for package in packages]
    for package in packages:
        package.unlink()
    return any(unpacked)


def _runs(command: list[str], folder: Path) -> bool:
    try:
        return subprocess.run(command, cwd=folder, capture_output=True, timeout=FETCH_S, check=False).returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False


def promtool(*arguments: str | Path) -> str:
    """What promtool says; `AssertionError` with it where it finds fault."""
    done = subprocess.run([tool("promtool"), *arguments], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@dataclass
class Prometheus:
    url: str

    def ask(self, path: str, **query: str) -> Any:
        answer = httpx.get(f"{self.url}/api/v1/{path}", params=query, timeout=10).raise_for_status().json()
        return answer["data"]

    def value(self, expression: str) -> dict[str, float]:
        """An expression's values now, by the service or the instance that each is of."""
        found = self.ask("query", query=expression)["result"]
        return {
            each["metric"].get("service", each["metric"].get("instance", "")): float(each["value"][1]) for each in found
        }

    def firing(self) -> set[tuple[str, str]]:
        """Each alert that fires, and the service or the instance that it is of."""
        return {
            (alert["labels"]["alertname"], alert["labels"].get("service", alert["labels"].get("instance", "")))
            for alert in self.ask("alerts")["alerts"]
            if alert["state"] == "firing"
        }


@contextmanager
def prometheus(folder: Path, targets: list[str]) -> Iterator[Prometheus]:
    """A Prometheus on this machine with the product's own configuration and rules, looking at these targets.

    It looks every second, and an alert waits five seconds, where in production both take their time.
    """
    config = yaml.safe_load((OBSERVABILITY / "prometheus.yml").read_text())
    config["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    rules = yaml.safe_load((OBSERVABILITY / "alerts.yml").read_text())
    for rule in rules["groups"][0]["rules"]:
        rule["for"] = "5s"
    written = {"prometheus.yml": config, "alerts.yml": rules, "targets.yml": [{"targets": targets}]}
    for name, content in written.items():
        (folder / name).write_text(yaml.safe_dump(content))
    port = free_port()
    options = {
        "config.file": folder / "prometheus.yml",
        "storage.tsdb.path": folder / "tsdb",
        "web.listen-address": f"127.0.0.1:{port}",
    }
    command = [tool("prometheus"), *(f"--{name}={value}" for name, value in options.items())]
    process = Process(command, folder / "prometheus.log")
    try:
        started = Prometheus(f"http://127.0.0.1:{port}")
        wait_until(lambda: _is_ready(started.url), 60, "Prometheus is ready", process)
        yield started
    finally:
        process.stop()


def _is_ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/-/ready", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False
