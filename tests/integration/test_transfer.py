"""An embedded installation carried over to PostgreSQL and Kafka: the same there, the old one untouched."""

import gc
import hashlib
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from services.registry import services_named
from services.runtime import transfer
from services.runtime.verification import checks
from services.scorecards.service import service as scorecards
from services.scorecards.tiers.usecases import canonical_export
from shared.messaging.relay import record_of
from shared.settings import Settings, read_settings
from tests.conftest import urls
from tests.support.distributed import ENTENTE, ROOT
from tests.support.installation import InstallationUnderTest
from tests.support.processes import Process, wait_until
from tests.support.small_alliance import embedded, record_alliance

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("transfer")]


class Old:
    """The old installation: its folder, and what somebody holds who worked with it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with embedded(folder) as installation:
            record_alliance(installation)
            self.token = installation.api("admin").headers
            self.session = signed_in(installation)
            installation.wait_until_applied()
            self.scores = scores_of(installation)
        # A thread that is just ending still has its connection, and the last that closes changes the file.
        gc.collect()
        wait_until(lambda: is_closed(folder), 60, "nobody has the old installation open")


def is_closed(folder: Path) -> bool:
    for file in folder.glob("*.sqlite"):
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA wal_checkpoint")
    return not list(folder.glob("*-wal"))


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Old:
    return Old(tmp_path_factory.mktemp("old"))


def signed_in(installation: InstallationUnderTest) -> dict[str, str]:
    """The cookie of a manager who has just signed in."""
    account = {"email": "kim@example.org", "name": "Kim", "role": "manager", "password": "correct horse battery"}
    made = installation.api("admin").post("/api/v1/users", account)
    assert made.status_code == 201, made.text
    answer = sign_in(installation)
    return {"cookie": answer.headers["set-cookie"].partition(";")[0]}


def sign_in(installation: InstallationUnderTest) -> Any:
    answer = installation.visitor().post(
        "/api/v1/session", {"email": "kim@example.org", "password": "correct horse battery"}
    )
    assert answer.status_code in (200, 201), answer.text
    return answer


def scores_of(installation: InstallationUnderTest) -> bytes:
    with installation.product.databases["scorecards"].read() as tx:
        return b"".join(canonical_export(tx))


def hashes(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


class New:
    """Where it goes to: databases and topics of its own, empty as yet."""

    def __init__(self, folder: Path, request: pytest.FixtureRequest) -> None:
        self.folder, self.log = folder, folder / "move.log"
        self.database_url, self.bus_url = urls("distributed", folder, request)

    def command(self, folder: Path) -> list[str]:
        return [*ENTENTE, "move", "--data", str(folder), "--to", self.database_url, "--bus", self.bus_url]

    def move(self, folder: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(folder), capture_output=True, text=True, timeout=120, check=False, cwd=self.folder,
            env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        )  # fmt: skip

    @property
    def settings(self) -> Settings:
        return read_settings(database_url=self.database_url, bus_url=self.bus_url, data_dir=self.folder)

    def database(self, service: str) -> str:
        return self.database_url.replace("{service}", service)

    def installation(self) -> InstallationUnderTest:
        return InstallationUnderTest(self.database_url, self.bus_url, self.folder)


@pytest.fixture
def new(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> New:
    return New(tmp_path_factory.mktemp("new"), request)


def faults(settings: Settings) -> list[str]:
    return [f"{check.service}: {check.invariant}: {check.wrong}" for check in checks(settings) if check.wrong]


def move_here(old: Path, new: New) -> list[tuple[str, int, int]]:
    return list(transfer.move(read_settings(data_dir=old), new.settings, services_named(), lambda done, of: None))


def test_a_transfer_copies_the_installation_and_leaves_the_old_one_unchanged(old: Old, new: New) -> None:
    before = hashes(old.folder)

    moved = new.move(old.folder)

    assert moved.returncode == 0, moved.stderr
    assert hashes(old.folder) == before
    with new.installation() as installation:
        installation.wait_until_applied()
        assert scores_of(installation) == old.scores
        for headers in (old.token, old.session):
            assert installation.visitor().request("GET", "/api/v1/me", headers=headers).status_code == 200
        sign_in(installation)
        works_on(installation)
    assert faults(new.settings) == []


def works_on(installation: InstallationUnderTest) -> None:
    """Somebody writes, and numbers go on where they ended."""
    api = installation.api()
    row = api.get("/api/v1/portfolio").json()["items"][0]
    body = {"relationship_id": row["relationship_id"], "promised_on": "2026-03-03", "delivered_on": "2026-03-03"}
    assert api.post("/api/v1/deliveries", body).status_code == 201
    installation.wait_until_applied()
    after = next(
        found
        for found in api.get("/api/v1/portfolio").json()["items"]
        if found["relationship_id"] == row["relationship_id"]
    )
    assert after["evidence_count"] == row["evidence_count"] + 1


def test_a_move_that_was_killed_goes_on_and_doubles_nothing(old: Old, new: New) -> None:
    before = hashes(old.folder)
    begun(new)
    with psycopg.connect(new.database("scorecards")) as holding:
        holding.execute("LOCK TABLE ledger_entry IN SHARE MODE")
        moving_there = Process(new.command(old.folder), new.log, environment={"PYTHONPATH": str(ROOT)})
        wait_until(lambda: waits(new.database("scorecards")), 90, "it waits for the ledger", moving_there)
        moving_there.kill()
    with psycopg.connect(new.database("scorecards")) as connection:
        done = {name for (name,) in connection.execute("SELECT name FROM moved")}
        assert "account" in done
        assert "ledger_entry" not in done
    assert list(checks_of_engagements(new)) == []

    again = new.move(old.folder)

    assert again.returncode == 0, again.stderr
    assert hashes(old.folder) == before
    assert faults(new.settings) != []  # nobody has read the topics yet
    with new.installation() as installation:
        installation.wait_until_applied()
        assert scores_of(installation) == old.scores
    assert faults(new.settings) == []


def begun(new: New) -> None:
    """As by a move that was killed as soon as it had begun with scorecards."""
    installation = InstallationUnderTest(new.database_url, new.bus_url, new.folder).product
    installation.migrate()
    with transfer._alone(installation.databases["scorecards"].url, scorecards) as target:
        transfer._begin(target, scorecards)
    installation.stop()


def waits(url: str) -> bool:
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT 1 FROM pg_locks WHERE NOT granted AND relation IS NOT NULL").rowcount > 0


def checks_of_engagements(new: New) -> Iterator[str]:
    """What came before the kill stands whole: copied, on its topic, and no more marked."""
    with psycopg.connect(new.database("engagements")) as connection:
        if connection.execute("SELECT to_regclass('moved')").fetchone() != (None,):
            yield "still marked"
        if connection.execute("SELECT count(*) FROM interaction").fetchone() == (0,):
            yield "empty"


def test_events_that_a_killed_move_had_sent_are_not_sent_again(old: Old, new: New) -> None:
    installation = InstallationUnderTest(new.database_url, new.bus_url, new.folder).product
    installation.migrate()
    engagements = sa.create_engine(f"sqlite:///{old.folder}/engagements.sqlite")
    archive = installation.databases["engagements"].metadata.tables["outbox_archive"]
    with engagements.connect() as connection:
        rows = connection.execute(sa.select(archive).order_by(archive.c.sequence)).mappings().all()
    engagements.dispose()
    half = [record_of(row) for row in rows[: len(rows) // 2]]
    installation.bus.publish(half)

    moved = {name: (count, events) for name, count, events in move_here(old.folder, new)}

    assert moved["engagements"][1] == len(rows) == len(list(installation.bus.read_all(["entente.engagements"])))
    assert {name: (count, events) for name, count, events in move_here(old.folder, new)} == moved
    assert len(list(installation.bus.read_all(["entente.engagements"]))) == len(rows)
    installation.stop()


def test_an_installation_in_use_is_no_target_of_a_transfer(old: Old, new: New) -> None:
    with new.installation() as installation:
        account = installation.client("accounts").post("/v1/accounts", {"name": "Ours", "kind": "sponsor"}).json()
        installation.wait_until_applied()

    refused = new.move(old.folder)

    assert refused.returncode == 1
    assert refused.stderr.strip().splitlines()[-1] == (
        "entente: the new database of accounts is in use: a move needs an empty one"
    )
    with psycopg.connect(new.database("accounts")) as connection:
        assert connection.execute("SELECT account_id FROM account").fetchall() == [(account["id"],)]


@pytest.mark.parametrize("damage", ["a row is changed", "a row is missing", "a table is left out", "an event is lost"])
def test_verification_after_a_transfer_finds_a_differing_row(
    old: Old, new: New, damage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The copying is made to err, once; what it says, and that it says so again, is the check's."""
    copy_rows = transfer._copy_rows

    def errs(reading: Any, writing: Any, table: sa.Table, say: Any) -> None:
        if (table.name, damage) != ("delivery", "a table is left out"):
            copy_rows(reading, writing, table, say)
        if table.name == "interaction" and damage == "a row is changed":
            one = sa.select(table.c.interaction_id).limit(1).scalar_subquery()
            writing.execute(sa.update(table).where(table.c.interaction_id == one).values(summary="Another"))
        if table.name == "standing" and damage == "a row is missing":
            one = sa.select(table.c.relationship_id).limit(1).scalar_subquery()
            writing.execute(sa.delete(table).where(table.c.relationship_id == one))

    monkeypatch.setattr(transfer, "_copy_rows", errs)
    if damage == "an event is lost":
        monkeypatch.setattr(transfer, "republish", lambda *_: 0)
    where = {
        "a row is changed": "interaction has",
        "a row is missing": "standing has",
        "a table is left out": "delivery has 0 rows of",
        "an event is lost": "entente.accounts has 0 events of",
    }

    for _ in range(2):
        with pytest.raises(transfer.NotTheSame, match=where[damage]):
            move_here(old.folder, new)


