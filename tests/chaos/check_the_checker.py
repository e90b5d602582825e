"""The checker is checked: with each of twelve bugs planted it says what is wrong, and without one it says nothing.

Ten minutes long, so it is collected only where it is named, as `make chaos` does.
"""

import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg
import pytest

from shared.events import topic_of
from shared.messaging.bus import Record
from tests.chaos import planted_bugs
from tests.chaos.campaign import Campaign
from tests.support.distributed import ENTENTE, DistributedInstallation
from tests.support.kafka import Broker, start_broker
from tests.support.load import relationships
from tests.support.postgres import Postgres, start_postgres
from tests.support.processes import wait_until
from tests.support.traffic import Account, Traffic, faults_of

pytestmark = pytest.mark.installation

TEMPLATE = "019aa000-0000-7000-8000-000000000002"


@dataclass
class Parts:
    broker: Broker
    postgres: Postgres
    folder: Path


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    folder = tmp_path_factory.mktemp("planted")
    with ExitStack() as exits:
        broker = exits.enter_context(start_broker(folder / "kafka", own=True))
        postgres = exits.enter_context(start_postgres(folder / "postgres", own=True))
        yield Parts(broker, postgres, folder)


@dataclass
class Scene:
    """A small installation under traffic, and what may be done to it meanwhile."""

    installation: DistributedInstallation
    campaign: Campaign
    token: str
    relationship_ids: list[str]

    def kill(self, name: str, counted: str) -> None:
        """Three times, each in the midst of its work: when the rows that it writes have become more again."""
        service = name.split()[1]
        for _ in range(3):
            before = self.campaign.rows(service, counted)
            wait_until(lambda before=before: self.campaign.rows(service, counted) != before, 120, f"{name} works")
            time.sleep(self.campaign.chance.random())
            self.installation.kill(name)
            self.installation.start(name)

    def wait_until_applied(self) -> None:
        """Until nothing is left to publish or apply, or that no longer changes; a group forgets its dead in 10 s."""
        before, since = None, time.monotonic()
        while (waiting := self.campaign.waiting()) and time.monotonic() - since < 40:
            if waiting != before:
                before, since = waiting, time.monotonic()
            time.sleep(0.5)


def kill_the_server(scene: Scene) -> None:
    scene.kill("serve engagements", "SELECT count(*) FROM delivery")


def kill_the_worker(scene: Scene) -> None:
    scene.kill("work scorecards", "SELECT count(*) FROM inbox")


def repeat_records(scene: Scene) -> None:
    time.sleep(5)
    scene.campaign.repeat_records()


def work_twice(scene: Scene) -> None:
    scene.installation.start("work engagements 2")
    time.sleep(12)


def lose_the_broker(scene: Scene) -> None:
    time.sleep(3)
    scene.campaign.cluster.freeze()
    time.sleep(3)
    scene.installation.kill("work engagements")
    scene.campaign.cluster.thaw()
    scene.installation.start("work engagements")


def poison_and_kill(scene: Scene) -> None:
    time.sleep(3)
    poison = [Record(topic_of("engagements"), b"%d" % n, b"no event") for n in range(20)]
    scene.campaign.bus.publish(poison)
    time.sleep(3)
    scene.installation.kill("work scorecards")
    scene.installation.start("work scorecards")


def open_reviews_at_once(scene: Scene) -> None:
    installation = scene.installation
    with psycopg.connect(installation.postgres.url(f"{installation.name}_scorecards")) as connection:
        connection.execute("ALTER TABLE scorecard DROP CONSTRAINT scorecard_of_cycle_and_period")
    # Of a relationship that scorecards does not know yet there is nothing to open.
    known = (
        "SELECT count(*) FROM relationship AS r JOIN account AS s ON s.account_id = r.sponsor_id"
        " JOIN account AS p ON p.account_id = r.provider_id"
    )
    wait_until(
        lambda: scene.campaign.rows("scorecards", known) == [(len(scene.relationship_ids),)], 60, "all are known there"
    )
    options = {"base_url": installation.url + "/api/v1/", "headers": {"authorization": f"Bearer {scene.token}"}}
    with httpx.Client(**options, timeout=60) as client:
        cycle = {
            "name": "Quarterly", "time_zone": "UTC", "template_id": TEMPLATE, "sides": "sponsor",
            "audience": {"relationship_ids": scene.relationship_ids},
        }  # fmt: skip
        cycle_id = client.post("review-cycles", json=cycle).raise_for_status().json()["id"]
        with ThreadPoolExecutor(4) as pool:
            run = {"as_of": "2026-05-01"}
            ran = list(pool.map(lambda _: client.post(f"review-cycles/{cycle_id}/runs", json=run), range(4)))
    assert {each.status_code for each in ran} == {200}, [each.text for each in ran]


