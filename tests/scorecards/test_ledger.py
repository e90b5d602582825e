"""What is announced becomes evidence, exactly once, whatever the order."""

import random
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from services.scorecards.handlers import replayed_export
from services.scorecards.ledger.tables import LedgerEntry
from services.scorecards.ledger.usecases import PendingChanges, Source, enter_scorecard, flush
from services.scorecards.tiers.usecases import canonical_export
from shared.ids import new_id
from shared.messaging.bus import Record
from shared.messaging.consumer import redrive
from shared.messaging.dead_letters import DeadLetterStillBroken, dead_letters
from tests.scorecards.feeding import (
    Known,
    delivery,
    interaction,
    introduce,
    milestone,
    publish,
    relationship,
    standing,
    tier_of,
    today,
    wire,
)
from tests.support.installation import InstallationUnderTest

ledger = LedgerEntry.__table__


def entries(installation: InstallationUnderTest, known: Known) -> Sequence[Any]:
    with installation.product.databases["scorecards"].read() as tx:
        return tx.run(sa.select(ledger).where(ledger.c.relationship_id == known.relationship_id)).all()


def items(installation: InstallationUnderTest, known: Known, **params: Any) -> list[tuple[str, float, float, str]]:
    found = tier_of(installation, known.relationship_id, **params)["contributions"]["items"]
    return [(item["kind"], item["y"], item["w"], item["on"]) for item in found]


def test_interactions_count_by_experience_and_audits_by_findings(installation: InstallationUnderTest) -> None:
    known, day = introduce(installation), today(installation) - timedelta(days=3)
    ways = [
        ({"experience": "below"}, ("interaction", 0.0)),
        ({"experience": "meets"}, ("interaction", 0.8)),
        ({"experience": "exceeds"}, ("interaction", 1.0)),
        ({"kind": "audit", "findings": "none", "experience": "below"}, ("audit", 1.0)),
        ({"kind": "audit", "findings": "minor", "experience": None}, ("audit", 0.8)),
        ({"kind": "inspection", "findings": "major", "experience": None}, ("audit", 0.2)),
        ({"kind": "inspection", "findings": "critical", "experience": None}, ("audit", 0.0)),
    ]

    publish(installation, *(interaction(known.relationship_id, day, **more) for more, _ in ways))

    expected = [(kind, y, 1.0, str(day)) for _, (kind, y) in ways]
    assert sorted(items(installation, known)) == sorted(expected)


def test_an_interaction_without_an_experience_is_a_fact_and_no_evidence(installation: InstallationUnderTest) -> None:
    known = introduce(installation)

    publish(installation, interaction(known.relationship_id, today(installation), None, kind="negotiation"))

    [row] = entries(installation, known)
    assert (row.event_kind, row.w_micro, row.is_retracted) == ("negotiation", None, False)
    assert tier_of(installation, known.relationship_id)["evidence_count"] == 0
    assert installation.announced("scorecards", known.relationship_id) == []


def test_the_day_of_an_interaction_is_its_day_in_utc(installation: InstallationUnderTest) -> None:
    known = introduce(installation)

    publish(
        installation, interaction(known.relationship_id, today(installation), occurred_at="2026-03-01T23:30:00-05:00")
    )

    assert items(installation, known) == [("interaction", 1.0, 1.0, "2026-03-02")]


def test_deliveries_and_milestones_count_by_the_original_promise(installation: InstallationUnderTest) -> None:
    known, day = introduce(installation), today(installation) - timedelta(days=100)
    late = day + timedelta(days=1)
    id = known.relationship_id

    publish(
        installation,
        delivery(id, day, day, weight=0.25),
        delivery(id, day, late, weight=0.5),
        delivery(id, day, day, accepted=False, weight=0.75),
        delivery(id, day, late, late_cause="sponsor"),
        delivery(id, day, None),
        milestone(id, day, day),
        milestone(id, day, day, outcome="below"),
        milestone(id, day, late, late_cause="external"),
        milestone(id, day, None, act="recorded", outcome=None),
    )

    assert sorted(items(installation, known)) == sorted(
        [
            ("delivery", 1.0, 0.25, str(day)),
            ("delivery", 0.0, 0.5, str(late)),
            ("delivery", 0.0, 0.75, str(day)),
            ("milestone", 1.0, 1.0, str(day)),
            ("milestone", 0.0, 1.0, str(day)),
        ]
    )
    assert len(entries(installation, known)) == 9


