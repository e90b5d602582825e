"""Results of both sides beside each other: after the reveal, with flags and the trend."""

from typing import Any

import pytest

from shared.ids import new_id
from tests.scorecards.feeding import interaction, publish, today
from tests.scorecards.published import (
    QUARTER_AGO,
    THREE_AGO,
    TWO_AGO,
    body_of,
    days_ago,
    problem,
    publish_card,
    submit,
)
from tests.scorecards.under_review import Review, review
from tests.support.installation import InstallationUnderTest, somebody


def results(under: Review, card: str, side: str = "sponsor") -> Any:
    return body_of(under.caller(side).get(f"/v1/scorecards/{card}/results"))


def part(read: Any, side: str) -> Any:
    [found] = [each for each in read["sides"] if each["side"] == side]
    return found["results"]


def test_before_the_reveal_the_other_sides_results_are_absent_for_admins_and_tokens_too(
    installation: InstallationUnderTest,
) -> None:
    under = review(installation)
    cards = under.open()
    submit(under, cards["provider"], "provider", "exceeds")
    empty = results(under, cards["provider"])

    readers = [under.people["sponsor"], somebody("admin"), somebody("admin", kind="client"), somebody("viewer")]
    for reader in readers:
        for card in cards.values():
            read = body_of(installation.client("scorecards", reader).get(f"/v1/scorecards/{card}/results"))
            assert [each["results"] for each in read["sides"]] == [None, None]
            assert not read["is_revealed"]
    assert empty["sides"][0] == {
        "scorecard_id": cards["provider"], "side": "provider", "status": "submitted", "revision": 1, "results": None,
    }  # fmt: skip
    assert part(results(under, cards["sponsor"], "provider"), "provider")["score"] == 100

    submit(under, cards["sponsor"], "sponsor", "meets")
    read = results(under, cards["sponsor"])
    assert (part(read, "sponsor")["score"], part(read, "provider")["score"]) == (80, 100)


def test_whoever_may_not_read_the_relationship_gets_no_results(installation: InstallationUnderTest) -> None:
    under = review(installation)
    card = under.open()["sponsor"]
    for scorecard_id in (card, new_id()):
        answer = under.stranger("reviewer", "provider").get(f"/v1/scorecards/{scorecard_id}/results")
        assert problem(answer) == (404, "scorecard-not-found")


def test_results_say_coverage_score_and_groups_with_every_rating_and_its_words(
    installation: InstallationUnderTest,
) -> None:
    under = review(installation, sides=("sponsor",))
    card = under.open(days_ago(installation, QUARTER_AGO))["sponsor"]
    asked = under.read(card)["questions"]
    left_out, bad = asked[0], asked[1]
    submit(under, card, "sponsor", {left_out["attribute"]: "not_applicable", bad["attribute"]: "below"})

    read = results(under, card)["sides"][0]["results"]

    rated = 1 - left_out["importance"]
    assert read["coverage"] == pytest.approx(rated)
    assert read["score"] == pytest.approx(100 * 0.8 * (rated - bad["importance"]) / rated)
    by_key = {each["attribute"]: each for each in read["attributes"]}
    assert list(by_key) == [question["attribute"] for question in asked]
    assert (by_key[left_out["attribute"]]["value"], by_key[left_out["attribute"]]["raters"]) == (None, 0)
    assert by_key[bad["attribute"]] == {
        **{name: bad[name] for name in ("attribute", "label", "group", "importance")},
        "value": 0, "rating": "below", "raters": 1, "comments": [f"{bad['attribute']} was below"], "evidence": [],
    }  # fmt: skip
    assert {group["group"] for group in read["groups"]} == {question["group"] for question in asked}
    assert (read["flags"], read["trend"]) == ([], None)


def test_the_trend_is_against_the_period_published_before_and_no_other(installation: InstallationUnderTest) -> None:
    under = review(installation, sides=("sponsor",))
    old, unsigned, new = (
        under.open(days_ago(installation, days))["sponsor"] for days in (THREE_AGO, TWO_AGO, QUARTER_AGO)
    )  # fmt: skip
    key, other = (question["attribute"] for question in under.read(old)["questions"][:2])
    publish_card(under, old, words={key: "below", other: "not_applicable"})
    submit(under, unsigned, "sponsor", "exceeds")
    publish_card(under, new, words={key: "exceeds"})

    trend = results(under, new)["sides"][0]["results"]["trend"]

    assert (trend["scorecard_id"], trend["period_ends_on"]) == (old, under.read(old)["period_ends_on"])
    steps = {each["attribute"]: (each["before"], each["after"], each["steps"]) for each in trend["attributes"]}
    assert steps.pop(key) == (0, 1, 2)
    assert set(steps.values()) == {(0.8, 0.8, 0)}
    assert other not in steps
    scores = [results(under, card)["sides"][0]["results"]["score"] for card in (old, new)]
    assert trend["score"] == pytest.approx(scores[1] - scores[0])
    assert results(under, old)["sides"][0]["results"]["trend"] is None


def test_cards_that_say_less_than_they_seem_are_flagged(installation: InstallationUnderTest) -> None:
    under = review(installation, sides=("sponsor",))
    old, new = (under.open(days_ago(installation, days))["sponsor"] for days in (THREE_AGO, QUARTER_AGO))
    key = under.read(old)["questions"][0]["attribute"]
    cited, fresh = new_id(), new_id()
    of = under.known.relationship_id
    publish(installation, *(interaction(of, today(installation), id=id) for id in (cited, fresh)))
    link = {"source_kind": "interaction", "source_id": cited}
    publish_card(under, old, words="meets", evidence={key: [link]})

    assert results(under, old)["sides"][0]["results"]["flags"] == ["no_variance", "outdated"]

    publish_card(under, new, words="meets", evidence={key: [link]})
    assert results(under, new)["sides"][0]["results"]["flags"] == ["no_variance", "stale_ratings", "stale_evidence"]
    assert results(under, old)["sides"][0]["results"]["flags"] == ["no_variance"]

    again = under.caller().post(f"/v1/scorecards/{new}/reopening", {"reason": "Looked again"})
    assert again.status_code == 200
    publish_card(under, new, words={key: "exceeds"}, evidence={key: [link, link | {"source_id": fresh}]})
    assert results(under, new)["sides"][0]["results"]["flags"] == []
