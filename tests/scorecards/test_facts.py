"""What the ledger says of a period: every figure with the count it came from, private notes in none of them."""

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from services.scorecards.handlers import replayed
from services.scorecards.ledger.tables import ledger
from services.scorecards.verification import verify_scores
from shared.ids import new_id
from tests.scorecards.feeding import delivery, interaction, introduce, milestone, publish, today
from tests.scorecards.published import body_of, pointers, problem
from tests.scorecards.under_review import review
from tests.support.installation import Client, InstallationUnderTest, somebody


def facts(client: Client, relationship_id: str, first: date, last: date) -> Any:
    return body_of(client.get(f"/v1/relationships/{relationship_id}/facts", params={"from": first, "to": last}))


def test_facts_of_a_hidden_relationship_answer_like_those_of_an_unknown_one(
    installation: InstallationUnderTest,
) -> None:
    known = introduce(installation, visibility="restricted")
    outsider = installation.client("scorecards", somebody("manager"))
    for relationship_id in (known.relationship_id, new_id()):
        answer = outsider.get(f"/v1/relationships/{relationship_id}/facts")
        assert problem(answer) == (404, "relationship-not-found")
    assert (
        installation.stranger("scorecards").get(f"/v1/relationships/{known.relationship_id}/facts").status_code == 401
    )


def test_a_private_note_is_in_no_figure_and_no_suggestion_not_even_its_authors(
    installation: InstallationUnderTest,
) -> None:
    under = review(installation)
    card, day, author = under.open()["sponsor"], today(installation), under.people["sponsor"].actor_id
    relationship_id = under.known.relationship_id
    note = {"kind": "note", "experience": None, "author_id": author, "attributes": ["communication"]}
    published = new_id()
    publish(
        installation,
        interaction(relationship_id, day, **note, is_private=True),
        interaction(relationship_id, day, **note, is_private=False, id=published),
        interaction(relationship_id, day, **note, is_private=True, act="corrected", id=published, version=2),
    )

    for client in (under.caller(), installation.client("scorecards", somebody("admin"))):
        counted = facts(client, relationship_id, day, day)["interactions"]
        suggested = body_of(client.get(f"/v1/scorecards/{card}/suggested-evidence?attribute=communication"))

        assert (counted["count"], counted["by_kind"]) == (0, {})
        assert suggested == {"items": [], "next": None}


def test_promises_are_measured_by_their_first_day_and_add_up(installation: InstallationUnderTest) -> None:
    known, day = introduce(installation), today(installation)
    of, due = known.relationship_id, day - timedelta(days=40)
    late, in_time = due + timedelta(days=9), due - timedelta(days=2)
    lapsed = due - timedelta(days=30)
    publish(
        installation,
        delivery(of, due, due),
        delivery(of, due, in_time),
        delivery(of, due, late),
        delivery(of, due, in_time, accepted=False),
        delivery(of, due, late, late_cause="sponsor"),
        delivery(of, due, None),
        delivery(of, due, None, late_cause="external"),
        delivery(of, day + timedelta(days=3), None),
        delivery(of, lapsed, None, act="lapsed", lapsed_on=lapsed + timedelta(days=60)),
        delivery(of, lapsed, None, act="lapsed", lapsed_on=lapsed + timedelta(days=60), late_cause="external"),
        delivery(of, due, None, act="cancelled", cancelled_on=due, cancelled_by="provider"),
        delivery(of, due, None, act="cancelled", cancelled_on=due, cancelled_by="sponsor"),
        delivery(of, lapsed - timedelta(days=30), due),
        milestone(of, due, in_time, outcome="exceeds"),
        milestone(of, due, in_time, outcome="below"),
        milestone(of, day, None, act="recorded", outcome=None),
    )
    gone = new_id()
    publish(installation, delivery(of, due, due, id=gone), delivery(of, due, due, act="retracted", id=gone, version=2))

    found = facts(installation.client("scorecards"), of, lapsed, day + timedelta(days=5))

    deliveries = found["deliveries"]
    assert deliveries == {
        "promised": 12, "met": 2, "missed": 5, "late": 1, "refused": 1, "overdue": 1, "lapsed": 1, "cancelled": 1,
        "open": 1, "excused": 4, "share": 2 / 7,
    }  # fmt: skip
    assert {name: found["milestones"][name] for name in ("promised", "met", "missed", "open", "share")} == {
        "promised": 3, "met": 1, "missed": 1, "open": 1, "share": 0.5,
    }  # fmt: skip
    assert (found["from"], found["as_of"]) == (str(lapsed), str(day))


