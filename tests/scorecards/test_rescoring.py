"""The daily review, the rebuild, and two workers at once."""

import random
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from functools import partial

import pytest
import sqlalchemy as sa

from services.scorecards.handlers import handlers
from services.scorecards.ledger.usecases import PendingChanges
from services.scorecards.portfolio.tables import PortfolioRow
from services.scorecards.tiers.usecases import canonical_export, rebuild_scores, rescored_export, review_scores
from shared.db.database import Tx
from shared.ids import new_id
from shared.messaging.bus import Record
from shared.messaging.consumer import apply
from shared.messaging.handlers import Handlers
from tests.scorecards.feeding import (
    account,
    delivery,
    good_years,
    interaction,
    introduce,
    publish,
    relationship,
    tier_of,
    today,
)
from tests.support.installation import InstallationUnderTest

portfolio = PortfolioRow.__table__
ROUNDS = 30


def export(installation: InstallationUnderTest) -> list[bytes]:
    with installation.product.databases["scorecards"].read() as tx:
        return list(canonical_export(tx))


def row_of(installation: InstallationUnderTest, relationship_id: str) -> sa.RowMapping:
    with installation.product.databases["scorecards"].read() as tx:
        return tx.run(sa.select(portfolio).where(portfolio.c.relationship_id == relationship_id)).mappings().one()


def test_the_daily_review_writes_down_what_silence_has_done(fresh_installation: InstallationUnderTest) -> None:
    installation = fresh_installation
    known, quiet = introduce(installation), introduce(installation)
    publish(installation, *good_years(known.relationship_id, today(installation)))
    before = len(installation.announced("scorecards", known.relationship_id))

    installation.clock.advance(days=730)
    installation.eventually(lambda: row_of(installation, quiet.relationship_id)["as_of"] == today(installation))
    installation.eventually(lambda: row_of(installation, known.relationship_id)["as_of"] == today(installation))
    installation.wait_until_applied()

    row, tier = row_of(installation, known.relationship_id), tier_of(installation, known.relationship_id)
    assert (row["tier"], row["score"], row["lower"]) == (tier["tier"], tier["score"], tier["lower"])
    assert tier["tier"] != "partnership"
    score, changed = installation.announced("scorecards", known.relationship_id)[before:]
    assert score["data"]["from"] > score["data"]["to"] == tier["score"]
    assert (changed["data"]["from"], changed["data"]["to"]) == ("partnership", tier["tier"])
    assert changed["data"]["caused_by"] == {"cause": "review", "source_kind": None, "source_id": None}
    assert installation.announced("scorecards", quiet.relationship_id) == []


def test_a_review_done_again_does_nothing(fresh_installation: InstallationUnderTest) -> None:
    installation = fresh_installation
    known = introduce(installation)
    publish(installation, *good_years(known.relationship_id, today(installation), years=1))
    tomorrow = installation.clock() + timedelta(days=1)
    database = installation.product.databases["scorecards"]

    first, events = (
        review_scores(database, tomorrow),
        len(installation.announced("scorecards", known.relationship_id)),
    )

    assert first["relationships"] == 1
    assert review_scores(database, tomorrow) == {}
    assert len(installation.announced("scorecards", known.relationship_id)) == events
    assert row_of(installation, known.relationship_id)["as_of"] == tomorrow.date()
    installation.wait_until_applied()


def test_an_item_to_come_counts_from_its_day_on(fresh_installation: InstallationUnderTest) -> None:
    installation = fresh_installation
    known = introduce(installation)
    publish(installation, interaction(known.relationship_id, today(installation) + timedelta(days=2)))
    assert tier_of(installation, known.relationship_id)["evidence_count"] == 0
    assert installation.announced("scorecards", known.relationship_id) == []

    installation.clock.advance(days=2)
    installation.eventually(lambda: row_of(installation, known.relationship_id)["as_of"] == today(installation))
    installation.wait_until_applied()

    assert tier_of(installation, known.relationship_id)["evidence_count"] == 1
    [event] = installation.announced("scorecards", known.relationship_id)
    assert event["data"]["caused_by"]["cause"] == "review"


def test_a_clock_behind_midnight_does_not_take_a_row_back(fresh_installation: InstallationUnderTest) -> None:
    installation = fresh_installation
    known = introduce(installation)
    tomorrow = installation.clock() + timedelta(days=1)
    review_scores(installation.product.databases["scorecards"], tomorrow)

    publish(installation, interaction(known.relationship_id, today(installation)))

    row = row_of(installation, known.relationship_id)
    assert (row["as_of"], row["evidence_count"]) == (tomorrow.date(), 1)