def wait(scene: Scene) -> None:
    time.sleep(8)


EXPECTED: dict[Callable[[], None] | None, tuple[Callable[[Scene], None], str]] = {
    None: (kill_the_worker, ""),
    planted_bugs.publish_before_commit: (kill_the_server, "1 what the bus tells of is still there"),
    planted_bugs.commit_after_the_response: (kill_the_server, "promised and lost"),
    planted_bugs.offset_before_effect: (kill_the_worker, "7 every consumed record has an outcome"),
    planted_bugs.no_duplicate_check: (repeat_records, "4 the ledger holds what the bus says, once"),
    planted_bugs.duplicate_check_in_its_own_transaction: (
        kill_the_worker,
        "4 the ledger holds what the bus says, once",
    ),
    planted_bugs.watermark_relay: (wait, "3 no event waits for the bus"),
    planted_bugs.futures_ignored: (lose_the_broker, "3 every published event is on the bus"),
    planted_bugs.two_relays_without_duplicate_check: (work_twice, "4 the ledger holds what the bus says, once"),
    planted_bugs.float_sums_in_arrival_order: (wait, "5 scores equal a rebuild from ledger and bus"),
    planted_bugs.now_inside_the_score: (wait, "5 scores equal a rebuild from ledger and bus"),
    planted_bugs.schedule_without_its_unique_key: (open_reviews_at_once, "6 one scorecard per cycle"),
    planted_bugs.dead_letter_after_the_offset: (poison_and_kill, "7 every consumed record has an outcome"),
}


def name_of(bug: Callable[[], None] | None) -> str:
    return "no_bug" if bug is None else bug.__name__


@pytest.mark.parametrize("bug", EXPECTED, ids=name_of)
def test_the_checker_finds_a_planted_bug(parts: Parts, bug: Callable[[], None] | None) -> None:
    provoke, expected = EXPECTED[bug]
    name = name_of(bug)
    folder = parts.folder / name
    folder.mkdir()
    program = ENTENTE if bug is None else [sys.executable, "-m", "tests.chaos.planted_bugs", name]

    with DistributedInstallation(folder, parts.postgres, parts.broker, name, program=program) as installation:
        token = installation.token()
        relationship_ids = relationships(installation.url, token, 4)
        scene = Scene(installation, Campaign(installation, parts.broker, 0), token, relationship_ids)
        journal = folder / "journal.jsonl"
        with Traffic(installation.url, token, relationship_ids, journal, rate=15, seed=0):
            provoke(scene)
        installation.wait_until_ready()
        scene.wait_until_applied()
        wrong = list(faults_of(Account.of([journal]), installation.url, token, relationship_ids))
        # Sums and clocks are the checker's own too: it would be no bug if only it had the right ones.
        installation.program = program if "5 " in expected else ENTENTE
        wrong += [f"{check['invariant']}: {check['wrong'][0]}" for check in installation.checks() if check["wrong"]]

    print(f"{name}: {[fault[:160] for fault in wrong[:6]]}")
    if bug is None:
        assert wrong == []
    else:
        assert [fault for fault in wrong if fault.startswith(expected)], wrong


def test_there_are_twelve_of_them() -> None:
    assert set(planted_bugs.BUGS) == set(EXPECTED) - {None}
    assert len(planted_bugs.BUGS) == 12
