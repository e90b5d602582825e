"""`make bench`, that is `python -m tests.bench [NAME ...]`: measure the product beside the floor of the same machine.

Everything runs on 127.0.0.1, in temporary folders, as processes that end with this one.
"""

import argparse
import json
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

from tests.bench import (
    browsing,
    event_to_score,
    importing,
    large_portfolio,
    logging_interactions,
    machine,
    opening,
    portfolio_page,
    rebuilding,
    starting,
    storing,
    working,
)
from tests.bench.figures import Figure, table
from tests.bench.kits import Distributed, Embedded, Kit

Measure = Callable[[Kit], list[Figure]]
MEASUREMENTS: dict[str, tuple[str, Measure]] = {
    "logging": ("Logging an interaction through the gateway", logging_interactions.measure),
    "score": ("From an event to the score", event_to_score.measure),
    "page": ("A page of 50 of a portfolio of 10,000", portfolio_page.measure),
    "large": ("A portfolio of a million", large_portfolio.measure),
    "import": ("Importing a track record", importing.measure),
    "rebuild": ("Rebuilding every score", rebuilding.measure),
    "storing": ("What an interaction leaves behind", storing.measure),
    "workers": ("More workers, more work", working.measure),
    "opening": ("Opening a quarter's scorecards", opening.measure),
    "browser": ("The UI in a browser", browsing.measure),
    "start": ("Starting the embedded product", starting.measure),
}
ONLY = {
    "browser": "embedded",
    "start": "embedded",
    "large": "distributed",
    "storing": "distributed",
    "workers": "distributed",
}
INSTALLATIONS: dict[str, type[Kit]] = {"embedded": Embedded, "distributed": Distributed}


class OutOfTime(Exception):
    """The whole run has taken longer than it may."""


def main(arguments: Sequence[str]) -> int:
    """0 when everything was measured, 1 when something could not be; a missed target is printed, not an error."""
    options = _parser().parse_args(arguments)
    names = options.names or list(MEASUREMENTS)
    signal.signal(signal.SIGALRM, _end)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.alarm(int(options.minutes * 60))
    before = machine.describe()
    print(machine.described(before), flush=True)
    started, failures = time.perf_counter(), list[str]()
    found: dict[str, dict[str, list[Figure]]] = {name: {} for name in names}
    try:
        for installation in options.installation or list(INSTALLATIONS):
            _measure_installation(installation, names, options.quick, found, failures)
    except OutOfTime:
        failures.append(f"not done after {options.minutes:g} minutes")
    signal.alarm(0)
    after = machine.describe()
    print(f"\nafter {time.perf_counter() - started:.0f} s: {machine.described(after)}")
    for failure in failures:
        print(f"FAILED {failure}")
    if options.json:
        _write(options.json, options.quick, before, after, found, failures)
    return 1 if failures else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", type=_name, help=f"{', '.join(MEASUREMENTS)}; default: all")
    parser.add_argument("--installation", action="append", choices=list(INSTALLATIONS), help="default: both")
    parser.add_argument("--quick", action="store_true", help="shorter, once, to 100,000 items: a look, not a figure")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures, with every repeat")
    parser.add_argument("--minutes", type=float, default=40, help="end by then, come what may (default %(default)s)")
    return parser


def _name(text: str) -> str:
    if text not in MEASUREMENTS:
        raise argparse.ArgumentTypeError(f"no measurement {text}: one of {', '.join(MEASUREMENTS)}")
    return text


def _measure_installation(
    installation: str,
    names: Sequence[str],
    is_quick: bool,
    found: dict[str, dict[str, list[Figure]]],
    failures: list[str],
) -> None:
    with tempfile.TemporaryDirectory(prefix="entente-bench-") as folder:
        kit = INSTALLATIONS[installation](Path(folder), is_quick)
        try:
            for name in names:
                if ONLY.get(name, installation) != installation:
                    continue
                title, measure = MEASUREMENTS[name]
                try:
                    found[name][kit.name] = measure(kit)
                except OutOfTime:
                    raise
                except Exception as error:
                    failures.append(f"{name} ({kit.name}): {error}")
                    print(f"\n{title}: FAILED on {kit.name}: {error}", flush=True)
                    continue
                print("\n" + table(title, found[name]), flush=True)
        finally:
            kit.close()


def _write(
    file: Path, is_quick: bool, before: dict[str, Any], after: dict[str, Any],
    found: dict[str, dict[str, list[Figure]]], failures: list[str],
) -> None:  # fmt: skip
    figures = {
        name: {
            installation: [figure.as_json() for figure in figures] for installation, figures in installations.items()
        }
        for name, installations in found.items()
    }
    report = {"quick": is_quick, "before": before, "after": after, "figures": figures, "failures": failures}
    file.write_text(json.dumps(report, indent=2) + "\n")


def _end(number: int, frame: FrameType | None) -> None:
    raise OutOfTime


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