@pytest.mark.parametrize("loss", ["rows", "values"])
def test_a_rebuild_gives_the_live_bytes_and_announces_only_what_differs(
    fresh_installation: InstallationUnderTest, loss: str
) -> None:
    installation = fresh_installation
    database = installation.product.databases["scorecards"]
    famous, plain = introduce(installation, "Famous"), introduce(installation)
    publish(
        installation,
        *good_years(famous.relationship_id, today(installation)),
        interaction(plain.relationship_id, today(installation)),
    )
    live = export(installation)
    assert rebuild_scores(database, installation.clock()) == {
        "relationships": 2,
        "items": 80,
        "tier_changes": 0,
    }
    counts_before = [len(installation.announced("scorecards", each.relationship_id)) for each in (famous, plain)]
    with database.write() as tx:
        if loss == "rows":
            tx.run(sa.delete(portfolio))
        else:
            wrong = {"tier": "preferred", "score": 1.0, "lower": 0.0}
            tx.run(sa.update(portfolio).where(portfolio.c.relationship_id == famous.relationship_id).values(wrong))
    assert export(installation) != live
    done: list[int] = []

    counts = rebuild_scores(database, installation.clock(), done.append)
    installation.wait_until_applied()

    assert export(installation) == live
    assert done == [2]
    assert counts["tier_changes"] == 1
    score, tier = installation.announced("scorecards", famous.relationship_id)[counts_before[0] :]
    assert score["data"]["version"] == tier["data"]["version"] > 1
    assert score["data"]["caused_by"]["cause"] == tier["data"]["caused_by"]["cause"] == "rebuild"
    assert (tier["data"]["from"], tier["data"]["to"]) == (
        "transactional" if loss == "rows" else "preferred",
        "partnership",
    )
    assert len(installation.announced("scorecards", plain.relationship_id)) - counts_before[1] == (loss == "rows")
    assert row_of(installation, famous.relationship_id)["provider_name"] == "Famous"


def one_in_the_midst_of_the_other(
    installation: InstallationUnderTest, first: Sequence[Record], second: Sequence[Record]
) -> None:
    """Apply two batches by two workers: the second starts when the first has written all and not yet committed."""
    database, written = installation.product.databases["scorecards"], threading.Event()
    pausing = Handlers(*handlers.topics, begin_batch=handlers.begin_batch)
    pausing.by_type = handlers.by_type

    def flush_and_pause(tx: Tx, pending: PendingChanges, now: datetime) -> None:
        handlers.flush(tx, pending, now)
        written.set()
        time.sleep(0.4)

    pausing.flush = flush_and_pause

    def work(by: Handlers[PendingChanges], batch: Sequence[Record]) -> None:
        apply("scorecards", database, by, batch, installation.clock, threading.Event())

    one = threading.Thread(target=work, args=(pausing, first))
    one.start()
    assert written.wait(30)
    work(handlers, second)
    one.join()


def test_two_workers_of_one_relationship_lose_nothing(installation: InstallationUnderTest) -> None:
    known, day = introduce(installation), today(installation)

    one_in_the_midst_of_the_other(
        installation,
        [interaction(known.relationship_id, day) for _ in range(3)],
        [delivery(known.relationship_id, day, day) for _ in range(3)],
    )

    row = row_of(installation, known.relationship_id)
    assert row["evidence_count"] == 6
    assert row["score"] == tier_of(installation, known.relationship_id)["score"]
    assert [event["data"]["version"] for event in installation.announced("scorecards", known.relationship_id)] == [1, 2]
    installation.wait_until_applied()


def test_workers_a_rebuild_and_a_review_at_once_lose_no_update(fresh_installation: InstallationUnderTest) -> None:
    """After every round, for whatever one has lost the next one's score would mend."""
    installation = fresh_installation
    known, database = [introduce(installation) for _ in range(3)], installation.product.databases["scorecards"]
    day, entered = today(installation), 0

    for number in range(ROUNDS):
        batches = [
            [
                happen(each.relationship_id, day)
                for happen in (interaction, delivered)
                for each in random.sample(known, 3)
            ]
            for _ in range(2)
        ]
        entered += 4
        at_once(
            *(
                partial(apply, "scorecards", database, handlers, each, installation.clock, threading.Event())
                for each in batches
            ),
            partial(rebuild_scores, database, installation.clock()),
            partial(review_scores, database, installation.clock() + timedelta(days=number)),
        )

        with database.read() as tx:
            live = {row.relationship_id: row for row in tx.run(sa.select(portfolio))}
            anew = list(rescored_export(tx, {key: row.as_of for key, row in live.items()}))
            assert list(canonical_export(tx)) == anew
        assert [row.evidence_count for row in live.values()] == [entered] * len(known)
    for each in known:
        versions = [event["data"]["version"] for event in installation.announced("scorecards", each.relationship_id)]
        assert sorted(set(versions)) == list(range(1, max(versions) + 1))
    installation.wait_until_applied()


def delivered(relationship_id: str, day: date) -> Record:
    return delivery(relationship_id, day, day)


def at_once(*acts: Callable[[], object]) -> None:
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        start.wait(30)
        act()

    with ThreadPoolExecutor(len(acts)) as pool:
        for each in [pool.submit(run, act) for act in acts]:
            each.result(60)


@pytest.mark.parametrize("comes_first", ["account", "relationship"])
def test_an_account_and_its_relationship_applied_at_once_find_each_other(
    installation: InstallationUnderTest, comes_first: str
) -> None:
    relationship_id, provider_id = new_id(), new_id()
    batches = [[account(provider_id, "provider", "Racer")], [relationship(relationship_id, new_id(), provider_id)]]

    one_in_the_midst_of_the_other(installation, *(batches if comes_first == "account" else reversed(batches)))

    assert row_of(installation, relationship_id)["provider_name"] == "Racer"
    installation.wait_until_applied()
