"""Where a Docker engine answers, tests have their database and their broker from it, by testcontainers."""

from pathlib import Path

import docker
import psycopg
import pytest

from shared.messaging.adapters import open_bus
from tests.support.kafka import IMAGE as KAFKA
from tests.support.kafka import LentBroker, start_broker
from tests.support.postgres import IMAGE as POSTGRES
from tests.support.postgres import LentPostgres, start_postgres

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("compose")]


def running(image: str) -> set[str]:
    return {container.id for container in docker.from_env().containers.list(filters={"ancestor": image})}


def test_the_database_is_a_container_that_goes_with_the_tests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ENTENTE_TEST_POSTGRES_URL", raising=False)
    before = running(POSTGRES)

    with start_postgres(tmp_path) as postgres:
        assert isinstance(postgres, LentPostgres)
        assert len(running(POSTGRES) - before) == 1
        with psycopg.connect(postgres.create_database("lent")) as connection:
            [said] = connection.execute("SHOW server_version").fetchone() or [""]

    assert said.startswith("16.")
    assert running(POSTGRES) <= before


def test_the_broker_is_a_container_that_goes_with_the_tests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KAFKA_BOOTSTRAP_SERVERS", raising=False)
    before = running(KAFKA)

    with start_broker(tmp_path) as broker:
        assert isinstance(broker, LentBroker)
        assert len(running(KAFKA) - before) == 1
        bus = open_bus(f"kafka://{broker.bootstrap_servers}/lent")
        bus.ensure_topics(["entente.accounts"])
        faults = bus.faults_of_topics(["entente.accounts"])
        bus.close()

    assert faults == []
    assert running(KAFKA) <= before