def test_a_period_in_which_nothing_was_due_has_no_share_and_not_zero(installation: InstallationUnderTest) -> None:
    known, day = introduce(installation), today(installation)
    publish(installation, delivery(known.relationship_id, day - timedelta(days=400), day))

    found = facts(installation.client("scorecards"), known.relationship_id, day - timedelta(days=30), day)

    assert (found["deliveries"]["promised"], found["deliveries"]["share"]) == (0, None)
    assert found["last_business_review"] == {"on": None, "until": str(day), "days": None}


def test_interactions_audits_and_the_last_review_are_counted_to_the_periods_end(
    installation: InstallationUnderTest,
) -> None:
    known, day = introduce(installation), today(installation)
    of, last = known.relationship_id, day - timedelta(days=20)
    first = last - timedelta(days=60)
    publish(
        installation,
        interaction(of, first, "exceeds"),
        interaction(of, last, None),
        interaction(of, last, "below", kind="escalation"),
        interaction(of, first, None, kind="audit", findings="minor"),
        interaction(of, first, "meets", kind="inspection"),
        interaction(of, first - timedelta(days=5), "meets", kind="steering_committee"),
        interaction(of, last + timedelta(days=1), "meets", kind="business_review"),
    )

    closed = facts(installation.client("scorecards"), of, first, last)
    running = facts(installation.client("scorecards"), of, first, day + timedelta(days=30))

    assert closed["interactions"] == {
        "count": 5, "by_kind": {"audit": 1, "call": 2, "escalation": 1, "inspection": 1},
        "by_experience": {"below": 1, "meets": 1, "exceeds": 1, "not_stated": 2},
    }  # fmt: skip
    assert closed["audits"] == {
        "count": 2, "by_findings": {"none": 0, "minor": 1, "major": 0, "critical": 0, "not_stated": 1}
    }  # fmt: skip
    reviewed = first - timedelta(days=5)
    assert closed["last_business_review"] == {"on": str(reviewed), "until": str(last), "days": 65}
    assert running["last_business_review"] == {"on": str(last + timedelta(days=1)), "until": str(day), "days": 19}


def test_a_cards_facts_are_those_of_its_period(installation: InstallationUnderTest) -> None:
    under = review(installation)
    cards = under.open()
    publish(installation, interaction(under.known.relationship_id, today(installation), "meets"))

    row = under.read(cards["sponsor"])
    of_card = body_of(under.caller().get(f"/v1/scorecards/{cards['sponsor']}/facts"))

    assert (of_card["from"], of_card["to"]) == (row["period_starts_on"], row["period_ends_on"])
    assert of_card["interactions"]["count"] == 1
    period = {"from": of_card["from"], "to": of_card["to"]}
    of_period = under.caller("provider").get(f"/v1/relationships/{under.known.relationship_id}/facts", params=period)
    assert body_of(of_period) == of_card
    unknown = under.stranger("viewer", "provider").get(f"/v1/scorecards/{cards['sponsor']}/facts")
    assert problem(unknown) == (404, "scorecard-not-found")


def test_days_that_no_period_has_are_refused_at_their_field(installation: InstallationUnderTest) -> None:
    known, client = introduce(installation), installation.client("scorecards")
    path = f"/v1/relationships/{known.relationship_id}/facts"
    assert pointers(client.get(path, params={"from": "2026-05-01", "to": "2026-04-30"})) == ["from"]
    assert pointers(client.get(path, params={"to": "1969-12-31"})) == ["to"]
    assert pointers(client.get(path, params={"from": "soon"})) == ["from"]
    quarter = body_of(client.get(path, params={"to": "2026-05-17"}))
    assert (quarter["from"], quarter["to"]) == ("2026-04-01", "2026-05-17")


def test_the_ledger_keeps_attributes_and_privacy_of_the_newest_version(
    fresh_installation: InstallationUnderTest,
) -> None:
    installation = fresh_installation
    known, day = introduce(installation), today(installation)
    of, interaction_id, old_event = known.relationship_id, new_id(), new_id()
    first = {"attributes": ["communication", "flexibility"], "is_private": False}
    later = {"attributes": ["governance_engagement"], "is_private": True, "act": "corrected", "version": 2}
    records = [
        interaction(of, day, None, id=interaction_id, **first, kind="note"),
        interaction(of, day, None, id=interaction_id, **later, kind="note"),
        interaction(of, day, None, id=old_event),
    ]
    publish(installation, *records)
    publish(installation, records[0])

    database = installation.product.databases["scorecards"]
    chosen = sa.select(ledger.c.attributes, ledger.c.is_private).where(ledger.c.source_id == interaction_id)
    with database.read() as tx:
        assert tuple(tx.run(chosen).one()) == (["governance_engagement"], True)
    with replayed(reversed(records), installation.clock()) as replay, replay.read() as tx:
        assert tuple(tx.run(chosen).one()) == (["governance_engagement"], True)
    wrong = [fault for check in verify_scores(database, installation.product.bus) for fault in check.wrong]
    assert wrong == []
