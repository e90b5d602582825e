"""`entente verify` on a settled installation: green as it is, red for each damage that is done to it, by name."""

import json
import math
import sqlite3
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from services.runtime.verification import checks
from shared.derived.verify import report
from shared.ids import new_id
from shared.settings import read_settings
from tests.support.distributed import ENTENTE
from tests.support.installation import InstallationUnderTest, somebody

pytestmark = pytest.mark.xdist_group("settled")


@dataclass
class Damage:
    """The databases of a copy of the installation, open to anybody."""

    folder: Path

    def run(self, name: str, statement: str, *values: object) -> list[Any]:
        """Run a statement on one of its files; a statement that writes must hit exactly one row."""
        connection = sqlite3.connect(self.folder / f"{name}.sqlite")
        try:
            done = connection.execute(statement, values)
            rows = done.fetchall()
            assert statement.startswith("SELECT") or done.rowcount == 1, statement
            connection.commit()
            return rows
        finally:
            connection.close()

    def one(self, name: str, statement: str, *values: object) -> Any:
        return self.run(name, statement, *values)[0][0]


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which deliveries and interactions were logged, had their effects, and everything has stopped."""
    folder = tmp_path_factory.mktemp("settled")
    urls = f"sqlite:///{folder}/{{service}}.sqlite", f"sqlite:///{folder}/events.sqlite"
    with InstallationUnderTest(*urls, folder) as installation:
        api = installation.api()
        for name in ("Vialworks", "Stoppers"):
            ends = {}
            for kind in ("sponsor", "provider"):
                answer = api.post("/api/v1/accounts", {"name": f"{kind} {name}", "kind": kind})
                ends[f"{kind}_id"] = answer.json()["id"]
            relationship_id = api.post("/api/v1/relationships", ends).json()["id"]
            for day in range(1, 6):
                body = {"relationship_id": relationship_id, "promised_on": "2026-03-03"}
                headers = {"idempotency-key": new_id()}
                kept = api.post("/api/v1/deliveries", body | {"delivered_on": f"2026-03-0{day}"}, headers=headers)
                assert kept.status_code == 201, kept.text
            publish_a_card(installation, relationship_id)
        installation.wait_until_applied()
    return folder


def publish_a_card(installation: InstallationUnderTest, relationship_id: str) -> None:
    """A card of the sponsor's side, of a quarter long due."""
    admin = somebody("admin")
    client = installation.client("scorecards", admin)
    cycle = {
        "name": "Quarterly", "time_zone": "UTC", "template_id": "019aa000-0000-7000-8000-000000000002",
        "sides": "sponsor", "audience": {"relationship_ids": [relationship_id]},
    }  # fmt: skip
    installation.eventually(lambda: client.get(f"/v1/relationship-replicas/{relationship_id}").status_code == 200)
    cycle_id = client.post("/v1/review-cycles", cycle).json()["id"]
    client.post(f"/v1/review-cycles/{cycle_id}/runs", {"as_of": "2026-05-01"})
    [card] = client.get(f"/v1/scorecards?review_cycle_id={cycle_id}").json()["items"]
    path = f"/v1/scorecards/{card['id']}"
    ratings = {"ratings": [{"attribute": "communication", "rating": "exceeds"}]}
    client.put(path + "/ratings", ratings, headers={"if-match": '"0"'})
    client.post(path + "/submission")
    signer = installation.client("scorecards", replace(admin, is_reauthenticated=True))
    assert signer.post(path + "/signature", {"meaning": "I agree"}).json()["status"] == "published"


@pytest.fixture
def damage(settled: Path, tmp_path: Path) -> Damage:
    for file in settled.glob("*.sqlite"):
        with sqlite3.connect(file) as source, sqlite3.connect(tmp_path / file.name) as target:
            source.backup(target)
    return Damage(tmp_path)


