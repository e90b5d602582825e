"""A database brought back by PostgreSQL's own tools, and a topic that is lost, while the rest of the product works on.

Every drill ends in `entente verify`, and in a look by hand at what each service keeps of another.
"""

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from services.registry import SERVICES
from tests.support.distributed import DistributedInstallation
from tests.support.kafka import Broker, lose_topic
from tests.support.load import Journal, Load, relationships
from tests.support.postgres import start_postgres
from tests.support.processes import wait_until

pytestmark = pytest.mark.drill


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory, broker: Broker) -> Iterator["Drilled"]:
    folder = tmp_path_factory.mktemp("restored")
    with (
        start_postgres(folder / "postgres", own=True) as postgres,
        # Brokers may be lent, and shared with others.
        DistributedInstallation(folder, postgres, broker, f"restored_{uuid.uuid4().hex[:12]}") as installation,
    ):
        yield Drilled(installation)


class Drilled:
    """An installation under load, its databases dumped and restored by name."""

    def __init__(self, installation: DistributedInstallation) -> None:
        self.installation = installation
        self.token = installation.token()
        self.relationship_ids = relationships(installation.url, self.token, 4)
        self.api = httpx.Client(
            base_url=installation.url + "/api/v1/", headers={"authorization": f"Bearer {self.token}"}, timeout=10
        )

    def load(self) -> Load:
        return Load(self.installation.url, self.token, self.relationship_ids, callers=2)

    def url(self, service: str) -> str:
        return self.installation.environment["ENTENTE_DATABASE_URL"].replace("{service}", service)

    def rows(self, service: str, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url(service)) as connection:
            return sorted(connection.execute(query).fetchall())

    def dump(self, service: str) -> None:
        file = self._file(service)
        file.unlink(missing_ok=True)
        self.installation.postgres.client("pg_dump", "--format=custom", f"--file={file}", self.url(service))

    def bring_back(self, service: str) -> None:
        options = ("--clean", "--if-exists", "--single-transaction", f"--dbname={self.url(service)}")
        self.installation.postgres.client("pg_restore", *options, self._file(service))

    def _file(self, service: str) -> Path:
        return self.installation.folder / f"{service}.dump"

    def keep(self, means: str) -> None:
        """Everything: the whole server at one moment, or one database after the other."""
        if means == "pg_basebackup":
            self.installation.postgres.keep("kept")
        else:
            for service in SERVICES:
                self.dump(service)

    def put_back(self, means: str) -> None:
        if means == "pg_basebackup":
            self.installation.postgres.stop()
            self.installation.postgres.put_back("kept")
            self.installation.postgres.start()
        else:
            for service in SERVICES:
                self.bring_back(service)

    def stop(self, *services: str) -> None:
        self.installation.stop([f"{verb} {service}" for service in services for verb in ("serve", "work")])

    def start(self, *services: str) -> None:
        for service in services:
            for verb in ("serve", "work"):
                self.installation.start(f"{verb} {service}")
        self.installation.wait_until_ready()

    def change(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return dict(self.api.post(path, json=body).raise_for_status().json())

    def happened(self, n: int) -> dict[str, Any]:
        about = {"kind": "call", "summary": "in a drill", "experience": "exceeds"}
        return about | {"relationship_id": self.relationship_ids[n], "occurred_at": "2026-03-01T12:00:00Z"}

    def correct(self, interaction: dict[str, Any], experience: str) -> None:
        match = {"if-match": f'"{interaction["version"]}"'}
        changed = self.api.patch(f"interactions/{interaction['id']}", json={"experience": experience}, headers=match)
        changed.raise_for_status()

    def evidence(self, source_id: str) -> list[tuple[Any, ...]]:
        return self.rows(
            "scorecards", f"SELECT version, is_retracted FROM ledger_entry WHERE source_id = '{source_id}'"
        )

    def begin_epochs(self, *services: str) -> None:
        began = self.installation.entente("restored", *services)
        assert began.returncode == 0, began.stderr

    def all_is_well(self, journal: Journal, keys: set[str]) -> None:
        """Every check holds; what was answered under these keys is there; what is kept of others is what they have."""
        assert journal.refused == []
        checks = self.installation.verify()
        assert [check for check in checks if check["wrong"]] == []
        for path in ("interactions", "deliveries"):
            for key in keys:
                if journal.asked[key][0] == path:
                    assert self.api.get(f"{path}/{journal.answered[key]['id']}").status_code == 200
        self.replicas_agree()

    def replicas_agree(self) -> None:
        announced = self.rows("accounts", "SELECT relationship_id, version, is_restricted FROM relationship")
        for service in ("engagements", "scorecards", "gateway"):
            kept = self.rows(service, "SELECT relationship_id, version, is_restricted FROM relationship")
            assert kept == announced, service
        announced = self.rows("accounts", "SELECT contact_id, version, archived_at IS NOT NULL FROM contact")
        for service in ("engagements", "scorecards"):
            assert self.rows(service, "SELECT contact_id, version, is_archived FROM contact") == announced, service
        announced = self.rows("accounts", "SELECT account_id, version, name FROM account")
        assert self.rows("scorecards", "SELECT account_id, version, name FROM account") == announced
        self._same("SELECT engagement_id, version, stage FROM engagement")
        self._same("SELECT relationship_id, version, rung, last_contact_on FROM standing")
        for kind, is_retracted in (("interaction", "retracted_at IS NOT NULL"), ("delivery", "status = 'retracted'")):
            announced = self.rows("engagements", f"SELECT {kind}_id, version, {is_retracted} FROM {kind}")
            query = f"SELECT source_id, version, is_retracted FROM ledger_entry WHERE source_kind = '{kind}'"
            assert self.rows("scorecards", query) == announced
            assert announced

    def _same(self, query: str) -> None:
        assert self.rows("scorecards", query) == self.rows("engagements", query), query


def goes_on(journal: Journal, more: int) -> None:
    so_far = len(journal.answered)
    wait_until(lambda: len(journal.answered) >= so_far + more, 120, f"{more} more answers come")


def test_one_database_alone_an_hour_behind_the_others(here: Drilled) -> None:
    with here.load() as journal:
        goes_on(journal, 100)
        kept, corrected = (here.change("interactions", here.happened(n)) for n in (0, 1))
        before = set(journal.answered)
        here.dump("engagements")
        lost = here.change("interactions", here.happened(2))
        here.correct(corrected, "below")
        here.change(f"interactions/{kept['id']}/retraction", {"reason": "Never happened"})
        made = relationships(here.installation.url, here.token, 1)
        goes_on(journal, 100)
        wait_until(lambda: here.evidence(kept["id"]) == [(2, True)], 90, "the retraction was applied")
        wait_until(lambda: here.evidence(lost["id"]) == [(1, False)], 90, "what will be lost was applied")
        here.stop("engagements")
        here.bring_back("engagements")

        found = here.installation.entente("verify", "engagements")
        assert found.returncode == 3
        assert "is on the bus and its change is lost" in found.stdout
        here.begin_epochs("engagements")
        after = set(journal.answered)
        here.start("engagements")
        goes_on(journal, 100)

    here.all_is_well(journal, before | (set(journal.answered) - after))
    # The restored one has lost what it had applied since, and applies it again.
    here.change("interactions", here.happened(0) | {"relationship_id": made[0]})
    assert here.api.get(f"interactions/{lost['id']}").status_code == 404
    assert here.api.get(f"interactions/{corrected['id']}").json()["experience"] == "exceeds"
    assert (here.evidence(kept["id"]), here.evidence(lost["id"])) == ([(1, False)], [])


@pytest.mark.parametrize("means", ["pg_dump", "pg_basebackup"])
def test_all_databases_an_hour_behind_the_event_bus(here: Drilled, means: str) -> None:
    """Dumped one after the other under load no two are of the same moment either."""
    with here.load() as journal:
        goes_on(journal, 100)
        before = set(journal.answered)
        here.keep(means)
        lost = relationships(here.installation.url, here.token, 1)
        here.change("interactions", here.happened(0) | {"relationship_id": lost[0]})
        goes_on(journal, 100)
        here.stop(*SERVICES)
        after = set(journal.answered)
        here.put_back(means)
        here.begin_epochs(*SERVICES)
        here.start(*SERVICES)
        goes_on(journal, 100)

    here.all_is_well(journal, before | (set(journal.answered) - after))
    assert here.api.get(f"relationships/{lost[0]}").status_code == 404
    assert here.rows("scorecards", f"SELECT source_id FROM ledger_entry WHERE relationship_id = '{lost[0]}'") == []
    assert lost[0] not in {row["relationship_id"] for row in here.api.get("portfolio").json()["items"]}


def test_a_lost_topic_is_made_again_and_filled_from_the_archive(here: Drilled) -> None:
    topic = here.installation.environment["ENTENTE_BUS_URL"].rpartition("/")[2] + ".entente.engagements"
    with here.load() as journal:
        goes_on(journal, 100)
        lose_topic(here.installation.broker.bootstrap_servers, topic)
        goes_on(journal, 50)

        sent = here.installation.entente("topics", "republish", "engagements")

        assert sent.returncode == 0, sent.stderr
        goes_on(journal, 100)

    here.all_is_well(journal, set(journal.answered))
    again = here.installation.entente("topics", "republish")
    assert again.returncode == 0, again.stderr
    assert all(line.endswith(": 0 events sent again") for line in again.stdout.splitlines()), again.stdout
