"""Parts that are away or send rubbish: what can go on goes on, and the rest follows when they are back."""

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa

from services.registry import SERVICES
from services.scorecards.ledger import usecases
from shared.derived.worker import Worker
from shared.ids import new_id
from shared.messaging.bus import Record
from tests.integration.alliance import Alliance, Item, alliance
from tests.scorecards.feeding import delivery, interaction
from tests.support.distributed import ENTENTE, ROOT
from tests.support.installation import InstallationUnderTest
from tests.support.kafka import Broker, start_broker
from tests.support.postgres import Postgres, start_postgres


@dataclass
class Parts:
    installation: InstallationUnderTest
    broker: Broker
    postgres: Postgres


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    """An installation on a broker and a database server of its own, which may be stopped."""
    folder = tmp_path_factory.mktemp("parts")
    for part in ("kafka", "postgres"):
        (folder / part).mkdir()
    with (
        start_broker(folder / "kafka", own=True) as broker,
        start_postgres(folder / "postgres", own=True) as postgres,
    ):
        for name in SERVICES:
            postgres.create_database(f"away_{name}")
        url = postgres.url("NAME").replace("NAME", "away_{service}")
        with InstallationUnderTest(url, f"kafka://{broker.bootstrap_servers}/away", folder) as installation:
            yield Parts(installation, broker, postgres)


@pytest.mark.xdist_group("parts")
def test_while_the_broker_is_away_logging_goes_on_and_scores_catch_up(parts: Parts) -> None:
    here = alliance(parts.installation)
    here.interaction(-9, experience="exceeds")
    before = Item("interaction", here.day(-9), 1)
    here.follows(before)

    parts.broker.stop()
    meanwhile = [Item("interaction", here.day(-day), 0) for day in range(1, 6)]
    for item in meanwhile:
        here.interaction(experience="below", occurred_at=item.on + "T08:00:00Z")
    assert here.read("tier")["evidence_count"] == 1
    assert here.api.get("/readyz").status_code == 200
    parts.broker.start()

    parts.installation.eventually(lambda: here.read("tier")["evidence_count"] == 6, 120)
    here.follows(before, *meanwhile)


@pytest.mark.xdist_group("parts")
def test_while_the_database_is_away_nobody_gets_a_500_and_then_all_is_well(parts: Parts) -> None:
    here = alliance(parts.installation)
    body = {"kind": "call", "occurred_at": here.day(-1) + "T12:00:00Z", "summary": "x", "experience": "meets"}
    logged = {"relationship_id": here.relationship_id, **body}
    parts.installation.wait_until_applied(60)

    parts.postgres.stop()
    answers = [
        here.api.post("/api/v1/interactions", logged),
        here.api.get("/api/v1/portfolio"),
        here.api.get(f"/api/v1/relationships/{here.relationship_id}/overview"),
        here.api.get(f"/api/v1/relationships/{here.relationship_id}/timeline"),
        here.api.get("/api/v1/imports"),
        parts.installation.client("engagements").post("/v1/interactions", logged),
        parts.installation.client("scorecards").get("/v1/portfolio"),
    ]
    unready = here.api.get("/readyz")
    alive = here.api.get("/healthz")
    parts.postgres.start()

    assert [answer.status_code for answer in answers] == [503] * len(answers)
    assert {answer.headers["content-type"] for answer in answers} == {"application/problem+json"}
    assert all(answer.json()["type"].endswith("/unavailable") for answer in answers)
    assert (unready.status_code, alive.status_code) == (503, 200)
    parts.installation.eventually(lambda: here.api.post("/api/v1/interactions", logged).status_code == 201, 60)
    parts.installation.eventually(lambda: here.read("tier")["evidence_count"] >= 1, 60)
    here.follows(Item("interaction", here.day(-1), 0.8))


def test_while_a_worker_is_away_logging_goes_on_and_scores_catch_up(fresh_installation: InstallationUnderTest) -> None:
    here = alliance(fresh_installation)
    fresh_installation.wait_until_applied()
    workers = fresh_installation.product.workers
    for name in ("engagements", "scorecards"):
        workers[name].stop()

    logged = here.interaction(-1, experience="exceeds")
    assert here.read("tier")["evidence_count"] == 0
    assert here.get(f"interactions/{logged['id']}") == logged
    for name in ("engagements", "scorecards"):
        gone = workers[name]
        workers[name] = Worker(gone.service, gone.database, gone.bus, gone.clock)
        workers[name].start()

    here.follows(Item("interaction", here.day(-1), 1))


