"""Programs that tests start: free ports, log files, bounded waits, and none left behind."""

import atexit
import contextlib
import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import psutil

APT_INSTALL = ["apt-get", "-o", "DPkg::Lock::Timeout=300", "install", "--yes", "--quiet"]
"""Another worker may be installing something at the same time, and is waited for."""


class PartMissing(RuntimeError):
    """A real part cannot be had, or did not start; the message says what to do."""


class NotOurs(RuntimeError):
    """A fault was asked of a part that the tests did not start themselves."""


class Process:
    """A program in its own process group, writing to `log`; it ends with this Python, however that ends.

    `user` is the account it runs as; None keeps ours. `environment` is added to ours. Faults are real signals, to the
    program and all its children.
    """

    def __init__(
        self,
        command: Sequence[str | Path],
        log: Path,
        *,
        user: str | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.log = log
        with log.open("ab") as output:
            self._popen = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=log.parent if user is None else "/",
                start_new_session=True,
                **(_as_user(user) if environment is None else {"env": {**os.environ, **environment}}),
            )
        # The pipe closes when this Python is gone, even by SIGKILL. PR_SET_PDEATHSIG would not do: it fires when the
        # starting *thread* ends.
        self._guard = subprocess.Popen(
            ["/bin/sh", "-c", 'read -r _; kill -s KILL -- "-$0"', str(self.pid)],
            stdin=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        atexit.register(self.kill)

    @property
    def pid(self) -> int:
        return self._popen.pid

    @property
    def is_running(self) -> bool:
        return self._popen.poll() is None

    @property
    def returncode(self) -> int | None:
        """None while it runs; minus the signal that ended it."""
        return self._popen.poll()

    def send(self, number: signal.Signals) -> None:
        self._popen.send_signal(number)

    def stop(self, number: signal.Signals = signal.SIGTERM, timeout_s: float = 30) -> None:
        """Ask the program to end, and kill it when it has not after `timeout_s` seconds."""
        self.thaw()
        self.send(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._popen.wait(timeout_s)
        self.kill()

    def kill(self) -> None:
        """SIGKILL to the program and everything it started; returns when all are gone."""
        family = self._family()
        for member in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                member.kill()
        self._popen.wait()
        wait_until(lambda: not any(map(_is_alive, family)), 10, f"{self.log.stem} and its children are gone")
        self._guard.kill()
        self._guard.wait()
        self._guard.stdin.close()
        atexit.unregister(self.kill)

    def freeze(self) -> None:
        """SIGSTOP to the program and everything it started."""
        for member in self._family():
            with contextlib.suppress(psutil.NoSuchProcess):
                member.suspend()

    def thaw(self) -> None:
        """SIGCONT to the same."""
        for member in self._family():
            with contextlib.suppress(psutil.NoSuchProcess):
                member.resume()

    def _family(self) -> list[psutil.Process]:
        """The program first, or nothing once it has ended."""
        if not self.is_running:
            return []
        program = psutil.Process(self.pid)
        return [program, *program.children(recursive=True)]


def wait_until(holds: Callable[[], bool], timeout_s: float, what: str, process: Process | None = None) -> None:
    """Poll `holds`; PartMissing with the end of the log when time is up or `process` has ended before.

    Every 20 ms at first, and a tenth of what was waited so far later: to ask takes processors from what is waited for.
    """
    began = time.monotonic()
    while not holds():
        waited_s = time.monotonic() - began
        if process is not None and not process.is_running:
            raise PartMissing(f"Ended before this was so: {what}.\n{tail(process.log)}")
        if waited_s > timeout_s:
            raise PartMissing(f"Not so after {timeout_s:g} s: {what}.\n{tail(process.log) if process else ''}")
        time.sleep(min(0.5, max(0.02, waited_s / 10)))


def run(command: Sequence[str | Path], log: Path, *, user: str | None = None, timeout_s: float = 60) -> None:
    """Run a program to its end; PartMissing with the end of its log when it fails."""
    with log.open("ab") as output:
        try:
            subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=log.parent if user is None else "/",
                timeout=timeout_s,
                check=True,
                **_as_user(user),
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise PartMissing(f"{Path(command[0]).name} failed: {error}\n{tail(log)}") from error


def free_port() -> int:
    """A port of 127.0.0.1 that nothing listens on.

    Below the range from which clients' own ports come: while a part is down, no client can take its port, nor connect
    to itself there.
    """
    while True:
        port = random.randint(15_000, 32_000)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return port


def tail(log: Path, lines: int = 30) -> str:
    """The last lines of a log, under its name."""
    return "\n".join([f"The end of {log}:", *log.read_text(errors="replace").splitlines()[-lines:]])


def engine_answers() -> bool:
    """True when a Docker engine answers within 5 s, with the `compose` that `make up` calls."""
    for question in (["docker", "version"], ["docker", "compose", "version"]):
        try:
            if subprocess.run(question, capture_output=True, timeout=5, check=False).returncode != 0:
                return False
        except (OSError, subprocess.TimeoutExpired):
            return False
    return True


def docker_has(image: str) -> bool:
    """True when a Docker engine answers within 2 s and has `image`, or pulls it without 30 s of silence."""
    import docker
    import requests

    try:
        docker.from_env(timeout=2).ping()
        client = docker.from_env(timeout=30)
        with contextlib.suppress(docker.errors.ImageNotFound):
            client.images.get(image)
            return True
        client.images.pull(image)
    except (docker.errors.DockerException, requests.RequestException):
        return False
    return True


def _as_user(user: str | None) -> dict[str, object]:
    """Arguments for subprocess; an account's own group, none of ours, and nothing of our environment but the path."""
    if user is None:
        return {}
    import pwd

    group = pwd.getpwnam(user).pw_gid
    return {"user": user, "group": group, "extra_groups": [], "env": {"PATH": os.environ["PATH"], "TZ": "UTC"}}


def _is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
