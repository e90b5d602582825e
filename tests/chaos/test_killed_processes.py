"""The embedded product killed at random while people log: nothing acknowledged is lost, nothing counts twice."""

import os
import random
import sqlite3
import subprocess
import time
from pathlib import Path

import httpx
import pytest

from services.registry import SERVICES
from tests.support.distributed import ENTENTE
from tests.support.load import Journal, Load, is_evidence, listed, relationships
from tests.support.processes import Process, free_port, wait_until

pytestmark = pytest.mark.installation

KILLS = int(os.environ.get("ENTENTE_CHAOS_KILLS", "30"))
SEED = int(os.environ.get("ENTENTE_CHAOS_SEED", "20261123"))


def assert_nothing_lost_or_twice(url: str, token: str, relationship_ids: list[str], journal: Journal) -> None:
    """What was acknowledged is what there is, and each of it counts once."""
    assert journal.refused == []
    assert journal.asked.keys() == journal.answered.keys(), "a call was never answered"
    assert len(journal.answered) > 20, "too little happened to say anything"
    with httpx.Client(base_url=url + "/api/v1/", headers={"authorization": f"Bearer {token}"}, timeout=30) as client:
        for path in ("interactions", "deliveries"):
            found = [each["id"] for each in listed(client, path, relationship_ids)]
            assert len(found) == len(set(found))
            assert set(found) == journal.ids(path)
        for relationship_id in relationship_ids:
            tier = client.get(f"relationships/{relationship_id}/tier").raise_for_status().json()
            assert tier["evidence_count"] == evidence_expected(journal, relationship_id)


def evidence_expected(journal: Journal, relationship_id: str) -> int:
    return sum(is_evidence(body) for _, body in journal.asked.values() if body["relationship_id"] == relationship_id)


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
    for service in SERVICES:
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
