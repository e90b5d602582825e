"""The distributed form of docker-compose.yml on a real Docker engine, used through the two commands that a user has."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import httpx

from services.registry import SERVICES
from tests.support.processes import free_port, wait_until

ROOT = Path(__file__).parents[2]
RUNNING = ("postgres", "kafka", *SERVICES, *(f"work-{service}" for service in SERVICES))
MADE_OF = ("Makefile", "docker-compose.yml", ".dockerignore", "pyproject.toml", "README.md", "LICENSE")
FOLDERS = ("deploy", "requirements", "services", "shared")
APART = shutil.ignore_patterns("node_modules", ".node", "static", "__pycache__")
BUILD_TIMEOUT_S = 1_200


class Composed:
    """One installation of its own name, port and image, made from a copy of this checkout in `folder`."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.name = folder, name
        self.address = f"http://127.0.0.1:{free_port()}"
        self.image = f"{name}:test"
        self._environment = {
            **os.environ,
            "COMPOSE_PROJECT_NAME": name,
            "ENTENTE_IMAGE": self.image,
            "ENTENTE_PUBLISH": self.address.removeprefix("http://"),
        }
        for file in MADE_OF:
            shutil.copy2(ROOT / file, folder / file)
        for tree in FOLDERS:
            shutil.copytree(ROOT / tree, folder / tree, ignore=APART)
        # `make` makes the secrets with it.
        (folder / ".venv").symlink_to(ROOT / ".venv")

    def make(self, target: str) -> str:
        """Run a target of the Makefile to its end; what it said on standard output."""
        # The environment is this checkout's, and never installed anew for the copy.
        return self._run(["make", "--no-print-directory", "--old-file=.venv/run", target], BUILD_TIMEOUT_S)

    def compose(self, *arguments: str) -> str:
        return self._run(["docker", "compose", *arguments], 300)

    def docker(self, *arguments: str) -> str:
        return self._run(["docker", *arguments], 300)

    def entente(self, container: str, *arguments: str) -> str:
        """The command line inside a running container."""
        return self.compose("exec", "-T", container, "entente", *arguments)

    def python(self, container: str, program: str, *arguments: str) -> str:
        return self.compose("exec", "-T", container, "python", "-c", program, *arguments)

    def inspect(self, container: str) -> dict[str, Any]:
        """What the engine knows of a container, also of one that has ended."""
        [found] = json.loads(self.docker("inspect", self.compose("ps", "--all", "--quiet", container).strip()))
        return found

    def containers(self) -> list[str]:
        """Every container of the installation by its name in the file, also those that have ended."""
        return self.compose("ps", "--all", "--services").split()

    def environment_of(self, container: str) -> dict[str, str]:
        return dict(line.split("=", 1) for line in self.inspect(container)["Config"]["Env"])

    def addresses(self, container: str) -> dict[str, str]:
        """Where a container is reached, by the names of its networks."""
        networks = self.inspect(container)["NetworkSettings"]["Networks"]
        return {name: network["IPAddress"] for name, network in networks.items()}

    def volumes(self) -> set[str]:
        """The volumes of all containers, also those that their images ask for and nobody named."""
        mounts = (mount for name in self.containers() for mount in self.inspect(name)["Mounts"])
        return {mount["Name"] for mount in mounts if mount["Type"] == "volume"}

    def secrets(self) -> dict[str, str]:
        lines = (line.split("=", 1) for line in (self.folder / ".env").read_text().splitlines())
        return {name: value.strip("'") for name, value in lines}

    def kill(self, container: str) -> None:
        """SIGKILL to a container's first process, as the kernel would; the engine counts `docker kill` as our wish."""
        pid = self.inspect(container)["State"]["Pid"]
        shoot = ["--entrypoint", "python", self.image, "-c", f"import os; os.kill({pid}, 9)"]
        self.docker("run", "--rm", "--pid", "host", "--user", "0", "--network", "none", *shoot)

    def is_back(self, container: str, restarts: int) -> bool:
        """True once the engine has started it again, and it is well, after so many restarts."""
        found = self.inspect(container)
        return found["RestartCount"] > restarts and found["State"].get("Health", {}).get("Status") == "healthy"

    def verifies(self, service: str) -> bool:
        """True when every check of the service's own `entente verify` holds."""
        return (
            self._call(
                ["docker", "compose", "exec", "-T", f"work-{service}", "entente", "verify", service], 300
            ).returncode
            == 0
        )

    def wait_until_well(self, containers: Iterable[str], timeout_s: float = 300) -> None:
        for container in containers:
            wait_until(lambda name=container: self._is_well(name), timeout_s, f"{container} is well")

    def is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.address}/readyz", timeout=5).status_code == 200
        except httpx.HTTPError:
            return False

    def left(self) -> list[str]:
        """What the engine still has of it: containers, volumes, networks, images."""
        mine = ("--filter", f"label=com.docker.compose.project={self.name}", "--quiet")
        kinds = (["ps", "--all", *mine], ["volume", "ls", *mine], ["network", "ls", *mine])
        return [line for kind in (*kinds, ["images", "--quiet", self.image]) for line in self.docker(*kind).split()]

    def _is_well(self, container: str) -> bool:
        return self.inspect(container)["State"].get("Health", {}).get("Status") == "healthy"

    def _run(self, command: list[str], timeout_s: float) -> str:
        done = self._call(command, timeout_s)
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        return done.stdout

    def _call(self, command: list[str], timeout_s: float) -> subprocess.CompletedProcess[str]:
        options = {"cwd": self.folder, "env": self._environment, "timeout": timeout_s}
        return subprocess.run(command, capture_output=True, text=True, check=False, **options)


def code_of(said: str) -> str:
    """The one-time code of the link that `make up` ends with."""
    [code] = re.findall(r"/set-up#(\S+)$", said, re.MULTILINE)
    return code