def test_a_lapsed_promise_counts_as_broken_until_it_is_done_after_all(installation: InstallationUnderTest) -> None:
    known, day = introduce(installation), today(installation) - timedelta(days=200)
    delivery_id, milestone_id = new_id(), new_id()
    lapsed_on = str(day + timedelta(days=60))
    open_still = {"act": "lapsed", "lapsed_on": lapsed_on}
    publish(
        installation,
        delivery(known.relationship_id, day, None, id=delivery_id, version=2, weight=2, **open_still),
        milestone(known.relationship_id, day, None, id=milestone_id, version=2, **open_still),
        delivery(known.relationship_id, day, None, late_cause="external", **open_still),
    )
    assert sorted(items(installation, known)) == [("delivery", 0.0, 2.0, lapsed_on), ("milestone", 0.0, 1.0, lapsed_on)]

    corrected = {"act": "corrected", "lapsed_on": lapsed_on, "weight": 2}
    publish(
        installation, delivery(known.relationship_id, day, None, id=delivery_id, version=3, accepted=False, **corrected)
    )
    assert ("delivery", 0.0, 2.0, lapsed_on) in items(installation, known)

    done_on = day + timedelta(days=90)
    publish(
        installation,
        delivery(known.relationship_id, day, done_on, id=delivery_id, version=4, **corrected),
        milestone(known.relationship_id, day, None, id=milestone_id, version=3, act="reopened"),
    )

    assert items(installation, known) == [("delivery", 0.0, 2.0, str(done_on))]


@pytest.mark.parametrize(("by", "counts"), [("provider", True), ("sponsor", False), ("both", False)])
def test_a_cancellation_counts_only_when_the_provider_made_it(
    installation: InstallationUnderTest, by: str, counts: bool
) -> None:
    known, day = introduce(installation), today(installation) - timedelta(days=20)

    publish(
        installation,
        delivery(known.relationship_id, day, None, act="cancelled", cancelled_on=day, cancelled_by=by),
        milestone(known.relationship_id, day, None, act="cancelled", cancelled_on=day, cancelled_by=by),
    )

    expected = [("delivery", 0.0, 1.0, str(day)), ("milestone", 0.0, 1.0, str(day))] if counts else []
    assert sorted(items(installation, known)) == expected


def test_a_published_scorecard_is_one_item(installation: InstallationUnderTest) -> None:
    known, day = introduce(installation), today(installation) - timedelta(days=5)
    database = installation.product.databases["scorecards"]
    for version, y in ((1, 0.8), (2, 0.9)):
        source = Source("scorecard", known.owner_id, known.relationship_id, 1, version, new_id())

        with database.write() as tx:
            pending = PendingChanges()
            enter_scorecard(pending, source, day, y, 2.4)
            flush(tx, pending, installation.clock())

    assert items(installation, known) == [("scorecard", 0.9, 2.4, str(day))]
    events = installation.announced("scorecards", known.relationship_id)
    assert [event["data"]["caused_by"]["source_kind"] for event in events] == ["scorecard", "scorecard"]
    installation.wait_until_applied()


def test_a_scorecard_without_a_rating_is_no_evidence(installation: InstallationUnderTest) -> None:
    known = introduce(installation)
    source = Source("scorecard", new_id(), known.relationship_id, 1, 1, new_id())

    with installation.product.databases["scorecards"].write() as tx:
        pending = PendingChanges()
        enter_scorecard(pending, source, today(installation), None, None)
        flush(tx, pending, installation.clock())

    assert items(installation, known) == []
    assert len(entries(installation, known)) == 1


def test_a_correction_replaces_what_it_corrects_and_a_later_original_changes_nothing(
    installation: InstallationUnderTest,
) -> None:
    known, day, id = introduce(installation), today(installation), new_id()
    publish(installation, interaction(known.relationship_id, day, "below", id=id, version=2, act="corrected"))

    publish(installation, interaction(known.relationship_id, day, "exceeds", id=id, version=1))

    assert items(installation, known) == [("interaction", 0.0, 1.0, str(day))]
    assert len(installation.announced("scorecards", known.relationship_id)) == 1


@pytest.mark.parametrize("is_first", [True, False])
def test_a_retraction_leaves_a_tombstone_before_as_after_the_original(
    installation: InstallationUnderTest, is_first: bool
) -> None:
    known, day = introduce(installation), today(installation)
    publish(installation, interaction(known.relationship_id, day, "meets"))
    before = tier_of(installation, known.relationship_id)
    id = new_id()
    original = interaction(known.relationship_id, day, "below", id=id)
    retraction = interaction(known.relationship_id, day, "below", id=id, version=2, act="retracted")

    for record in (retraction, original) if is_first else (original, retraction):
        publish(installation, record)
    publish(installation, original, retraction)

    assert tier_of(installation, known.relationship_id) == before
    [stone] = [row for row in entries(installation, known) if row.source_id == id]
    assert (stone.is_retracted, stone.version, stone.w_micro) == (True, 2, None)
    events = installation.announced("scorecards", known.relationship_id)
    assert len(events) == (1 if is_first else 3)
    assert events[-1]["data"]["to"] == before["score"]


