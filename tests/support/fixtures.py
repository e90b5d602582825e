"""The real parts as fixtures, one of each for the session, started when the first test asks."""

from collections.abc import Iterator

import pytest

from tests.support.kafka import Broker, start_broker
from tests.support.postgres import Postgres, start_postgres


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    with start_broker(tmp_path_factory.mktemp("kafka")) as broker:
        yield broker


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    with start_postgres(tmp_path_factory.mktemp("postgres")) as postgres:
        yield postgres
