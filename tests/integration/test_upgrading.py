"""From the release before to this one: its data, and its processes beside those of this one, under load.

The release is kept in tests/data/release as its program and a backup of data that it has written, both made by
tests/support/keep_release.py. Not taken from the history: a checkout may have none.
"""

import shutil
import tarfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest

from tests.integration.test_backup import running
from tests.integration.test_bad_starts import entente, refusal
from tests.support.distributed import DistributedInstallation
from tests.support.kafka import Broker
from tests.support.keep_release import KEPT
from tests.support.load import Journal, Load, relationships
from tests.support.postgres import Postgres
from tests.support.processes import wait_until

pytestmark = pytest.mark.drill


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program of the release before."""
    folder = tmp_path_factory.mktemp("before")
    with tarfile.open(KEPT / "program.tar.xz") as tar:
        tar.extractall(folder, filter="data")
    return folder


Both = tuple[DistributedInstallation, DistributedInstallation]


@pytest.fixture
def both(tmp_path: Path, postgres: Postgres, broker: Broker, before: Path) -> Iterator[Both]:
    """One installation by both programs; the old one runs."""
    new = DistributedInstallation(tmp_path, postgres, broker, f"upgraded_{uuid.uuid4().hex[:12]}")
    with new.beside(before) as old:
        yield old, new
        for process in new.processes.values():
            process.kill()


def goes_on(*journals: Journal, more: int = 60) -> None:
    for journal in journals:
        so_far = len(journal.answered)
        wait_until(lambda: len(journal.answered) >= so_far + more, 180, f"{more} more answers come")  # noqa: B023


def test_what_the_release_before_kept_is_brought_back_and_goes_on(before: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    archive = shutil.copy(KEPT / "data.tar.gz", tmp_path)
    assert entente(data, "restore", archive, program=before).returncode == 0
    made = entente(data, "token", "create", "--name", "kept", "--role", "admin", program=before)
    assert made.returncode == 0, made.stderr
    assert "run `entente migrate`" in refusal(entente(data, "verify"))

    with running(data, tmp_path / "up.log") as (url, settled):
        api = httpx.Client(base_url=url, headers={"authorization": f"Bearer {made.stdout.strip()}"}, timeout=10)
        settled(api)
        rows = api.get("/api/v1/portfolio").json()["items"]
        assert len(rows) == 4
        assert sum(row["evidence_count"] for row in rows) > 20

    checked = entente(data, "verify")
    assert checked.returncode == 0, checked.stdout
    assert "written by a newer Entente" in refusal(entente(data, "verify", program=before))


def test_both_versions_run_at_once_and_no_request_fails(both: Both) -> None:
    old, new = both
    token = old.token()
    ids = relationships(old.url, token, 4)
    with Load(old.url, token, ids, callers=2, timeout_s=60) as first:
        goes_on(first)
        migrated = new.entente("migrate")
        assert migrated.returncode == 0, migrated.stderr
        goes_on(first)
        for name in new.names:
            new.start(name)
        new.wait_until_ready()
        with Load(new.url, token, ids, callers=2, seed=9, timeout_s=60) as second:
            goes_on(first, second)
            read_by_the_other(old, new, token, second)
            made = relationships(old.url, token, 1) + relationships(new.url, token, 1)
            goes_on(first, second)
    # Callers are led to the new ones before the old ones are stopped, as a balancer does.
    with Load(new.url, token, ids + made, callers=2, seed=18, timeout_s=60) as third:
        goes_on(third)
        old.stop()
        goes_on(third)

    journals = (first, second, third)
    failed = [why for journal in journals for why in (*journal.refused, *journal.asked_again)]
    # A relationship just made may not be known everywhere yet, upgrade or not: the client has to ask again.
    assert [why for why in failed if "problems/replica-behind" not in why] == []
    assert [check for check in new.verify() if check["wrong"]] == []
    for journal in journals:
        for path, service in (("interactions", "interaction"), ("deliveries", "delivery")):
            assert journal.ids(path) <= stored(new, service)


def read_by_the_other(old: DistributedInstallation, new: DistributedInstallation, token: str, journal: Journal) -> None:
    """What was written by either is read through both."""
    id = next(iter(journal.ids("interactions")))
    for url in (old.url, new.url):
        answer = httpx.get(f"{url}/api/v1/interactions/{id}", headers={"authorization": f"Bearer {token}"}, timeout=10)
        assert answer.status_code == 200


def stored(installation: DistributedInstallation, table: str) -> set[str]:
    url = installation.environment["ENTENTE_DATABASE_URL"].replace("{service}", "engagements")
    with psycopg.connect(url) as connection:
        return {id for (id,) in connection.execute(f"SELECT {table}_id FROM {table}")}


def test_a_process_stays_ready_when_a_newer_program_migrates(both: Both) -> None:
    """Of this release: the one before called itself unready then (docs/upgrade.md)."""
    _, new = both
    assert new.entente("migrate").returncode == 0
    new.start("serve accounts")
    ready = f"http://127.0.0.1:{new.ports['accounts']}/readyz"
    wait_until(lambda: answers(ready), 60, "it is ready")
    url = new.environment["ENTENTE_DATABASE_URL"].replace("{service}", "accounts")
    with psycopg.connect(url) as connection:
        connection.execute("UPDATE accounts_version SET version_num = '9999'")

    assert httpx.get(ready, timeout=5).status_code == 200
    assert "written by a newer Entente" in refusal(new.entente("serve", "accounts"))
    with psycopg.connect(url) as connection:
        connection.execute("UPDATE accounts_version SET version_num = '0001'")
    assert httpx.get(ready, timeout=5).status_code == 503


def answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2).status_code == 200
    except httpx.HTTPError:
        return False