def test_a_restored_owner_is_believed_by_its_epoch(installation: InstallationUnderTest) -> None:
    known, day, id = introduce(installation), today(installation), new_id()
    publish(installation, interaction(known.relationship_id, day, "below", id=id, version=7))

    publish(installation, interaction(known.relationship_id, day, "exceeds", id=id, version=2, epoch=2))
    publish(installation, interaction(known.relationship_id, day, "below", id=id, version=8))

    assert items(installation, known) == [("interaction", 1.0, 1.0, str(day))]


def story(installation: InstallationUnderTest) -> tuple[str, list[Record]]:
    """A relationship's whole wire traffic: corrections, retractions, late and pending items among it."""
    relationship_id, day = new_id(), today(installation)
    chance = random.Random(7)
    records = [relationship(relationship_id, new_id(), new_id()), standing(relationship_id, 1)]
    for i in range(60):
        on, id = day - timedelta(days=chance.randrange(-20, 900)), new_id()
        records.append(interaction(relationship_id, on, chance.choice(["below", "meets", "exceeds"]), id=id))
        if i % 5 == 0:
            records.append(interaction(relationship_id, on, "exceeds", id=id, version=2, act="corrected"))
        if i % 10 == 0:
            records.append(interaction(relationship_id, on, id=id, version=3, act="retracted"))
        records.append(delivery(relationship_id, on, on + timedelta(days=chance.choice([0, 0, 0, 2])), weight=1.5))
    return relationship_id, records


def export(installation: InstallationUnderTest) -> list[bytes]:
    with installation.product.databases["scorecards"].read() as tx:
        return list(canonical_export(tx))


def test_everything_delivered_twice_and_shuffled_gives_the_same_bytes(installation: InstallationUnderTest) -> None:
    relationship_id, records = story(installation)
    shuffled = records * 2
    random.Random(11).shuffle(shuffled)

    for start in range(0, len(shuffled), 23):
        installation.product.bus.publish(shuffled[start : start + 23])
    installation.wait_until_applied()

    live = [line for line in export(installation) if relationship_id.encode() in line]
    once_in_order = list(replayed_export(records, installation.clock()))
    assert len(live) == 1
    assert live == once_in_order
    assert live == list(replayed_export(shuffled, installation.clock()))


def test_all_that_the_bus_holds_gives_the_scores_that_are_live(fresh_installation: InstallationUnderTest) -> None:
    installation = fresh_installation
    for _ in range(3):
        publish(installation, *story(installation)[1])

    replayed = list(
        replayed_export(
            installation.product.bus.read_all(["entente.accounts", "entente.engagements"]), installation.clock()
        )
    )

    assert len(replayed) == 3
    assert replayed == export(installation)


def test_a_broken_record_is_parked_and_the_next_one_counts(installation: InstallationUnderTest) -> None:
    known, day = introduce(installation), today(installation)
    broken = [
        interaction(known.relationship_id, day, "splendid"),
        interaction(known.relationship_id, day, occurred_at="1969-12-31T00:00:00Z"),
        interaction(known.relationship_id, day, occurred_at="2026-03-01T00:00:00"),
        delivery(known.relationship_id, day, day, weight=4),
        delivery(known.relationship_id, day, day, weight="NaN"),
        delivery("no-id", day, day),
        delivery(known.relationship_id, day, None, act="cancelled", cancelled_on=day),
        wire("engagements.milestone_completed.v1", known.relationship_id, id=new_id(), version=1),
        Record("entente.engagements", known.relationship_id.encode(), b"\xff not JSON"),
    ]
    database = installation.product.databases["scorecards"]
    with database.read() as tx:
        before = {letter["dead_letter_id"] for letter in dead_letters(tx)}

    publish(installation, *broken, interaction(known.relationship_id, day, "exceeds"))

    with database.read() as tx:
        parked = [letter for letter in dead_letters(tx) if letter["dead_letter_id"] not in before]
    assert sorted(letter["value"] for letter in parked) == sorted(record.value for record in broken)
    assert "experience: must be one of below, meets, exceeds" in "".join(letter["reason"] for letter in parked)
    assert items(installation, known) == [("interaction", 1.0, 1.0, str(day))]
    handlers = installation.product.workers["scorecards"].service.handlers
    [splendid] = [letter["dead_letter_id"] for letter in parked if b"splendid" in letter["value"]]
    with pytest.raises(DeadLetterStillBroken, match="experience"), database.write() as tx:
        redrive(tx, handlers, splendid, installation.clock())


def test_an_event_that_scorecards_does_not_read_is_ignored(installation: InstallationUnderTest) -> None:
    event_id = new_id()

    publish(installation, wire("engagements.issue_recorded.v1", new_id(), event_id=event_id, id=new_id(), version=1))

    with installation.product.databases["scorecards"].read() as tx:
        inbox = tx.table("inbox")
        assert tx.run(sa.select(inbox.c.outcome).where(inbox.c.event_id == event_id)).scalar() == "ignored"
