"""Where the two sides see the same thing differently, from the caller's side, over time."""

from typing import Any

import pytest

from shared.ids import new_id
from tests.scorecards.published import QUARTER_AGO, TWO_AGO, body_of, days_ago, pointers, problem, publish_card, submit
from tests.scorecards.under_review import SIDES, Review, review
from tests.support.installation import InstallationUnderTest, somebody


def gaps(under: Review, side: str = "sponsor", **params: Any) -> Any:
    path = f"/v1/relationships/{under.known.relationship_id}/perception-gaps"
    return body_of(under.caller(side).get(path, params=params))


def shared(under: Review, cards: dict[str, str]) -> list[str]:
    asked = [{q["attribute"] for q in under.read(card, side)["questions"]} for side, card in cards.items()]
    return sorted(set.intersection(*asked))


def test_gaps_of_a_hidden_relationship_answer_like_those_of_an_unknown_one(installation: InstallationUnderTest) -> None:
    under = review(installation)
    outsider = under.stranger("manager", "provider")
    for relationship_id in (under.known.relationship_id, new_id()):
        answer = outsider.get(f"/v1/relationships/{relationship_id}/perception-gaps")
        assert problem(answer) == (404, "relationship-not-found")


@pytest.mark.parametrize(("first", "last"), [SIDES, SIDES[::-1]])
def test_a_period_that_only_one_side_published_has_no_gaps_even_for_admins(
    installation: InstallationUnderTest, first: str, last: str
) -> None:
    under = review(installation)
    cards = under.open()
    submit(under, cards["provider"], "provider", "exceeds")
    admin = installation.client("scorecards", somebody("admin"))

    path = f"/v1/relationships/{under.known.relationship_id}/perception-gaps"
    params = {"to": under.read(cards["sponsor"])["period_ends_on"]}
    assert body_of(admin.get(path, params=params))["periods"] == []

    submit(under, cards["sponsor"], "sponsor", "meets")
    under.sign(cards[first], first)
    assert body_of(admin.get(path, params=params))["periods"] == []
    under.sign(cards[last], last)
    assert len(body_of(admin.get(path, params=params))["periods"]) == 1


def test_each_side_sees_the_same_gaps_with_the_opposite_sign(installation: InstallationUnderTest) -> None:
    under = review(installation)
    cards = under.open(days_ago(installation, QUARTER_AGO))
    lower, higher, unrated, *_ = keys = shared(under, cards)
    publish_card(under, cards["sponsor"], "sponsor", {lower: "below", higher: "exceeds", unrated: "not_applicable"})
    publish_card(under, cards["provider"], "provider", {lower: "exceeds"})

    ours, theirs = gaps(under), gaps(under, "provider")

    [period] = ours["periods"]
    found = {each["attribute"]: (each["ours"], each["theirs"], each["gap"]) for each in period["attributes"]}
    assert found == {
        lower: (0, 1, 2), higher: (1, 0.8, -1), **dict.fromkeys(keys[3:], (0.8, 0.8, 0))
    }  # fmt: skip
    asked = sum(len(under.read(card, side)["questions"]) for side, card in cards.items())
    assert period["left_out"] == asked - 2 * len(keys) + 1
    weighed = sum(each["importance"] * each["gap"] for each in period["attributes"])
    total = sum(each["importance"] for each in period["attributes"])
    assert period["overall"] == {"gap": pytest.approx(weighed / total), "attributes": len(keys) - 1}
    assert sum(group["attributes"] for group in period["groups"]) == len(keys) - 1
    [mirrored] = theirs["periods"]
    assert (ours["our_side"], theirs["our_side"]) == ("sponsor", "provider")
    assert (mirrored["our_scorecard_id"], mirrored["their_scorecard_id"]) == (cards["provider"], cards["sponsor"])
    opposite = {group["group"]: -group["gap"] for group in mirrored["groups"]}
    assert {group["group"]: group["gap"] for group in period["groups"]} == pytest.approx(opposite)


def test_periods_come_oldest_first_and_are_chosen_by_day_and_cycle(installation: InstallationUnderTest) -> None:
    under = review(installation)
    ends = []
    for days, word in ((TWO_AGO, "below"), (QUARTER_AGO, "exceeds")):
        cards = under.open(days_ago(installation, days))
        publish_card(under, cards["sponsor"], "sponsor", "meets")
        publish_card(under, cards["provider"], "provider", word)
        ends.append(under.read(cards["sponsor"])["period_ends_on"])

    periods = gaps(under, review_cycle_id=under.cycle_id)["periods"]

    assert [(period["period_ends_on"], period["overall"]["gap"]) for period in periods] == [
        (ends[0], pytest.approx(-1)), (ends[1], pytest.approx(1)),
    ]  # fmt: skip
    only = gaps(under, **{"from": ends[1]})["periods"]
    assert [period["period_ends_on"] for period in only] == ends[1:]
    assert [period["period_ends_on"] for period in gaps(under, to=ends[0])["periods"]] == ends[:1]
    assert gaps(under, review_cycle_id=new_id())["periods"] == []
    path = f"/v1/relationships/{under.known.relationship_id}/perception-gaps"
    assert pointers(under.caller().get(path, params={"from": "2026-05-01", "to": "2026-04-30"})) == ["from"]
    assert pointers(under.caller().get(path, params={"from": "2001-01-01", "to": "2026-04-30"})) == ["from"]
