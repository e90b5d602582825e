"""Where the CPU of logging an interaction goes: `python -m tests.bench.profile_hot_path [PART ...]`.

The parts (default: "serve gateway" and "serve engagements") run under the sampler of sampled.py on PostgreSQL and
Kafka, and are reported by package and by function. What the sampler itself costs is seen by comparing with
`python -m tests.bench logging`.
"""

import argparse
import json
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.bench.hammer import fire
from tests.bench.kits import Distributed
from tests.bench.logging_interactions import CONNECTIONS, PACED_CONNECTIONS, RELATIONSHIPS, requests
from tests.bench.meter import Meter
from tests.support.distributed import DistributedInstallation
from tests.support.load import relationships
from tests.support.processes import Process

PARTS = ("serve gateway", "serve engagements")
MOST_PACKAGES, MOST_FUNCTIONS = 16, 40


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--rate", type=float, help="arrivals a second; default: as many as four connections bring")
    parser.add_argument("parts", nargs="*", default=PARTS, metavar="PART", help='as "work scorecards"')
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="entente-profile-") as folder:
        kit = Distributed(Path(folder), is_quick=True)
        try:
            _profile(kit, options.parts, options.seconds, options.rate)
        finally:
            kit.close()


def _profile(kit: Distributed, parts: Sequence[str], seconds: float, rate: float | None) -> None:
    folder = kit.folder / "sampled"
    folder.mkdir()
    connections = CONNECTIONS if rate is None else PACED_CONNECTIONS
    with DistributedInstallation(folder, kit.postgres, kit.broker, "sampled") as installation:
        token = installation.token()
        ids = relationships(installation.url, token, RELATIONSHIPS)
        for part in parts:
            _start_sampled(installation, part)
        installation.wait_until_ready()
        prepared = requests(token, ids)
        port = installation.ports["gateway"]
        fire(port, prepared, 3, connections, rate)
        for part in parts:
            installation.processes[part].send(signal.SIGUSR1)
        with Meter({part: installation.processes[part].pid for part in parts}) as meter:
            volley = fire(port, prepared, seconds, connections, rate)
        installation.stop(parts)
    print(f"{volley.count} requests at {volley.rate:.0f}/s, p50 {volley.ms(0.5):.1f} ms, {volley.failed} failed")
    for part in parts:
        _print(part, json.loads(_file(installation, part).read_text()), meter.of(part) / volley.count * 1000)


def _file(installation: DistributedInstallation, part: str) -> Path:
    return installation.folder / f"{part.replace(' ', '-')}.json"


def _start_sampled(installation: DistributedInstallation, part: str) -> None:
    verb, service = part.split()
    installation.stop([part])
    command = [sys.executable, "-m", "tests.bench.sampled", str(_file(installation, part)), verb, service]
    options = ["--port", str(installation.ports[service])] if verb == "serve" else []
    log = installation.folder / f"sampled-{verb}-{service}.log"
    installation.processes[part] = Process([*command, *options], log, environment=installation.environment)


def _print(part: str, shares: dict[str, dict[str, float]], cpu_ms: float) -> None:
    whole = sum(shares["packages"].values())
    print(f"\n{part}: {cpu_ms:.2f} ms of CPU per request, sampler included")
    for kind, most in (("packages", MOST_PACKAGES), ("within", MOST_FUNCTIONS), ("own", MOST_FUNCTIONS // 2)):
        print(f"  {kind}")
        for where, spent in sorted(shares[kind].items(), key=lambda item: -item[1])[:most]:
            print(f"    {spent / whole:6.1%} {spent / whole * cpu_ms:7.3f} ms  {where}")


if __name__ == "__main__":
    main()
