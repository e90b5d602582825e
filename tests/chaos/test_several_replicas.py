"""Two replicas of everything behind a proxy, under constant traffic: restarted one after another, and under fire."""

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from services.registry import SERVICES
from tests.chaos.campaign import PATIENCE_S, Campaign
from tests.support.distributed import DistributedInstallation
from tests.support.kafka import Cluster
from tests.support.load import relationships
from tests.support.postgres import start_postgres
from tests.support.processes import wait_until
from tests.support.traffic import Account, Traffic, faults_of

pytestmark = [pytest.mark.installation, pytest.mark.long, pytest.mark.timeout(3600)]

SEED = int(os.environ.get("ENTENTE_CHAOS_SEED", "20261123"))
SECONDS = float(os.environ.get("ENTENTE_CHAOS_SECONDS", "0"))
"""How long the traffic lasts at least; the short form ends when each of its few faults was done."""
RATE = float(os.environ.get("ENTENTE_CHAOS_RATE", "8"))
KILLS_EVERY_S = 10
HEALED_WITHIN_S = 60 if SECONDS else PATIENCE_S
"""Beside other tests, the short form asks only that it heals."""

SHORT = (
    Campaign.poison,
    Campaign.stop_a_broker,
    Campaign.stop_the_database,
    Campaign.replay,
    Campaign.repeat_records,
    Campaign.freeze_the_relay,
)
LONG = (
    *SHORT,
    Campaign.restart_everything,
    Campaign.freeze_a_broker,
    Campaign.wipe_a_broker,
    Campaign.rebalance,
)


@dataclass
class Scene:
    campaign: Campaign
    token: str
    relationship_ids: list[str]
    journals: list[Path] = field(default_factory=list)

    @property
    def installation(self) -> DistributedInstallation:
        return self.campaign.installation

    def traffic(self) -> Traffic:
        number = len(self.journals)
        self.journals.append(self.installation.folder / f"journal-{number}.jsonl")
        url, ids = self.installation.url, self.relationship_ids
        return Traffic(url, self.token, ids, self.journals[-1], rate=RATE, seed=SEED + number)

    def faults(self) -> list[str]:
        """What is not as all journals promise."""
        account = Account.of(self.journals)
        return list(faults_of(account, self.installation.url, self.token, self.relationship_ids))


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("replicas")
    (folder / "postgres").mkdir()
    with ExitStack() as exits:
        cluster = exits.enter_context(Cluster(folder))
        postgres = exits.enter_context(start_postgres(folder / "postgres", own=True, fsync=True))
        settings = {"ENTENTE_KAFKA_REPLICATION": "3"}
        made = DistributedInstallation(folder, postgres, cluster, "chaos", replicas=2, settings=settings)
        installation = exits.enter_context(made)
        token = installation.token()
        print(f"\nseed {SEED}, {RATE:g} requests a second, {len(installation.names)} processes")
        relationship_ids = relationships(installation.url, token, 12)
        campaign = Campaign(installation, cluster, SEED)
        # Until then whoever logs something has to try again.
        wait_until(lambda: campaign.waiting() == {}, PATIENCE_S, "the relationships are known everywhere")
        yield Scene(campaign, token, relationship_ids)


def test_a_rolling_restart_alone_loses_no_request(scene: Scene) -> None:
    with scene.traffic():
        time.sleep(3)
        scene.campaign.restart_everything()
        time.sleep(3)

    account = Account.of(scene.journals[-1:])
    scene.campaign.say(f"rolling restart: {account.figures()}")
    assert account.lost == []
    assert account.faults == []


def test_several_replicas_under_fire_lose_nothing_and_count_nothing_twice(scene: Scene) -> None:
    campaign = scene.campaign
    ends_at = time.monotonic() + SECONDS

    with scene.traffic():
        with campaign.killing(KILLS_EVERY_S):
            for fault in SHORT if SECONDS == 0 else LONG:
                fault(campaign)
            while time.monotonic() < ends_at:
                campaign.chance.choice(LONG)(campaign)
        healed_at = time.monotonic()
        scene.installation.wait_until_ready(180)
    wait_until(lambda: campaign.waiting() == {}, HEALED_WITHIN_S, "everything is published and applied")

    account = Account.of(scene.journals[-1:])
    figures = account.figures() | {
        "SIGKILL": campaign.kills,
        "ended by themselves": campaign.ended_by_themselves,
        "poison records": len(campaign.poisoned),
        "lag 0 s after the last fault": round(time.monotonic() - healed_at, 1),
    }
    campaign.say(f"under fire: {figures}")
    assert account.figures()["writes promised"] > 20 * RATE, "too little happened to say anything"
    assert scene.faults() == []
    assert campaign.dead_letters_missing_or_strange() == []
    checks = scene.installation.verify(timeout_s=600)
    assert wrong(checks) == []
    assert {check["service"] for check in checks} == set(SERVICES)


def wrong(checks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [check for check in checks if check["wrong"]]
