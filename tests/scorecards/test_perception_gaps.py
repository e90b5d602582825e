"""Where the two sides see it differently; and the portfolio as a map of attributes."""

from datetime import timedelta

import pytest

from tests.scorecards.feeding import today
from tests.scorecards.under_review import Review, review
from tests.support.house import HouseUnderTest


def published(under: Review, sponsor: str, provider: str) -> dict[str, str]:
    cards = under.open(today(under.house) - timedelta(days=200))
    for side, rating in (("sponsor", sponsor), ("provider", provider)):
        under.submit(cards[side], side, rating)
        under.sign(cards[side], side)
    return cards


def gaps(under: Review) -> list[dict[str, object]]:
    path = f"/v1/relationships/{under.known.relationship_id}/perception-gaps"
    return under.caller().get(path).json()["periods"]  # type: ignore[no-any-return]


def test_gaps_are_for_who_may_read_the_relationship_and_only_of_what_is_published(house: HouseUnderTest) -> None:
    under = review(house)
    cards = under.open(today(house) - timedelta(days=200))
    outsider = under.stranger("manager", "provider")
    path = f"/v1/relationships/{under.known.relationship_id}/perception-gaps"
    assert outsider.get(path).status_code == 404

    under.submit(cards["sponsor"], "sponsor")
    under.sign(cards["sponsor"], "sponsor")

    assert gaps(under) == []


def test_a_gap_is_the_providers_rating_minus_the_sponsors_in_steps(house: HouseUnderTest) -> None:
    under = review(house)
    published(under, "below", "exceeds")

    [period] = gaps(under)

    attributes = {each["attribute"]: each["gap"] for each in period["attributes"]}  # type: ignore[attr-defined]
    assert attributes == dict.fromkeys(("tech_transfer", "communication", "commitments_kept", "responsiveness"), 2)
    assert [each["gap"] for each in period["groups"]] == [pytest.approx(2)] * 4  # type: ignore[attr-defined]


def test_the_heat_map_shows_the_newest_published_card_and_nothing_hidden(house: HouseUnderTest) -> None:
    under = review(house)
    cards = published(under, "meets", "exceeds")
    hidden = under.open()["provider"]
    under.submit(hidden, "provider", "below")
    owner = under.people["sponsor"].actor_id

    rows = {
        side: under.caller().get(f"/v1/portfolio/heat-map?side={side}&owner_id={owner}").json()["items"]
        for side in ("sponsor", "provider")
    }

    for side, value in (("sponsor", 0.8), ("provider", 1.0)):
        [row] = rows[side]
        assert (row["scorecard_id"], row["coverage"]) == (cards[side], pytest.approx(1))
        assert {rating["value"] for rating in row["ratings"]} == {value}
        assert row["score"] == pytest.approx(100 * value)
    assert under.stranger("viewer", "provider").get("/v1/portfolio/heat-map").json()["items"] == []
