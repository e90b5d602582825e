"""The real parts as fixtures, one of each for a worker's session, started when the first test asks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.kafka import Broker
    from tests.support.postgres import Postgres


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
