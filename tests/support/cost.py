"""What each test costs in processor time: `pytest -p tests.support.cost --cost FILE` writes a line of JSON per phase.

A line has the test, the phase (setup, call, teardown) and `cpu_s`: seconds of this process, of the children that it
waited for and of those that still run. Wall time says little on a machine that does something else besides.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--cost", metavar="FILE", help="append the processor time of each phase of each test to FILE")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    return (yield from _measured(item, "setup"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    return (yield from _measured(item, "call"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    return (yield from _measured(item, "teardown"))


def _measured(item: pytest.Item, phase: str) -> Iterator[None]:
    target = item.config.getoption("--cost")
    began, cpu = time.monotonic(), cpu_s()
    try:
        return (yield)
    finally:
        if target:
            spent = {"cpu_s": round(cpu_s() - cpu, 3), "wall_s": round(time.monotonic() - began, 3)}
            with Path(target).open("a") as lines:
                lines.write(json.dumps({"test": item.nodeid, "phase": phase, **spent}) + "\n")


def cpu_s() -> float:
    """Processor seconds of this process and of everything that it started."""
    own = os.times()
    return own.user + own.system + own.children_user + own.children_system + sum(map(_spent_s, _running()))


def _running() -> list[psutil.Process]:
    return psutil.Process().children(recursive=True)


def _spent_s(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system + times.children_user + times.children_system)
