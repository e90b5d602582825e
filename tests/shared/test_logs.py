"""Log entries go to the standard error as one line each, and one that cannot be written stops nobody."""

import json
import logging
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
import structlog

from shared.telemetry.logs import set_up_logs


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    root, before = logging.getLogger(), structlog.get_config()
    handlers, wanted = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(wanted)
    structlog.configure(**before)


def _entry(stream: StringIO) -> dict[str, Any]:
    return json.loads(stream.getvalue().splitlines()[-1])


def test_an_entry_that_cannot_be_written_stops_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = StringIO()
    monkeypatch.setattr("sys.stderr", gone)
    set_up_logs("INFO", as_json=True)
    gone.close()
    monkeypatch.undo()
    structlog.get_logger().warning("consumer begins again")


def test_ours_and_the_libraries_entries_read_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    set_up_logs("INFO", as_json=True)
    structlog.get_logger().info("relay waits", service="accounts")
    ours = _entry(stream)
    assert (ours["event"], ours["service"], ours["level"]) == ("relay waits", "accounts", "info")
    logging.getLogger("uvicorn.error").warning("worker %s left", 7)
    theirs = _entry(stream)
    assert (theirs["event"], theirs["level"]) == ("worker 7 left", "warning")
    assert ours.keys() - theirs.keys() == {"service"}
