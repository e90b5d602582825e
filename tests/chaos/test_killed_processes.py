"""Processes killed at random while people log: nothing acknowledged is lost, nothing counts twice, scores are exact."""

import os
import random
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.installation import ENTENTE, Installation
from tests.support.kafka import start_broker
from tests.support.load import Journal, Load, relationships
from tests.support.postgres import start_postgres
from tests.support.processes import Process, free_port, wait_until

pytestmark = pytest.mark.xdist_group("chaos")

KILLS = int(os.environ.get("ENTENTE_CHAOS_KILLS", "30"))
SEED = int(os.environ.get("ENTENTE_CHAOS_SEED", "20261123"))


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    (tmp_path / "kafka").mkdir()
    (tmp_path / "postgres").mkdir()
    with (
        start_broker(tmp_path / "kafka", own=True) as broker,
        start_postgres(tmp_path / "postgres", own=True, fsync=True) as postgres,
        Installation(tmp_path, postgres, broker, "chaos") as installation,
    ):
        yield installation


def assert_nothing_lost_or_twice(url: str, token: str, relationship_ids: list[str], journal: Journal) -> None:
    """What was acknowledged is what there is, and each of it counts once."""
    assert journal.refused == []
    assert journal.asked.keys() == journal.answered.keys(), "a call was never answered"
    assert len(journal.answered) > 20, "too little happened to say anything"
    with httpx.Client(base_url=url + "/api/v1/", headers={"authorization": f"Bearer {token}"}, timeout=30) as client:
        for path in ("interactions", "deliveries"):
            assert listed(client, path, relationship_ids) == journal.ids(path)
        for relationship_id in relationship_ids:
            tier = client.get(f"relationships/{relationship_id}/tier").raise_for_status().json()
            assert tier["evidence_count"] == evidence_expected(journal, relationship_id)


def listed(client: httpx.Client, path: str, relationship_ids: list[str]) -> set[str]:
    found: list[str] = []
    for relationship_id in relationship_ids:
        after: str | None = None
        while True:
            params = {"relationship_id": relationship_id, "limit": 200} | ({"after": after} if after else {})
            page = client.get(path, params=params).raise_for_status().json()
            found += [item["id"] for item in page["items"]]
            after = page["next"]
            if after is None:
                break
    assert len(found) == len(set(found))
    return set(found)


def evidence_expected(journal: Journal, relationship_id: str) -> int:
    """Every delivery is evidence, and every interaction with an experience."""
    bodies = [body for _, body in journal.asked.values() if body["relationship_id"] == relationship_id]
    return sum("delivered_on" in body or body.get("experience") is not None for body in bodies)


def wrong(checks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [check for check in checks if check["wrong"]]


@pytest.mark.slow
def test_any_process_of_a_distributed_installation_may_die_at_any_time(installation: Installation) -> None:
    chance = random.Random(SEED)
    token = installation.token()
    relationship_ids = relationships(installation.url, token, 12)

    with Load(installation.url, token, relationship_ids) as journal:
        for _ in range(KILLS):
            time.sleep(chance.uniform(0.2, 1.0))
            name = chance.choice(installation.names)
            installation.kill(name)
            time.sleep(chance.uniform(0, 0.5))
            installation.start(name)
        installation.wait_until_ready()

    checks = installation.verify()
    assert wrong(checks) == []
    assert {check["service"] for check in checks} == {"accounts", "engagements", "scorecards", "gateway"}
    assert_nothing_lost_or_twice(installation.url, token, relationship_ids, journal)


@pytest.mark.slow
def test_the_embedded_product_may_die_at_any_time(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    port = free_port()
    environment = {"ENTENTE_DATA_DIR": str(tmp_path), "ENTENTE_PORT": str(port), "ENTENTE_DEMO": "0"}
    url = f"http://127.0.0.1:{port}"

    def start() -> Process:
        process = Process([*ENTENTE, "up"], tmp_path / "up.log", environment=environment)
        wait_until(lambda: answers(url), 60, "the product answers", process)
        return process

    process = start()
    token = command(tmp_path, "token", "create", "--name", "tests", "--role", "admin").strip()
    relationship_ids = relationships(url, token, 6)

    with Load(url, token, relationship_ids) as journal:
        for _ in range(max(3, KILLS // 6)):
            time.sleep(chance.uniform(0.5, 2.0))
            process.kill()
            process = start()

    wait_until(lambda: events_are_out(tmp_path), 60, "every event is on the bus")
    assert "WRONG" not in command(tmp_path, "verify", attempts=20)
    assert_nothing_lost_or_twice(url, token, relationship_ids, journal)
    process.stop()


def answers(url: str) -> bool:
    try:
        return httpx.get(url + "/readyz", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


def events_are_out(folder: Path) -> bool:
    waiting = 0
    for service in ("accounts", "engagements", "scorecards", "gateway"):
        with sqlite3.connect(folder / f"{service}.sqlite") as connection:
            waiting += connection.execute("SELECT count(*) FROM outbox").fetchone()[0]
    return waiting == 0


def command(folder: Path, *arguments: str, attempts: int = 1) -> str:
    """Output of the command line beside the running product, asked again while consumers still catch up."""
    for _ in range(attempts):
        called = [*ENTENTE, *arguments, "--data", str(folder)]
        done = subprocess.run(called, capture_output=True, text=True, check=False, timeout=120)
        if done.returncode == 0:
            return done.stdout
        time.sleep(1)
    raise AssertionError(f"entente {' '.join(arguments)}: {done.returncode} {done.stdout} {done.stderr}")
