"""The houses that tests run in: the embedded default, and PostgreSQL with Apache Kafka. The same tests run in both."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.house import HouseUnderTest

pytest_plugins = ["tests.support.fixtures"]


def urls(kind: str, folder: Path, request: pytest.FixtureRequest) -> tuple[str, str]:
    """Database and bus URL of a new, empty installation of this kind."""
    if kind == "embedded":
        return f"sqlite:///{folder}/{{service}}.sqlite", f"sqlite:///{folder}/events.sqlite"
    prefix = folder.name.replace("-", "_").lower()
    postgres = request.getfixturevalue("postgres")
    broker = request.getfixturevalue("broker")
    for name in ("accounts", "engagements", "scorecards", "gateway"):
        postgres.create_database(f"{prefix}_{name}")
    return postgres.url("NAME").replace("NAME", f"{prefix}_{{service}}"), f"kafka://{broker.bootstrap_servers}/{prefix}"


@pytest.fixture(scope="session", params=["embedded", "distributed"])
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HouseUnderTest]:
    """One installation for the session: a test makes its own accounts and relationships in it."""
    folder = tmp_path_factory.mktemp(f"house_{request.param}")
    with HouseUnderTest(*urls(request.param, folder, request), folder) as house:
        yield house


@pytest.fixture(params=["embedded", "distributed"])
def fresh_house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HouseUnderTest]:
    """An installation of its own, for tests that move the clock or look at everything there is."""
    folder = tmp_path_factory.mktemp(f"fresh_{request.param}")
    with HouseUnderTest(*urls(request.param, folder, request), folder) as house:
        yield house
