"""The installations that tests run in: the embedded default, and PostgreSQL with Apache Kafka."""

from __future__ import annotations

import gc
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.databases import runs_embedded_first

if TYPE_CHECKING:
    from tests.support.installation import InstallationUnderTest

pytest_plugins = ["tests.support.fixtures"]

ENGINE = "ENTENTE_TEST_ENGINE"
NEED_ENGINE = ("tests/integration/test_compose.py", "tests/integration/test_containers.py")


def pytest_configure() -> None:
    """Ask for a Docker engine once, before there are workers, so that all of them collect the same."""
    if ENGINE not in os.environ:
        from tests.support.processes import engine_answers

        os.environ[ENGINE] = "yes" if engine_answers() else "no"


def pytest_report_header() -> str | None:
    return None if os.environ[ENGINE] == "yes" else f"no Docker engine answers, so left out: {', '.join(NEED_ENGINE)}"


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Left out, not skipped: a skip would say that a part is missing which every machine has."""
    return True if os.environ[ENGINE] != "yes" and any(map(collection_path.match, NEED_ENGINE)) else None


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """What is imported stays: to look for garbage meanwhile takes a quarter of it, in each worker."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


def pytest_itemcollected(item: pytest.Item) -> None:
    """Leave the distributed half of what runs embedded first to `make long`."""
    parameters = (
        item.callspec.params.values() if isinstance(item, pytest.Function) and hasattr(item, "callspec") else ()
    )
    if "distributed" in parameters and runs_embedded_first(item.nodeid):
        item.add_marker(pytest.mark.long)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Function]) -> None:
    """Slow tests first and those of the shared installation last.

    So no worker is left alone with a slow one at the end, nor does an installation idle beside those that need none.
    """
    items.sort(key=lambda item: (item.get_closest_marker("slow") is None, "installation" in item.fixturenames))


def urls(kind: str, folder: Path, request: pytest.FixtureRequest) -> tuple[str, str]:
    """Database and bus URL of a new, empty installation of this kind."""
    if kind == "embedded":
        return f"sqlite:///{folder}/{{service}}.sqlite", f"sqlite:///{folder}/events.sqlite"
    from services.registry import SERVICES

    # Other workers and earlier runs may use the same server and broker, and number their folders alike.
    prefix = f"{folder.name}_{uuid.uuid4().hex[:12]}"
    postgres = request.getfixturevalue("postgres")
    broker = request.getfixturevalue("broker")
    for name in SERVICES:
        postgres.create_database(f"{prefix}_{name}")
    return postgres.url("NAME").replace("NAME", f"{prefix}_{{service}}"), f"kafka://{broker.bootstrap_servers}/{prefix}"


@pytest.fixture(scope="session", params=["embedded", "distributed"])
def installation(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[InstallationUnderTest]:
    """One installation for the session: a test makes its own accounts and relationships in it."""
    folder = tmp_path_factory.mktemp(f"installation_{request.param}")
    with _installation(folder, request) as installation:
        yield installation


@pytest.fixture(params=["embedded", "distributed"])
def fresh_installation(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[InstallationUnderTest]:
    """An installation of its own, for tests that move the clock or look at everything there is."""
    folder = tmp_path_factory.mktemp(f"fresh_{request.param}")
    with _installation(folder, request) as installation:
        yield installation


def _installation(folder: Path, request: pytest.FixtureRequest) -> InstallationUnderTest:
    # Imported here, because a test of a pure module need not wait until the whole product is loaded.
    from tests.support.installation import InstallationUnderTest

    return InstallationUnderTest(*urls(request.param, folder, request), folder)
