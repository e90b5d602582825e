"""A trace goes on where its parent is well-formed and begins anew where not, whether or not spans are recorded."""

import json
from io import StringIO

import pytest
import structlog
from fastapi import FastAPI

from shared.telemetry import tracing
from shared.telemetry.logs import set_up_logs
from tests.support.installation import InstallationUnderTest

PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def test_without_a_recorder_what_came_is_what_goes_on() -> None:
    assert tracing.start("accounts", "GET", "server", PARENT).traceparent == PARENT


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "no parent",
        PARENT + "\n",
        PARENT.upper(),
        PARENT.replace("00-", "ff-", 1),
        "00-" + "0" * 32 + PARENT[35:],
        PARENT[:36] + "0" * 16 + "-01",
        PARENT + "-more",
    ],
    ids=[f"case {n}" for n in range(8)],
)
def test_what_is_no_traceparent_begins_a_trace_of_its_own(wrong: str) -> None:
    made = [tracing.start("accounts", "GET", "server", wrong).traceparent for _ in range(2)]

    assert made[0] != made[1]
    for traceparent in made:
        assert tracing.start("accounts", "GET", "server", traceparent).traceparent == traceparent


def test_a_request_that_fails_is_logged_under_its_trace(
    installation: InstallationUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = StringIO()
    before = structlog.get_config()
    monkeypatch.setattr("sys.stderr", stream)
    set_up_logs("INFO", as_json=True)
    app: FastAPI = installation.product.apps["accounts"]
    monkeypatch.setitem(app.state._state, "authenticate", _broken)  # of a State, `setattr` would not be undone
    try:
        answer = installation.stranger("accounts").get("/v1/accounts", headers={"traceparent": PARENT})
    finally:
        structlog.configure(**before)

    assert answer.status_code == 500
    [entry] = [json.loads(line) for line in stream.getvalue().splitlines() if "request failed" in line]
    assert (entry["trace_id"], entry["span_id"]) == (PARENT[3:35], PARENT[36:52])


async def _broken(_: object) -> None:
    raise RuntimeError("broken")


def test_the_framework_tells_nobody_about_requests(installation: InstallationUnderTest) -> None:
    for app in (installation.product.gateway.app, *installation.product.apps.values()):
        assert not app._native_telemetry.enabled()
        assert not any(app._telemetry[part] for part in ("tracing", "metrics", "logs", "auto_configure"))