def entente(installation: InstallationUnderTest, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command line on the databases of an installation in this process."""
    settings = installation.product.settings
    ours = {"ENTENTE_DATABASE_URL": settings.database_url, "ENTENTE_BUS_URL": settings.bus_url}
    return subprocess.run(
        [*ENTENTE, *arguments, "--data", str(settings.data_dir)],
        env={**os.environ, **ours, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def waiting(installation: InstallationUnderTest) -> list[dict[str, Any]]:
    done = entente(installation, "dead-letters", "list", "scorecards", "--json")
    assert done.returncode == 0, done.stderr
    return list(json.loads(done.stdout))


def send(here: Alliance, *records: Record) -> None:
    assert here.installation.product.bus.publish(records) == [None] * len(records)


@pytest.mark.slow
def test_broken_records_are_parked_shown_and_discarded_and_the_next_is_processed(
    fresh_installation: InstallationUnderTest,
) -> None:
    here = alliance(fresh_installation)
    fresh_installation.wait_until_applied()
    good = interaction(here.relationship_id, fresh_installation.clock().date())
    impossible = delivery(here.relationship_id, "never", None)  # type: ignore[arg-type]
    torn = Record(good.topic, good.key, b'{"specversion": "1.0", "id": \xff')

    send(here, torn, impossible, good)

    here.follows(Item("interaction", here.day(0), 1))
    first, second = waiting(fresh_installation)
    assert (first["topic"], second["topic"]) == (good.topic, good.topic)
    assert "promised_on" in second["reason"]
    listed = entente(fresh_installation, "dead-letters", "list", "scorecards").stdout.splitlines()
    assert [line.split()[0] for line in listed] == [first["dead_letter_id"], second["dead_letter_id"]]
    shown = entente(fresh_installation, "dead-letters", "show", "scorecards", first["dead_letter_id"]).stdout
    assert r'value: {"specversion": "1.0", "id": \xff' in shown

    still_wrong = entente(fresh_installation, "dead-letters", "redrive", "scorecards", second["dead_letter_id"])
    assert still_wrong.returncode == 1
    [line] = still_wrong.stderr.splitlines()
    assert "promised_on" in line
    for letter in (first, second):
        assert (
            entente(fresh_installation, "dead-letters", "discard", "scorecards", letter["dead_letter_id"]).returncode
            == 0
        )

    assert waiting(fresh_installation) == []
    assert kept(fresh_installation) == [(torn.value, "discard"), (impossible.value, "discard")]
    here.follows(Item("interaction", here.day(0), 1))


def kept(installation: InstallationUnderTest) -> list[tuple[bytes, str]]:
    with installation.product.databases["scorecards"].read() as tx:
        dead = tx.table("dead_letter")
        return [tuple(row) for row in tx.run(sa.select(dead.c.value, dead.c.settled_by).order_by(dead.c.dead_at))]


def test_a_parked_record_counts_once_what_stopped_it_is_mended(
    fresh_installation: InstallationUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = alliance(fresh_installation)
    fresh_installation.wait_until_applied()
    stopped, enter = new_id(), usecases.enter

    def fail_for_one(pending: Any, source: Any, *rest: Any, **more: Any) -> Any:
        if source.source_id == stopped:
            raise RuntimeError("a bug in this version")
        return enter(pending, source, *rest, **more)

    monkeypatch.setattr(usecases, "enter", fail_for_one)
    send(
        here,
        interaction(here.relationship_id, fresh_installation.clock().date(), "below", id=stopped),
        interaction(here.relationship_id, fresh_installation.clock().date(), "exceeds"),
    )
    exceeds = Item("interaction", here.day(0), 1)
    here.follows(exceeds)
    monkeypatch.undo()
    [letter] = waiting(fresh_installation)
    assert letter["reason"] == "RuntimeError: a bug in this version"

    redriven = entente(fresh_installation, "dead-letters", "redrive", "scorecards", letter["dead_letter_id"])

    assert (redriven.returncode, redriven.stdout) == (0, "applied\n")
    assert waiting(fresh_installation) == []
    here.follows(Item("interaction", here.day(0), 0), exceeds)
    again = entente(fresh_installation, "dead-letters", "redrive", "scorecards", letter["dead_letter_id"])
    assert (again.returncode, again.stdout) == (1, "")
