"""The real parts as fixtures, started when the first test asks; the workers of one run share one of each."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.kafka import Broker
    from tests.support.postgres import Postgres


def pytest_sessionstart(session: pytest.Session) -> None:
    """Lend the workers a broker and a server, as if they had been given: one for each would cost half a minute more."""
    if hasattr(session.config, "workerinput") or not session.config.getoption("numprocesses", None):
        return
    from tests.support.kafka import start_broker
    from tests.support.postgres import start_postgres

    exits = contextlib.ExitStack()
    session.config.add_cleanup(exits.close)
    folder = Path(exits.enter_context(tempfile.TemporaryDirectory(prefix="entente-parts-")))
    with ThreadPoolExecutor() as pool:
        broker = pool.submit(lambda: exits.enter_context(start_broker(folder / "kafka")))
        postgres = pool.submit(lambda: exits.enter_context(start_postgres(folder / "postgres")))
    os.environ |= {
        "KAFKA_BOOTSTRAP_SERVERS": broker.result().bootstrap_servers,
        "ENTENTE_TEST_POSTGRES_URL": postgres.result().url("postgres"),
    }


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    from tests.support.kafka import start_broker

    with start_broker(tmp_path_factory.mktemp("kafka")) as broker:
        yield broker


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    from tests.support.postgres import start_postgres

    with start_postgres(tmp_path_factory.mktemp("postgres")) as postgres:
        yield postgres
