"""What happened in a period, from the ledger; and the records that an answer may refer to."""

from datetime import date, timedelta

from shared.ids import new_id
from tests.scorecards.feeding import delivery, interaction, milestone, publish, standing
from tests.scorecards.under_review import Review, review
from tests.support.house import HouseUnderTest

FIRST, LAST = date(2026, 4, 1), date(2026, 6, 30)
DAY = date(2026, 5, 12)


def facts(under: Review) -> dict[str, object]:
    path = f"/v1/relationships/{under.known.relationship_id}/facts?from={FIRST}&to={LAST}"
    return under.caller().get(path).json()  # type: ignore[no-any-return]


def test_a_stranger_to_a_relationship_hears_no_facts_of_it(house: HouseUnderTest) -> None:
    under = review(house)
    outsider = under.stranger("manager", "provider")

    answer = outsider.get(f"/v1/relationships/{under.known.relationship_id}/facts?from={FIRST}&to={LAST}")

    assert answer.status_code == 404


def test_promises_are_counted_by_what_became_of_them(house: HouseUnderTest) -> None:
    under = review(house)
    relationship, late = under.known.relationship_id, DAY + timedelta(days=3)
    publish(
        house,
        delivery(relationship, DAY, DAY), delivery(relationship, DAY, DAY), delivery(relationship, DAY, late),
        delivery(relationship, DAY, late, late_cause="sponsor"), delivery(relationship, DAY, None),
        delivery(relationship, FIRST - timedelta(days=9), FIRST - timedelta(days=9)),
        milestone(relationship, DAY, DAY), milestone(relationship, DAY, late),
    )  # fmt: skip

    found = facts(under)

    assert found["deliveries"] == {
        "kept": 2, "broken": 1, "excused": 1, "open": 1, "cancelled": 0, "kept_share": 2 / 3,
    }  # fmt: skip
    assert found["milestones"] == {"kept": 1, "broken": 1, "excused": 0, "open": 0, "cancelled": 0, "kept_share": 0.5}


def test_interactions_are_counted_by_kind_and_experience_and_private_notes_never(house: HouseUnderTest) -> None:
    under = review(house)
    relationship = under.known.relationship_id
    publish(
        house,
        interaction(relationship, DAY, "exceeds", kind="call"), interaction(relationship, DAY, "below", kind="call"),
        interaction(relationship, DAY, None, kind="audit", findings="minor"),
        interaction(relationship, DAY, None, kind="note", is_private=True),
        standing(relationship, last_business_review_on=LAST - timedelta(days=30)),
    )  # fmt: skip

    found = facts(under)

    assert (found["interactions"], found["interactions_by_kind"]) == (3, {"audit": 1, "call": 2})
    assert found["interactions_by_experience"] == {"below": 1, "exceeds": 1}
    assert (found["findings"], found["days_since_business_review"]) == ({"minor": 1}, 30)


def test_evidence_that_touches_the_attribute_is_suggested_first(house: HouseUnderTest) -> None:
    under = review(house)
    relationship, touching, private = under.known.relationship_id, new_id(), new_id()
    publish(
        house,
        interaction(relationship, DAY, "meets", id=touching, attributes=["communication"]),
        interaction(relationship, DAY + timedelta(days=5), "meets"),
        delivery(relationship, DAY, DAY),
        interaction(relationship, DAY, None, id=private, kind="note", is_private=True, attributes=["communication"]),
    )
    card = under.open(LAST + timedelta(days=0))["sponsor"]
    path = f"/v1/scorecards/{card}/suggested-evidence?attribute=communication&limit=2"

    first = under.caller().get(path).json()
    second = under.caller().get(f"{path}&after={first['next']}").json()

    assert first["items"][0]["source_id"] == touching
    listed = [item["source_id"] for item in first["items"] + second["items"]]
    assert len(listed) == 3
    assert private not in listed
    assert second["next"] is None
    link = [{"source_kind": "interaction", "source_id": touching}]
    body = {"ratings": [{"attribute": "communication", "rating": "meets", "evidence": link}]}
    put = under.caller().put(f"/v1/scorecards/{card}/ratings", body, headers={"If-Match": '"0"'})
    assert put.json()["ratings"][0]["evidence"] == link
