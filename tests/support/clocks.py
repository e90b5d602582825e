"""`make clocks`: the embedded tests at hours at which code that knows the hour fails, by a moved clock of the system.

The package libfaketime moves the clock of pytest and of every process that it starts alike; the monotonic clock, by
which waits are measured, stays. `python -m tests.support.clocks [INSTANT ...] [-- ARGUMENT ...]`: each instant in UTC
as 2028-02-29T23:30, the arguments for pytest. Exit code 1 where a run failed.
"""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).parents[2]
HOURS = ("23:30", "00:30")
DAYS = ("2027-12-31", "2028-02-29")
TESTS = ("tests/unit", "tests/accounts", "tests/engagements", "tests/scorecards", "tests/gateway", "tests/integration")
OPTIONS = ("-q", "-k", "not distributed", "-m", "not drill and not long and not slow and not installation")


def instants(today: datetime) -> list[datetime]:
    """Today and the listed days, each shortly before and after midnight in UTC."""
    days = [today.date().isoformat(), *DAYS]
    return [datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=UTC) for day in days for hour in HOURS]


def moved(instant: datetime, now: datetime) -> Mapping[str, str]:
    """Variables under which a process believes that it is `instant` when it is `now`, and time goes on from there."""
    # An offset and not an instant: with an instant each process that a test starts would begin at it again.
    offset_s = (instant - now) / timedelta(seconds=1)
    return {
        "LD_PRELOAD": str(_library()),
        "FAKETIME": f"{offset_s:+.0f}",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "FAKETIME_FORCE_MONOTONIC_FIX": "0",
    }


def _library() -> Path:
    # Found, not imported: its import starts Python again with the library loaded.
    package = importlib.util.find_spec("libfaketime")
    if package is None or package.origin is None:
        raise SystemExit("No libfaketime: install requirements/dev.txt.")
    return Path(package.origin).parent / "vendor/libfaketime/src/libfaketime.so.1"


def run(instant: datetime, arguments: Sequence[str]) -> int:
    """Run pytest at this instant; its exit code."""
    sys.stdout.write(f"at {instant:%Y-%m-%d %H:%M} UTC\n")
    sys.stdout.flush()
    environment = {**os.environ, **moved(instant, datetime.now(UTC))}
    command = [sys.executable, "-m", "pytest", *OPTIONS, *(arguments or TESTS)]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def main(given: Sequence[str]) -> int:
    split = given.index("--") if "--" in given else len(given)
    chosen = [datetime.fromisoformat(text).replace(tzinfo=UTC) for text in given[:split]]
    failed = [each for each in chosen or instants(datetime.now(UTC)) if run(each, given[split + 1 :]) != 0]
    for each in failed:
        sys.stdout.write(f"FAILED at {each:%Y-%m-%d %H:%M} UTC\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
