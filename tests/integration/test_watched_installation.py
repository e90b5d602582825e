"""A distributed installation of real processes, watched as in production: by Prometheus, and by a collector."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from services.registry import SERVICES
from shared.messaging.adapters import open_bus
from shared.messaging.bus import Record
from tests.integration.test_traces import CALLER, new_trace, one, traced
from tests.shared.test_observability import alerts, metrics_named
from tests.support.collector import Collector, collector
from tests.support.distributed import DistributedInstallation
from tests.support.kafka import Broker
from tests.support.load import relationships
from tests.support.patience import patiently
from tests.support.postgres import Postgres
from tests.support.processes import wait_until
from tests.support.prometheus import Prometheus, prometheus

pytestmark = pytest.mark.drill

PATIENCE_S = 120


@dataclass
class Watched:
    installation: DistributedInstallation
    prometheus: Prometheus
    collector: Collector
    token: str

    def client(self) -> httpx.Client:
        headers = {"authorization": f"Bearer {self.token}"}
        return httpx.Client(base_url=self.installation.url + "/api/v1/", headers=headers, timeout=30)

    def waits_for(self, service: str, *alerts: str) -> None:
        wanted = {(alert, service) for alert in alerts}
        wait_until(lambda: wanted <= self.prometheus.firing(), PATIENCE_S, f"{alerts} of {service} fire")

    def is_quiet_again(self, *alerts: str) -> None:
        wait_until(lambda: not any(a in alerts for a, _ in self.prometheus.firing()), PATIENCE_S, f"{alerts} end")


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory, broker: Broker, postgres: Postgres) -> Iterator[Watched]:
    folder = tmp_path_factory.mktemp("watched")
    (folder / "prometheus").mkdir()
    name = f"watched_{uuid.uuid4().hex[:12]}"
    with (
        collector() as kept,
        DistributedInstallation(
            folder, postgres, broker, name, settings={"ENTENTE_OTLP_URL": kept.url}
        ) as installation,
        prometheus(folder / "prometheus", targets(installation)) as looking,
    ):
        yield Watched(installation, looking, kept, installation.token())


def targets(installation: DistributedInstallation) -> list[str]:
    ports = [*installation.ports.values(), *installation.metrics_ports.values()]
    return [f"127.0.0.1:{port}" for port in ports]


def test_a_request_is_one_trace_through_all_processes(watched: Watched) -> None:
    [relationship_id] = relationships(watched.installation.url, watched.token, 1)
    trace = new_trace()
    day = datetime.now(UTC) - timedelta(days=1)
    happened = {"kind": "call", "occurred_at": day.isoformat(), "summary": "Weekly call", "experience": "exceeds"}

    with watched.client() as client:
        body = {"relationship_id": relationship_id} | happened
        patiently(lambda: client.post("interactions", json=body, headers=traced(trace))).raise_for_status()

    def is_reported() -> bool:
        return any(
            (span.service, span.attributes.get("cloudevents.event_type")) == ("gateway", "scorecards.score_changed.v1")
            for span in watched.collector.of(trace)
        )

    wait_until(is_reported, PATIENCE_S, "the gateway reports the changed score")
    spans = {span.id: span for span in watched.collector.of(trace)}
    live = one(
        list(spans.values()),
        "gateway",
        "process entente.scorecards",
        cloudevents__event_type="scorecards.score_changed.v1",
    )
    wait_until(lambda: all_above_are_reported(watched, trace, live.id), PATIENCE_S, "every span above is reported")
    spans = {span.id: span for span in watched.collector.of(trace)}
    chain, at = [], live.id
    while at != CALLER:
        chain.append((spans[at].service, spans[at].name))
        at = spans[at].parent
    assert chain == [
        ("gateway", "process entente.scorecards"),
        ("scorecards", "process entente.engagements"),
        ("engagements", "POST /v1/interactions"),
        ("gateway", "POST /api/v1/interactions"),
    ]
    out = one(list(spans.values()), "scorecards", "send entente.scorecards")
    assert out.parent == live.parent


def all_above_are_reported(watched: Watched, trace: str, at: str) -> bool:
    """Each process reports its spans every few seconds, for itself."""
    spans = {span.id: span for span in watched.collector.of(trace)}
    while at in spans:
        at = spans[at].parent
    return at == CALLER and any(span.name == "send entente.scorecards" for span in spans.values())


def test_prometheus_sees_every_process_and_every_metric_that_is_asked_for(watched: Watched) -> None:
    looking = watched.prometheus
    relationships(watched.installation.url, watched.token, 1)

    wait_until(
        lambda: looking.value('up{job="entente"}') == dict.fromkeys(targets(watched.installation), 1.0),
        PATIENCE_S,
        "every process is up",
    )
    assert looking.value("min by (service) (entente_ready)") == dict.fromkeys(SERVICES, 1.0)
    loaded = {rule["name"]: rule for rule in looking.ask("rules")["groups"][0]["rules"]}
    assert loaded.keys() == alerts().keys()
    wait_until(
        lambda: metrics_named() <= set(looking.ask("label/__name__/values")), PATIENCE_S, "every metric is there"
    )
    assert {rule["health"] for rule in loaded.values()} <= {"ok", "unknown"}
    assert looking.firing() == set()


def test_a_worker_that_died_is_missed_until_it_is_back(watched: Watched) -> None:
    installation = watched.installation

    installation.kill("work scorecards")

    watched.waits_for(f"127.0.0.1:{installation.metrics_ports['work scorecards']}", "ProcessDown")
    watched.waits_for("scorecards", "WorkerMissing")
    installation.start("work scorecards")
    watched.is_quiet_again("ProcessDown", "WorkerMissing")


def test_a_frozen_worker_is_down_and_its_probe_says_nothing(watched: Watched) -> None:
    port = watched.installation.metrics_ports["work accounts"]
    assert httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=5).json() == {"status": "alive"}
    assert httpx.get(f"http://127.0.0.1:{port}/else", timeout=5).status_code == 404
    worker = watched.installation.processes["work accounts"]

    worker.freeze()
    try:
        watched.waits_for(f"127.0.0.1:{port}", "ProcessDown")
    finally:
        worker.thaw()

    watched.is_quiet_again("ProcessDown", "WorkerMissing", "WorkerStuck", "ScheduleStopped")


def test_a_dead_letter_raises_its_alert_until_it_is_resolved_as_the_guide_says(watched: Watched) -> None:
    installation = watched.installation
    bus = open_bus(installation.environment["ENTENTE_BUS_URL"])
    torn = Record("entente.engagements", b"nobody", b'{"specversion": "1.0", "id": \xff')
    assert bus.publish([torn]) == [None]
    bus.close()

    for service in ("scorecards", "gateway"):
        watched.waits_for(service, "DeadLetters")
        for letter in json.loads(installation.entente("dead-letters", "list", service, "--json").stdout):
            done = installation.entente("dead-letters", "discard", service, letter["dead_letter_id"])
            assert done.returncode == 0, done.stderr

    watched.is_quiet_again("DeadLetters")
