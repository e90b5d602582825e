"""One trace from a request over the bus to the tier it changes, on both kinds of installation, without contents."""

import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from shared.ids import new_id
from shared.messaging.bus import Record
from shared.telemetry import tracing
from shared.telemetry.metrics import SPANS
from shared.telemetry.recording import record_traces
from tests.integration.alliance import Alliance, alliance
from tests.scorecards.feeding import interaction
from tests.support.collector import Collector, ReceivedSpan, collector
from tests.support.distributed import ENTENTE
from tests.support.installation import InstallationUnderTest
from tests.support.processes import Process, free_port, wait_until

CALLER = "00f067aa0ba902b7"


@pytest.fixture
def receiving(installation: InstallationUnderTest) -> Iterator[Collector]:
    """Takes what the installation records from here on."""
    with collector() as received:
        record_traces(received.url, 1)
        yield received
        tracing.close()


def new_trace() -> str:
    return new_id().replace("-", "")


def traced(trace: str) -> dict[str, str]:
    return {"traceparent": f"00-{trace}-{CALLER}-01"}


def sent(installation: InstallationUnderTest, received: Collector) -> Collector:
    """The collector, once every span that follows from the request is reported."""
    installation.wait_until_applied()
    tracing.close()
    record_traces(received.url, 1)
    return received


def one(spans: list[ReceivedSpan], service: str, name: str, **about: str) -> ReceivedSpan:
    wanted = {name.replace("__", "."): value for name, value in about.items()}
    [found] = [
        span
        for span in spans
        if (span.service, span.name) == (service, name) and wanted.items() <= span.attributes.items()
    ]
    return found


def tier_changes(installation: InstallationUnderTest, relationship_id: str) -> list[dict[str, Any]]:
    return [
        e for e in installation.announced("scorecards", relationship_id) if e["type"] == "scorecards.tier_changed.v1"
    ]


def test_a_request_is_one_trace_to_the_tier_that_it_changes(
    installation: InstallationUnderTest, receiving: Collector
) -> None:
    here, trace = alliance(installation), new_trace()
    installation.wait_until_applied()
    rows = [here.handed_over(day, day) for day in range(-120, 0, 10)]

    answer = here.api.post("/api/v1/deliveries/bulk", {"items": rows}, headers=traced(trace))

    assert answer.status_code == 200, answer.text
    spans = sent(installation, receiving).of(trace)
    asked = one(spans, "gateway", "POST /api/v1/deliveries/bulk")
    assert (asked.parent, asked.kind, asked.attributes["http.response.status_code"]) == (CALLER, "server", 200)
    done = one(spans, "engagements", "POST /v1/deliveries/bulk")
    assert (done.parent, done.kind) == (asked.id, "server")
    scored: dict[str, ReceivedSpan] = {}
    for item in answer.json()["results"]:
        for event in installation.announced("engagements", item["id"]):
            assert event["traceparent"] == f"00-{trace}-{done.id}-01"
            out = one(spans, "engagements", "send entente.engagements", messaging__message__id=event["id"])
            assert (out.parent, out.kind) == (done.id, "producer")
            applied = one(spans, "scorecards", "process entente.engagements", messaging__message__id=event["id"])
            assert (applied.parent, applied.kind) == (done.id, "consumer")
            assert applied.attributes["entente.outcome"] == "applied"
            assert applied.attributes["cloudevents.event_type"] == event["type"]
            scored[applied.id] = applied
    assert len(scored) == len(rows)

    changes = tier_changes(installation, here.relationship_id)
    assert changes
    processed = {span.id for span in spans if span.service == "scorecards" and span.kind == "consumer"}
    assert scored.keys() <= processed
    for change in changes:
        _, of_trace, cause, _ = change["traceparent"].split("-")
        assert of_trace == trace
        assert cause in processed
        out = one(spans, "scorecards", "send entente.scorecards", messaging__message__id=change["id"])
        live = one(spans, "gateway", "process entente.scorecards", messaging__message__id=change["id"])
        assert (out.parent, live.parent, live.attributes["entente.outcome"]) == (cause, cause, "applied")
    with installation.product.databases["gateway"].read() as tx:
        entry = tx.table("live_entry")
        pages = sa.select(sa.func.count()).where(
            entry.c.relationship_id == here.relationship_id, entry.c.type == "scorecards.tier_changed.v1"
        )
        assert tx.run(pages).scalar_one() == len(changes)


def test_what_an_event_causes_follows_from_the_record_of_its_own_relationship(
    installation: InstallationUnderTest, receiving: Collector
) -> None:
    """Two relationships in one batch: each change of score names the request that brought it about."""
    both = {new_trace(): alliance(installation) for _ in range(2)}
    installation.wait_until_applied()
    records = [
        from_request(interaction(here.relationship_id, installation.clock().date()), trace)
        for trace, here in both.items()
    ]

    assert installation.product.bus.publish(records) == [None, None]

    installation.eventually(lambda: all(here.read("tier")["evidence_count"] == 1 for here in both.values()))
    received = sent(installation, receiving)
    for trace, here in both.items():
        [change] = [
            event
            for event in installation.announced("scorecards", here.relationship_id)
            if event["type"] == "scorecards.score_changed.v1"
        ]
        applied = one(received.of(trace), "scorecards", "process entente.engagements")
        assert applied.parent == CALLER
        assert change["traceparent"] == f"00-{trace}-{applied.id}-01"


def from_request(record: Record, trace: str) -> Record:
    value = json.loads(record.value) | traced(trace) | {"partitionkey": record.key.decode()}
    return Record(record.topic, record.key, json.dumps(value).encode())


