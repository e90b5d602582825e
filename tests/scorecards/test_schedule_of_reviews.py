"""The schedule opens what is due, catches up what was missed and tries again what failed; whatever the clock does."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.scorecards.review_cycles.opening import open_due
from services.scorecards.service import service
from shared.derived.worker import run_if_due
from shared.ids import new_id
from tests.scorecards.breaking import refusing_a_card
from tests.scorecards.feeding import account, introduce, publish, relationship
from tests.scorecards.reviewing import (
    cards_of,
    make_cycle,
    make_later,
    plant_relationships,
    read_cycle,
    run_cycle,
    runs_of,
)
from tests.support.installation import InstallationUnderTest

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def tick(installation: InstallationUnderTest, now: datetime) -> dict[str, int]:
    return open_due(installation.product.databases["scorecards"], now)


def at(year: int, month: int, day: int, hour: int = 12, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "midnight"),
    [
        ("UTC", at(2031, 3, 31, 0)), ("Pacific/Kiritimati", at(2031, 3, 30, 10)),
        ("Pacific/Pago_Pago", at(2031, 3, 31, 11)), ("Europe/Berlin", at(2031, 3, 30, 22)),
    ],
)  # fmt: skip
def test_a_period_opens_with_its_day_in_the_cycles_zone(
    quiet_installation: InstallationUnderTest, zone: str, midnight: datetime
) -> None:
    installation = quiet_installation
    [known] = plant_relationships(installation, 1)
    cycle = make_later(installation, [known], time_zone=zone)
    assert read_cycle(installation, cycle)["next_run"]["opens_at"] == midnight.isoformat().replace("+00:00", "Z")

    assert tick(installation, midnight - timedelta(seconds=1)) == {}
    assert tick(installation, midnight) == {"created": 2, "existing": 0, "failed": 0}

    [run] = runs_of(installation, cycle)
    assert (run["cause"], run["as_of"], run["period"]["name"]) == ("schedule", "2031-03-31", "2031 Q1")
    assert {card["created_at"] for card in cards_of(installation, cycle)} == {midnight}


def test_every_period_that_was_missed_is_caught_up_oldest_first(quiet_installation: InstallationUnderTest) -> None:
    installation = quiet_installation
    known = plant_relationships(installation, 2)
    cycle = make_later(installation, known, sides="provider", opens_days_before_end=10)

    assert tick(installation, at(2032, 1, 5)) == {"created": 8, "existing": 0, "failed": 0}

    names = [run["period"]["name"] for run in runs_of(installation, cycle)][::-1]
    assert names == ["2031 Q1", "2031 Q2", "2031 Q3", "2031 Q4"]
    assert len({(card["period_starts_on"], card["relationship_id"]) for card in cards_of(installation, cycle)}) == 8
    table = installation.client("scorecards").get(
        f"/v1/review-cycles/{cycle['id']}/periods?from=2031-06-01&to=2032-02-01"
    )
    assert [item["opened_at"] is not None for item in table.json()["items"]] == [True, True, True, False]


def test_a_period_that_opened_before_the_start_is_not_caught_up(quiet_installation: InstallationUnderTest) -> None:
    installation = quiet_installation
    [known] = plant_relationships(installation, 1)
    chosen = {"relationship_ids": [known]}
    behind = make_cycle(installation, audience=chosen, starts_on="2031-04-01", sides="sponsor")
    on_the_day = make_cycle(installation, audience=chosen, starts_on="2031-03-31", sides="sponsor")

    tick(installation, at(2031, 4, 2))

    assert (len(cards_of(installation, behind)), len(cards_of(installation, on_the_day))) == (0, 1)


def test_what_is_done_is_looked_at_once_more_and_then_left_alone(quiet_installation: InstallationUnderTest) -> None:
    """Once more, since the schedule may have been quicker than the news of a relationship."""
    installation = quiet_installation
    owner = new_id()
    introduce(installation, owner_id=owner)
    cycle = make_cycle(installation, audience={"owner_ids": [owner]}, starts_on="2031-01-01")
    assert tick(installation, at(2031, 3, 31))["created"] == 2
    introduce(installation, owner_id=owner)

    assert tick(installation, at(2031, 4, 1, 11, 59)) == {}
    assert tick(installation, at(2031, 4, 1, 12)) == {"created": 2, "existing": 2, "failed": 0}

    introduce(installation, owner_id=owner)
    assert [tick(installation, at(2031, 4, 2) + n * DAY) for n in range(40)] == [{}] * 40
    assert len(runs_of(installation, cycle)) == 2


def test_what_failed_is_tried_again_after_ever_longer_waits(quiet_installation: InstallationUnderTest) -> None:
    installation = quiet_installation
    known, other = plant_relationships(installation, 2)
    cycle, begins = make_later(installation, [known, other]), at(2031, 3, 31)

    with refusing_a_card(installation, known, "sponsor"):
        tries = [minute for minute in range(61) if tick(installation, begins + minute * MINUTE)]
    assert tries == [0, 5, 10, 20, 40]
    assert [run["failed"] for run in runs_of(installation, cycle)] == [1] * 5
    assert len(cards_of(installation, cycle)) == 3

    assert tick(installation, begins + 80 * MINUTE) == {"created": 1, "existing": 3, "failed": 0}
    assert tick(installation, begins + 100 * MINUTE) == {}


def test_what_never_succeeds_is_tried_daily_for_a_month(quiet_installation: InstallationUnderTest) -> None:
    installation = quiet_installation
    orphan = new_id()
    publish(installation, relationship(orphan, new_id(), new_id()))
    cycle, begins = make_later(installation, [orphan], sides="sponsor"), at(2031, 3, 31)

    for quarter_day in range(4 * 45):
        tick(installation, begins + quarter_day * timedelta(hours=6))

    found = [datetime.fromisoformat(run["started_at"]) - begins for run in runs_of(installation, cycle)]
    assert max(found) > timedelta(days=30)
    assert len([each for each in found if each > timedelta(days=5)]) in range(24, 28)
    assert tick(installation, begins + timedelta(days=60)) == {}


def test_accounts_that_are_learnt_of_late_get_their_cards_by_the_schedule(
    quiet_installation: InstallationUnderTest,
) -> None:
    installation = quiet_installation
    orphan, sponsor_id, provider_id = new_id(), new_id(), new_id()
    publish(installation, relationship(orphan, sponsor_id, provider_id))
    cycle, begins = make_later(installation, [orphan]), at(2031, 3, 31)
    assert tick(installation, begins)["failed"] == 2
    publish(installation, account(sponsor_id, "sponsor", "Northwind"), account(provider_id, "provider", "Vialworks"))

    assert tick(installation, begins + 5 * MINUTE) == {"created": 2, "existing": 0, "failed": 0}
    assert len(cards_of(installation, cycle)) == 2


def test_a_run_by_request_ahead_of_the_day_leaves_the_schedule_its_own(
    quiet_installation: InstallationUnderTest,
) -> None:
    installation = quiet_installation
    owner = new_id()
    introduce(installation, owner_id=owner)
    cycle = make_cycle(installation, audience={"owner_ids": [owner]}, starts_on="2031-01-01")
    assert run_cycle(installation, cycle, "2031-03-31")["created"] == 2
    introduce(installation, owner_id=owner)

    assert tick(installation, at(2031, 3, 30)) == {}
    assert tick(installation, at(2031, 3, 31)) == {"created": 2, "existing": 2, "failed": 0}


def test_what_failed_in_a_run_by_request_is_tried_again_also_before_the_start(
    quiet_installation: InstallationUnderTest,
) -> None:
    installation = quiet_installation
    [known] = plant_relationships(installation, 1)
    cycle = make_later(installation, [known], sides="sponsor")
    with refusing_a_card(installation, known, "sponsor"):
        assert run_cycle(installation, cycle, "2020-03-31")["failed"] == 1

    assert tick(installation, installation.clock() + 6 * MINUTE) == {"created": 1, "existing": 0, "failed": 0}


def test_an_archived_cycle_opens_nothing(quiet_installation: InstallationUnderTest) -> None:
    installation = quiet_installation
    [known] = plant_relationships(installation, 1)
    cycle = make_later(installation, [known])
    installation.client("scorecards").delete(f"/v1/review-cycles/{cycle['id']}", headers={"if-match": '"1"'})

    assert tick(installation, at(2031, 7, 1)) == {}


def test_one_cycle_that_cannot_run_stops_no_other(quiet_installation: InstallationUnderTest) -> None:
    installation = quiet_installation
    [known] = plant_relationships(installation, 1)
    broken, sound = make_later(installation, [known]), make_later(installation, [known])
    from services.scorecards.review_cycles.tables import cycles  # the damage that is done to the first of them

    with installation.product.databases["scorecards"].write() as tx:
        damaged = cycles.update().where(cycles.c.review_cycle_id == broken["id"])
        tx.run(damaged.values(audience={}))

    assert tick(installation, at(2031, 3, 31)) == {"created": 2, "existing": 0, "failed": 1}
    assert len(cards_of(installation, sound)) == 2


def test_however_the_clock_jumps_each_card_is_there_once(fresh_installation: InstallationUnderTest) -> None:
    installation = fresh_installation
    known = plant_relationships(installation, 3)
    cycle = make_later(installation, known, cadence="monthly", fiscal_year_start_month=5, time_zone="America/Sao_Paulo")
    [task] = [task for task in service.schedule if task.name == "open scorecards"]
    chance = random.Random(20261125)
    jumps = [at(2031, 1, 1) + timedelta(hours=chance.randrange(24 * 365)) for _ in range(40)]

    for now in jumps:
        run_if_due(installation.product.databases["scorecards"], task, lambda now=now: now)
    last = at(2032, 1, 1)
    run_if_due(installation.product.databases["scorecards"], task, lambda: last)

    found = cards_of(installation, cycle)
    keys = {(card["period_starts_on"], card["relationship_id"], card["side"]) for card in found}
    assert len(keys) == len(found) == 12 * 3 * 2
    assert all(len(installation.announced("scorecards", card["scorecard_id"])) == 1 for card in found)
    assert max(card["created_at"] for card in found) == max([*jumps, last])


def test_a_clock_put_back_does_not_stop_the_schedule(fresh_installation: InstallationUnderTest) -> None:
    installation, database = fresh_installation, fresh_installation.product.databases["scorecards"]
    plant_relationships(installation, 1)
    make_cycle(installation, starts_on="2031-01-01")
    [task] = [task for task in service.schedule if task.name == "open scorecards"]
    run_if_due(database, task, lambda: at(2035, 1, 1))

    assert run_if_due(database, task, lambda: at(2034, 1, 1)) is not None
    assert run_if_due(database, task, lambda: at(2034, 1, 1)) is None


def has_run(cycle: dict[str, Any], period: str) -> bool:
    """Whether the last run of a cycle was that of this period, and is over."""
    run = cycle["last_run"]
    return bool(run) and run["period"]["name"] == period and run["finished_at"] is not None


def test_the_worker_opens_cards_by_itself(fresh_installation: InstallationUnderTest) -> None:
    installation = fresh_installation
    introduce(installation)
    installation.wait_until_applied()
    cycle = make_cycle(installation, cadence="monthly", time_zone="UTC")
    opens_at = datetime.fromisoformat(cycle["next_run"]["opens_at"])

    installation.clock.ahead = opens_at - datetime.now(UTC) + MINUTE
    # On the last day of a month its own period is opened as well, and for a moment that is the last run.
    installation.eventually(lambda: has_run(read_cycle(installation, cycle), cycle["next_run"]["name"]))

    body = read_cycle(installation, cycle)
    assert (body["last_run"]["cause"], body["last_run"]["created"]) == ("schedule", 2)
    assert body["last_run"]["period"]["name"] == cycle["next_run"]["name"]
    assert datetime.fromisoformat(body["next_run"]["opens_at"]) > opens_at
    installation.wait_until_applied()
