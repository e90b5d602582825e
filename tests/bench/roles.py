"""What each role of a distributed installation holds in memory, and how long it takes to start.

`python -m tests.bench.roles [CHECKOUT ...]` measures the programs of these folders in turn, role by role, so that what
else the machine does falls on all of them alike; this checkout where none is given.
"""

import statistics
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from tests.bench import machine
from tests.bench.meter import resident_mib
from tests.support.distributed import ROOT, DistributedInstallation
from tests.support.kafka import start_broker
from tests.support.postgres import start_postgres
from tests.support.processes import wait_until

REPEATS = 3
IDLE_S = 5.0


def main(checkouts: Sequence[Path]) -> None:
    """Print a row for each role: MiB and seconds to the first answer, the median of three starts, for each checkout."""
    print(machine.described(machine.describe()))
    with (
        tempfile.TemporaryDirectory() as name,
        start_postgres(Path(name) / "postgres", own=True) as postgres,
        start_broker(Path(name) / "kafka", own=True) as broker,
    ):
        installation = DistributedInstallation(Path(name), postgres, broker, "roles")
        migrated = installation.entente("migrate")
        assert migrated.returncode == 0, migrated.stderr
        programs = [installation.beside(checkout) for checkout in checkouts]
        for role in installation.names:
            found = [[started(program, role) for program in programs] for _ in range(REPEATS)]
            figures = [
                f"{statistics.median(mib for mib, _ in each):.0f} MiB, {statistics.median(s for _, s in each):.1f} s"
                for each in zip(*found, strict=True)
            ]
            print("|", role, "|", " | ".join(figures), "|", flush=True)
    print(machine.described(machine.describe()))


def started(program: DistributedInstallation, role: str) -> tuple[float, float]:
    """Resident memory in MiB a while after the start of this role alone, and the seconds that the start took."""
    port = (program.listens | program.metrics_ports)[role]
    began = time.perf_counter()
    program.start(role)
    wait_until(lambda: _answers(port), 60, f"{role} answers")
    took = time.perf_counter() - began
    time.sleep(IDLE_S)
    held = resident_mib(program.processes[role].pid)
    program.stop([role])
    return held, took


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


if __name__ == "__main__":
    main([Path(each).resolve() for each in sys.argv[1:]] or [ROOT])