def test_an_installation_that_was_killed_is_read_with_its_log(old: Old, new: New, tmp_path: Path) -> None:
    killed = tmp_path / "killed"
    shutil.copytree(old.folder, killed)
    working = sqlite3.connect(killed / "accounts.sqlite")
    working.execute(
        "UPDATE account SET name = 'Only in the log' WHERE account_id = (SELECT max(account_id) FROM account)"
    )
    working.commit()
    left = tmp_path / "left"
    shutil.copytree(killed, left)  # with the log, as after a kill
    working.close()
    assert (left / "accounts.sqlite-wal").stat().st_size > 0
    before = {name: of for name, of in hashes(left).items() if not name.endswith("-shm")}

    move_here(left, new)

    assert {name: of for name, of in hashes(left).items() if not name.endswith("-shm")} == before
    with psycopg.connect(new.database("accounts")) as connection:
        assert connection.execute("SELECT count(*) FROM account WHERE name = 'Only in the log'").fetchone() == (1,)


def test_a_folder_without_an_installation_of_this_version_is_refused(old: Old, new: New, tmp_path: Path) -> None:
    nothing = new.move(tmp_path)
    assert nothing.returncode == 1
    assert "holds no installation: accounts.sqlite is not there" in nothing.stderr
    earlier = tmp_path / "earlier"
    shutil.copytree(old.folder, earlier)
    with closing(sqlite3.connect(earlier / "gateway.sqlite")) as file, file:
        file.execute("UPDATE gateway_version SET version_num = '0001'")

    refused = new.move(earlier)

    assert refused.returncode == 1
    assert "run `entente migrate`" in refused.stderr
