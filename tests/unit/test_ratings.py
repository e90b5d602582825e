"""From answers to a card's numbers."""

from itertools import permutations

import pytest

from services.scorecards.reference import catalogue
from services.scorecards.scorecard_templates.importances import Profile, importances, overweight
from services.scorecards.scorecards.ratings import aggregate, gap, results
from services.scorecards.scoring.policy import DEFAULT_POLICY

Y = DEFAULT_POLICY.rating_y
GROUPS = {a["key"]: a["group"] for a in catalogue()["attributes"] + catalogue()["provider_attributes"]}


def test_a_groups_weight_is_divided_among_its_attributes() -> None:
    shares = importances({"a": "quality", "b": "quality", "c": "service"}, {}, {"quality": 20, "service": 10})

    assert shares == {"a": pytest.approx(1 / 3), "b": pytest.approx(1 / 3), "c": pytest.approx(1 / 3)}


def test_explicit_importances_are_normalised_not_refused() -> None:
    shares = importances({"a": "x", "b": "x"}, {"a": 66.66, "b": 33.33}, {})

    assert shares == {"a": pytest.approx(2 / 3), "b": pytest.approx(1 / 3)}
    assert overweight(shares) == ["a", "b"]


def test_what_is_not_known_of_a_profile_is_the_catalogues_fallback() -> None:
    assert Profile.of(None, "europe", None).name == "mid/europe/clinical_supply"
    assert all(Profile(*name.split("/")).group_weights["sponsor_conduct"] == 25 for name in catalogue()["profiles"])


def test_several_raters_make_the_mean_of_their_values() -> None:
    sheets = [
        [{"attribute": "a", "rating": "meets"}, {"attribute": "b", "rating": "below", "comment": "Late twice."}],
        [{"attribute": "a", "rating": "exceeds"}, {"attribute": "b", "rating": "not_applicable"}],
        [{"attribute": "a", "rating": "exceeds"}],
    ]

    a, b, c = aggregate(["a", "b", "c"], sheets, Y)

    assert (a["value"], a["raters"], a["rating"]) == (0.933333, 3, None)
    assert (b["value"], b["raters"], b["comments"]) == (0.0, 1, ["Late twice."])
    assert (c["value"], c["raters"]) == (None, 0)


def test_the_order_of_raters_does_not_matter() -> None:
    for order in permutations(("below", "meets", "meets", "exceeds")):
        sheets = [[{"attribute": "a", "rating": word}] for word in order]
        assert aggregate(["a"], sheets, Y)[0]["value"] == 0.65


def test_coverage_is_the_rated_share_of_importance() -> None:
    questions = [
        {"attribute": "a", "group": "quality", "importance": 0.5},
        {"attribute": "b", "group": "quality", "importance": 0.25},
        {"attribute": "c", "group": "service", "importance": 0.25},
    ]
    ratings = [{"attribute": "a", "value": 1.0}, {"attribute": "b", "value": None}, {"attribute": "c", "value": None}]

    found = results(questions, ratings)

    assert (found["coverage"], found["score"], found["flags"]) == (0.5, 100.0, [])
    assert found["groups"]["quality"] == {"coverage": pytest.approx(2 / 3), "score": 100.0}
    assert found["groups"]["service"] == {"coverage": 0.0, "score": None}


def test_a_card_that_says_the_same_everywhere_is_flagged() -> None:
    questions = [{"attribute": key, "group": "g", "importance": 1 / 3} for key in "abc"]

    assert results(questions, [{"attribute": key, "value": 0.8} for key in "abc"])["flags"] == ["no_variance"]


@pytest.mark.parametrize(
    ("ours", "theirs", "steps"),
    [("meets", "meets", 0), ("exceeds", "below", -2), ("below", "meets", 1), ("meets", "exceeds", 1)],
)
def test_a_gap_is_their_rating_minus_ours_in_steps(ours: str, theirs: str, steps: int) -> None:
    assert gap(Y[ours], Y[theirs], Y) == pytest.approx(steps)