def verify(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [*ENTENTE, "verify", "--data", str(folder), *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def a_change_without_its_event(damage: Damage) -> tuple[str, str]:
    event_id, delivery = damage.run(
        "engagements", "SELECT event_id, aggregate FROM outbox_archive WHERE aggregate LIKE 'delivery:%'"
    )[0]
    damage.run("engagements", "DELETE FROM outbox_archive WHERE event_id = ?", event_id)
    return "2 every change", delivery.removeprefix("delivery:")


def an_event_without_its_change(damage: Damage) -> tuple[str, str]:
    delivery_id = damage.one("engagements", "SELECT delivery_id FROM delivery")
    damage.run("engagements", "DELETE FROM delivery WHERE delivery_id = ?", delivery_id)
    return "2 every change", delivery_id


def a_change_with_its_event(damage: Damage) -> tuple[str, str]:
    """Both are gone, as after a lost write; the bus still has it."""
    event_id, delivery = damage.run(
        "engagements", "SELECT event_id, aggregate FROM outbox_archive WHERE aggregate LIKE 'delivery:%'"
    )[0]
    damage.run("engagements", "DELETE FROM outbox_archive WHERE event_id = ?", event_id)
    damage.run("engagements", "DELETE FROM delivery WHERE delivery_id = ?", delivery.removeprefix("delivery:"))
    return "1 what the bus tells of", event_id


def an_event_that_waits(damage: Damage) -> tuple[str, str]:
    columns = "sequence, event_id, aggregate, version, topic, key, payload, created_at"
    event_id = damage.one("engagements", "SELECT event_id FROM outbox_archive ORDER BY sequence")
    damage.run(
        "engagements",
        f"INSERT INTO outbox ({columns}) SELECT {columns} FROM outbox_archive WHERE event_id = ?",
        event_id,
    )
    damage.run("engagements", "DELETE FROM outbox_archive WHERE event_id = ?", event_id)
    return "3 no event waits", event_id


def a_lost_record(damage: Damage) -> tuple[str, str]:
    partition, offset, value = damage.run(
        "events", "SELECT partition, offset, value FROM log WHERE topic = 'entente.engagements' ORDER BY offset DESC"
    )[0]
    damage.run(
        "events",
        "DELETE FROM log WHERE topic = 'entente.engagements' AND partition = ? AND offset = ?", partition, offset,
    )  # fmt: skip
    return "3 every published event", json.loads(value)["id"]


def a_lost_entry(damage: Damage) -> tuple[str, str]:
    source_id = damage.one("scorecards", "SELECT source_id FROM ledger_entry")
    damage.run("scorecards", "DELETE FROM ledger_entry WHERE source_id = ?", source_id)
    return "4 the ledger", source_id


def an_entry_of_nothing(damage: Damage) -> tuple[str, str]:
    source_id, invented = damage.one("scorecards", "SELECT source_id FROM ledger_entry"), new_id()
    names = [row[1] for row in damage.run("scorecards", "SELECT * FROM pragma_table_info('ledger_entry')")]
    values = ", ".join("?" if name == "source_id" else name for name in names)
    damage.run(
        "scorecards",
        f"INSERT INTO ledger_entry SELECT {values} FROM ledger_entry WHERE source_id = ?",
        invented,
        source_id,
    )
    return "4 the ledger", invented


def a_score_off_by_the_least_there_is(damage: Damage) -> tuple[str, str]:
    relationship_id, p = damage.run("scorecards", "SELECT relationship_id, p FROM portfolio_row")[0]
    damage.run(
        "scorecards",
        "UPDATE portfolio_row SET p = ? WHERE relationship_id = ?", math.nextafter(p, 1), relationship_id,
    )  # fmt: skip
    return "5 scores equal", relationship_id


def a_tier_nobody_earned(damage: Damage) -> tuple[str, str]:
    relationship_id = damage.one("scorecards", "SELECT relationship_id FROM portfolio_row")
    damage.run("scorecards", "UPDATE portfolio_row SET tier = 'partnership' WHERE relationship_id = ?", relationship_id)
    return "5 scores equal", relationship_id


def a_record_without_outcome(damage: Damage) -> tuple[str, str]:
    event_id = damage.one("scorecards", "SELECT event_id FROM inbox")
    damage.run("scorecards", "DELETE FROM inbox WHERE event_id = ?", event_id)
    [(topic, partition, offset)] = [
        row[:3]
        for row in damage.run("events", "SELECT topic, partition, offset, value FROM log")
        if json.loads(row[3])["id"] == event_id
    ]
    return "7 every consumed record", f"{topic} {partition}/{offset}"


def an_answer_given_twice(damage: Damage) -> tuple[str, str]:
    key, body = damage.run("engagements", "SELECT key, body FROM idempotency_key")[0]
    names = "principal_id, route, body_hash, status, headers, body, created_at"
    again = new_id()
    damage.run(
        "engagements",
        f"INSERT INTO idempotency_key (key, {names}) SELECT ?, {names} FROM idempotency_key WHERE key = ?", again, key,
    )  # fmt: skip
    return "9 one resource", json.loads(body)["id"]


def an_answer_about_nothing(damage: Damage) -> tuple[str, str]:
    key, body = damage.run("engagements", "SELECT key, body FROM idempotency_key")[0]
    invented = new_id()
    damage.run(
        "engagements", "UPDATE idempotency_key SET body = ? WHERE key = ?",
        body.replace(json.loads(body)["id"], invented), key,
    )  # fmt: skip
    return "9 one resource", invented


def a_record_not_consumed(damage: Damage) -> tuple[str, str]:
    damage.run(
        "events",
        """UPDATE positions SET offset = offset - 1 WHERE ("group", topic, partition) =
           (SELECT "group", topic, partition FROM positions WHERE "group" = 'scorecards' AND offset > 0)""",
    )
    return "10 nothing is left", "1 records wait"


def a_second_card_of_a_period(damage: Damage) -> tuple[str, str]:
    row = damage.run("scorecards", "SELECT scorecard_id, period_starts_on FROM scorecard")[0]
    names = [name for _, name, *_ in damage.run("scorecards", "SELECT * FROM pragma_table_info('scorecard')")]
    others = ", ".join(name for name in names if name not in ("scorecard_id", "period_starts_on"))
    second = new_id()
    damage.run(
        "scorecards",
        f"""INSERT INTO scorecard (scorecard_id, period_starts_on, {others})
            SELECT ?, date(period_starts_on, '+1 day'), {others} FROM scorecard WHERE scorecard_id = ?""",
        second, row[0],
    )  # fmt: skip
    return "6 one scorecard", second


def a_card_changed_after_its_signature(damage: Damage) -> tuple[str, str]:
    scorecard_id = damage.one("scorecards", "SELECT scorecard_id FROM scorecard")
    damage.run(
        "scorecards",
        "UPDATE scorecard SET ratings = replace(ratings, '\"value\": 1.0', '\"value\": 0.8') WHERE scorecard_id = ?",
        scorecard_id,
    )  # fmt: skip
    return "6 every signature", scorecard_id


def a_card_that_is_no_evidence(damage: Damage) -> tuple[str, str]:
    scorecard_id = damage.one("scorecards", "SELECT source_id FROM ledger_entry WHERE source_kind = 'scorecard'")
    damage.run("scorecards", "DELETE FROM ledger_entry WHERE source_id = ?", scorecard_id)
    return "4 every published", scorecard_id


def test_an_installation_that_has_applied_everything_passes_every_check(settled: Path) -> None:
    done = verify(settled, "--json")

    assert done.returncode == 0, done.stdout
    checks = json.loads(done.stdout)
    assert [check for check in checks if check["wrong"]] == []
    assert {check["invariant"].split()[0] for check in checks} == {"1", "2", "3", "4", "5", "6", "7", "9", "10"}
    looked_at = {(check["service"], check["invariant"].split(", ")[0]): check["looked_at"] for check in checks}
    assert looked_at["engagements", "9 one resource per idempotency key"] == 10
    assert looked_at["scorecards", "4 the ledger holds what the bus says"] == 12
    assert looked_at["scorecards", "4 every published scorecard is one item of evidence"] == 2
    assert looked_at["scorecards", "5 scores equal a rebuild from ledger and bus"] == 2
    assert looked_at["scorecards", "6 one scorecard per cycle"] == 2
    assert looked_at["scorecards", "6 every signature is of the scorecard that stands"] == 2


@pytest.mark.parametrize(
    "harm",
    [
        a_change_without_its_event, an_event_without_its_change, an_event_that_waits, a_lost_record,
        a_lost_entry, an_entry_of_nothing, a_score_off_by_the_least_there_is, a_tier_nobody_earned,
        a_record_without_outcome, an_answer_given_twice, an_answer_about_nothing, a_record_not_consumed,
        a_change_with_its_event, a_second_card_of_a_period, a_card_changed_after_its_signature,
        a_card_that_is_no_evidence,
    ],
    ids=lambda harm: harm.__name__,
)  # fmt: skip
def test_a_damage_is_found_and_named(damage: Damage, harm: Callable[[Damage], tuple[str, str]]) -> None:
    invariant, named = harm(damage)
    lines: list[str] = []

    holds = report(checks(read_settings(data_dir=damage.folder)), lines.append)  # as the command does

    assert not holds
    wrong = lines[[line.startswith("WRONG") for line in lines].index(True) :]
    assert any(invariant in line for line in wrong if line.startswith("WRONG"))
    assert any(named in line for line in wrong)


@pytest.mark.parametrize("options", [[], ["--json"]], ids=["lines", "json"])
def test_a_violated_check_is_reported_with_exit_code_3(damage: Damage, options: list[str]) -> None:
    _, named = a_lost_entry(damage)

    done = verify(damage.folder, *options)

    assert done.returncode == 3, done.stdout + done.stderr
    if options:
        found = [fault for check in json.loads(done.stdout) for fault in check["wrong"]]
    else:
        found = done.stdout[done.stdout.index("WRONG") :].splitlines()
    assert any(named in fault for fault in found)


@pytest.mark.parametrize("event_id", [5, {"n": 5}, ["5"]], ids=["number", "object", "list"])
def test_a_record_that_is_no_event_is_not_reported_as_lost(damage: Damage, event_id: object) -> None:
    value = json.dumps({"id": event_id, "type": "engagements.delivery_recorded.v1"})
    damage.run(
        "events",
        """INSERT INTO log SELECT topic, partition, MAX(offset) + 1, key, ?, headers, at FROM log
           WHERE topic = 'entente.engagements' GROUP BY topic, partition LIMIT 1""",
        value.encode(),
    )

    found = {(each.service, each.invariant): each.wrong for each in checks(read_settings(data_dir=damage.folder))}

    assert found["engagements", "1 what the bus tells of is still there"] == []
    assert found["scorecards", "10 nothing is left to consume"] == ["1 records wait"]
