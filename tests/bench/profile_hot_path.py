"""Where the CPU of logging an interaction goes: `python -m tests.bench.profile_hot_path [--seconds N]`.

Gateway and engagements run under the sampler of sampled.py on PostgreSQL and Kafka, and are told by package and by
function. What the sampler itself costs is seen by comparing with `python -m tests.bench logging`.
"""

import argparse
import json
import signal
import sys
import tempfile
from pathlib import Path

from tests.bench.hammer import fire
from tests.bench.kits import Distributed
from tests.bench.logging_interactions import CONNECTIONS, RELATIONSHIPS, requests
from tests.bench.meter import Meter
from tests.support.installation import Installation
from tests.support.load import relationships
from tests.support.processes import Process

SAMPLED = ("gateway", "engagements")
MOST_PACKAGES, MOST_FUNCTIONS = 16, 40


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="entente-profile-") as folder:
        kit = Distributed(Path(folder), is_quick=True)
        try:
            _profile(kit, options.seconds)
        finally:
            kit.close()


def _profile(kit: Distributed, seconds: float) -> None:
    folder = kit.folder / "sampled"
    folder.mkdir()
    with Installation(folder, kit.postgres, kit.broker, "sampled") as installation:
        token = installation.token()
        ids = relationships(installation.url, token, RELATIONSHIPS)
        for service in SAMPLED:
            _start_sampled(installation, service)
        installation.wait_until_ready()
        prepared = requests(token, ids)
        port = installation.ports["gateway"]
        fire(port, prepared, 3, CONNECTIONS)
        for service in SAMPLED:
            installation.processes[f"serve {service}"].send(signal.SIGUSR1)
        pids = {service: installation.processes[f"serve {service}"].pid for service in SAMPLED}
        with Meter(pids) as meter:
            volley = fire(port, prepared, seconds, CONNECTIONS)
        installation.stop([f"serve {service}" for service in SAMPLED])
    print(f"{volley.count} requests at {volley.rate:.0f}/s, p50 {volley.ms(0.5):.1f} ms, {volley.failed} failed")
    for service in SAMPLED:
        told = json.loads((folder / f"{service}.json").read_text())
        _print(service, told, meter.of(service) / volley.count * 1000)


def _start_sampled(installation: Installation, service: str) -> None:
    installation.stop([f"serve {service}"])
    file = installation.folder / f"{service}.json"
    command = [sys.executable, "-m", "tests.bench.sampled", str(file), "serve", service]
    log = installation.folder / f"sampled-{service}.log"
    options = ["--port", str(installation.ports[service])]
    process = Process([*command, *options], log, environment=installation.environment)
    installation.processes[f"serve {service}"] = process


def _print(service: str, told: dict[str, dict[str, float]], cpu_ms: float) -> None:
    whole = sum(told["packages"].values())
    print(f"\n{service}: {cpu_ms:.2f} ms of CPU per request, sampler included")
    for kind, most in (("packages", MOST_PACKAGES), ("within", MOST_FUNCTIONS), ("own", MOST_FUNCTIONS // 2)):
        print(f"  {kind}")
        for place, spent in sorted(told[kind].items(), key=lambda item: -item[1])[:most]:
            print(f"    {spent / whole:6.1%} {spent / whole * cpu_ms:7.3f} ms  {place}")


if __name__ == "__main__":
    main()
