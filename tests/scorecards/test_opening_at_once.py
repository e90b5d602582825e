"""Several workers at once, and one killed in the midst: exactly one card per cycle, period, relationship and side."""

import os
import subprocess
import threading
from collections import Counter
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from services.scorecards.review_cycles import opening
from services.scorecards.review_cycles.opening import open_period
from services.scorecards.review_cycles.queries import find_cycle, newest_period
from services.scorecards.service import service
from tests.scorecards.reviewing import cards, cards_of, make_cycle, make_later, plant_relationships, run_cycle, runs_of
from tests.support.distributed import ENTENTE, ROOT
from tests.support.installation import InstallationUnderTest
from tests.support.processes import wait_until

AS_OF = date(2026, 9, 30)


def open_together(installation: InstallationUnderTest, cycle: dict[str, Any], workers: int) -> list[Any]:
    """Each worker with connections of its own, as another process has."""
    start, done, failed = threading.Barrier(workers), list[Any](), list[BaseException]()

    def work() -> None:
        database = service.database(
            str(installation.product.databases["scorecards"].url.render_as_string(False)), pool_size=2
        )
        try:
            with database.read() as tx:
                row = find_cycle(tx, cycle["id"])
            start.wait(30)
            period = newest_period(row, AS_OF)
            done.append(open_period(database, row, period, AS_OF, "schedule", installation.clock()))
        except BaseException as error:
            failed.append(error)
        finally:
            database.close()

    threads = [threading.Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert failed == []
    return done


def assert_each_is_there_once(installation: InstallationUnderTest, cycle: dict[str, Any], known: list[str]) -> None:
    found = cards_of(installation, cycle)
    assert Counter((card["relationship_id"], card["side"]) for card in found) == Counter(
        (each, side) for each in known for side in cycle["sides"]
    )
    events_of = announced_ids(installation)
    assert {events_of[card["scorecard_id"]] for card in found} == {1}


def announced_ids(installation: InstallationUnderTest) -> Counter[str]:
    """How often each card was announced, once every event has left the outbox."""
    installation.wait_until_applied()
    with installation.product.databases["scorecards"].read() as tx:
        log = tx.table("outbox_archive")
        chosen = sa.select(log.c.aggregate).where(log.c.aggregate.startswith("scorecard:"))
        return Counter(aggregate.removeprefix("scorecard:") for aggregate in tx.run(chosen).scalars())


@pytest.mark.parametrize("batch", [1, 7, 1000])
def test_workers_at_once_share_the_cards_and_make_none_twice(
    quiet_installation: InstallationUnderTest, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    installation = quiet_installation
    monkeypatch.setattr(opening, "BATCH", batch)
    known = plant_relationships(installation, 40)
    cycle = make_later(installation, known)

    runs = open_together(installation, cycle, workers=4)

    assert_each_is_there_once(installation, cycle, known)
    assert sum(run["created"] for run in runs) == 80
    assert {run["created"] + run["existing"] for run in runs} == {80}
    assert [run["failed"] for run in runs] == [0] * 4
    assert sorted(run["created"] for run in runs_of(installation, cycle)) == sorted(run["created"] for run in runs)


def test_who_is_killed_in_the_midst_is_taken_up_where_it_was(fresh_installation: InstallationUnderTest) -> None:
    installation = fresh_installation
    known = plant_relationships(installation, 4_000)
    cycle = make_cycle(installation, starts_on="2031-01-01")
    settings = installation.product.settings
    environment = {
        "ENTENTE_DATABASE_URL": settings.database_url, "ENTENTE_BUS_URL": settings.bus_url, "PYTHONPATH": str(ROOT),
        "ENTENTE_DATA_DIR": str(settings.data_dir),
    }  # fmt: skip
    command = [*ENTENTE, "review", "run", "--as-of", str(AS_OF), "--cycle", cycle["id"]]
    process = subprocess.Popen(command, env={**os.environ, **environment}, cwd=ROOT, stderr=subprocess.PIPE)
    try:
        wait_until(lambda: counted(installation) > 0 or process.poll() is not None, 60, "the first batch is there")
    finally:
        process.kill()
        process.wait(30)
    made = counted(installation)
    assert 0 < made < 8_000, process.stderr.read() if process.stderr else ""
    [cut] = runs_of(installation, cycle)
    assert (cut["finished_at"], cut["created"]) == (None, made)

    run = run_cycle(installation, cycle, AS_OF)

    assert (run["created"], run["existing"], run["failed"]) == (8_000 - made, made, 0)
    assert_each_is_there_once(installation, cycle, known)


def counted(installation: InstallationUnderTest) -> int:
    with installation.product.databases["scorecards"].read() as tx:
        return int(tx.run(sa.select(sa.func.count()).select_from(cards)).scalar_one())