def test_a_redelivery_is_a_duplicate_in_the_same_trace(
    installation: InstallationUnderTest, receiving: Collector
) -> None:
    here, trace = alliance(installation), new_trace()
    installation.wait_until_applied()
    record = from_request(interaction(here.relationship_id, installation.clock().date()), trace)

    for _ in range(2):
        assert installation.product.bus.publish([record]) == [None]
        installation.wait_until_applied()

    spans = [
        span
        for span in sent(installation, receiving).of(trace)
        if span.service == "scorecards" and span.kind == "consumer"
    ]
    assert [span.attributes["entente.outcome"] for span in spans] == ["applied", "duplicate"]
    assert {span.parent for span in spans} == {CALLER}


def test_a_dead_letter_is_an_error_in_the_trace_that_it_came_by(
    installation: InstallationUnderTest, receiving: Collector
) -> None:
    here, trace = alliance(installation), new_trace()
    installation.wait_until_applied()
    record = interaction(here.relationship_id, installation.clock().date())
    value = json.loads(record.value) | traced(trace)
    value["data"]["occurred_at"] = "no day, but Dr Secretive's"

    assert installation.product.bus.publish([Record(record.topic, record.key, json.dumps(value).encode())]) == [None]

    received = sent(installation, receiving)
    dead = one(received.of(trace), "scorecards", "process entente.engagements")
    assert (dead.parent, dead.is_error) == (CALLER, True)
    assert dead.attributes["entente.outcome"] == "dead"
    assert dead.attributes["error.type"] == "ValidationError"
    assert b"Secretive" not in received.raw
    discard_dead_letters(installation)


def discard_dead_letters(installation: InstallationUnderTest) -> None:
    """Leave none behind in an installation that others use."""
    with installation.product.databases["scorecards"].write() as tx:
        tx.run(sa.delete(tx.table("dead_letter")))


def test_no_body_person_query_or_error_is_ever_reported(
    installation: InstallationUnderTest, receiving: Collector
) -> None:
    here: Alliance = alliance(installation)
    contact = {"name": "Ada Secretive", "function": "alliance_lead", "email": "ada@secretive.example"}
    answers = [
        here.api.post(f"/api/v1/accounts/{here.provider_id}/contacts", contact),
        here.api.get("/api/v1/accounts", params={"search": "ada@secretive.example"}),
        here.api.post("/api/v1/interactions", {"relationship_id": here.relationship_id, "summary": "a secretive word"}),
        here.api.get("/api/v1/interactions/secretive"),
        installation.visitor().post("/api/v1/session", {"email": "ada@secretive.example", "password": "secretive"}),
    ]
    here.interaction(summary="a secretive word")

    received = sent(installation, receiving)

    assert answers[0].status_code == 201, answers[0].text
    names = {span.name for span in received.spans}
    assert {
        "POST /api/v1/accounts/{account_id}/contacts",
        "POST /v1/accounts/{account_id}/contacts",
        "GET /api/v1/interactions/{interaction_id}",
    } <= names
    assert b"secretive" not in bytes(received.raw).lower()
    assert here.provider_id.encode() not in received.raw
    assert here.api.headers["authorization"].split()[1].encode() not in received.raw


def test_a_collector_that_refuses_costs_spans_and_nothing_else(
    installation: InstallationUnderTest, receiving: Collector
) -> None:
    here = alliance(installation)
    sent(installation, receiving)
    receiving.is_refusing, lost = True, SPANS.labels(outcome="lost")
    before = lost._value.get()

    here.interaction()
    installation.wait_until_applied()
    began = time.monotonic()
    tracing.close()

    assert time.monotonic() - began < 30
    installation.eventually(lambda: lost._value.get() > before, 30)
    assert here.read("tier")["evidence_count"] >= 0
    receiving.is_refusing, trace = False, new_trace()
    record_traces(receiving.url, 1)
    here.api.get(f"/api/v1/relationships/{here.relationship_id}/tier", headers=traced(trace))
    assert sent(installation, receiving).of(trace)


def test_the_product_runs_and_ends_while_no_collector_answers(tmp_path: Path) -> None:
    port, nowhere = free_port(), free_port()
    environment = {
        "ENTENTE_DATA_DIR": str(tmp_path),
        "ENTENTE_PORT": str(port),
        "ENTENTE_DEMO": "0",
        "ENTENTE_BUILD_UI": "0",
        "ENTENTE_LOG_JSON": "1",
        "ENTENTE_OTLP_URL": f"http://127.0.0.1:{nowhere}",
    }
    log = tmp_path / "up.log"
    process = Process([*ENTENTE, "up"], log, environment=environment)
    try:
        wait_until(lambda: answers(f"http://127.0.0.1:{port}/readyz"), 60, "the product answers", process)
        wait_until(lambda: "collector does not take traces" in log.read_text(), 60, "it says so", process)
        assert httpx.get(f"http://127.0.0.1:{port}/api/v1/accounts", timeout=5).status_code == 401
    finally:
        process.stop()
    assert log.read_text().count("collector") == 1
    assert "opentelemetry" not in log.read_text()


def answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def test_without_a_collector_opentelemetry_s_sdk_is_not_even_loaded() -> None:
    script = (
        "import sys; from services.registry import services_named; services_named();"
        "from shared.telemetry.recording import record_traces;"
        "record_traces(None, 1);"
        "print([name for name in sys.modules if name.startswith(('opentelemetry.sdk', 'opentelemetry.exporter'))])"
    )
    done = subprocess.run([ENTENTE[0], "-c", script], capture_output=True, text=True, timeout=120, check=True)

    assert done.stdout.strip() == "[]"
