"""What stood beside the measurement: the machine, its load, and which other programs were busy."""

import os
import platform
import time
from collections import defaultdict
from typing import Any

import psutil

BUSY_SHARE = 0.03


def describe() -> dict[str, Any]:
    """Cores, memory and load average, and the share of one core that each other program took for a second."""
    return {
        "system": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        "cores": os.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "load_average": [round(load, 2) for load in os.getloadavg()],
        "busy": others(),
    }


def others(span_s: float = 1.0) -> dict[str, float]:
    """Programs that are not ours, by name, with the share of one core that they took, busiest first."""
    ours = {os.getpid(), *(child.pid for child in psutil.Process().children(recursive=True))}
    before = _cpu_seconds(ours)
    time.sleep(span_s)
    shares: defaultdict[str, float] = defaultdict(float)
    for process, seconds in _cpu_seconds(ours).items():
        shares[process[1]] += (seconds - before.get(process, 0.0)) / span_s
    busiest = sorted(shares.items(), key=lambda item: -item[1])[:8]
    return {name: round(share, 2) for name, share in busiest if share >= BUSY_SHARE}


def _cpu_seconds(without: set[int]) -> dict[tuple[int, str], float]:
    found = {}
    for process in psutil.process_iter(["pid", "name", "cpu_times"]):
        times = process.info["cpu_times"]
        if times is not None and process.pid not in without:
            found[process.pid, process.info["name"]] = times.user + times.system
    return found


def described(machine: dict[str, Any]) -> str:
    busy = ", ".join(f"{name} {share:.0%}" for name, share in machine["busy"].items()) or "nothing to speak of"
    load = " ".join(map(str, machine["load_average"]))
    return f"{machine['system']}, {machine['cores']} cores, {machine['memory_gib']} GiB; load {load}; beside: {busy}"
