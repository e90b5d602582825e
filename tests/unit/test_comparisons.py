"""Cards beside each other: gaps, trends, staleness and positions among others."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scorecards.scorecards.differences import (
    FEWEST_PROVIDERS,
    gaps,
    group_gaps,
    has_no_new_evidence,
    has_same_ratings,
    is_outdated,
    mean_gap,
    rank_among,
    trend,
)
from services.scorecards.scoring.policy import DEFAULT_POLICY

Y = DEFAULT_POLICY.rating_y
KEYS = [f"attribute_{number}" for number in range(6)]
values = st.none() | st.integers(0, 1_000_000).map(lambda micro: micro / 1_000_000)
sides = st.lists(st.tuples(st.sampled_from(KEYS), values, st.floats(0.01, 1)), unique_by=lambda each: each[0])


def card(*rated: tuple[str, float | None, float]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Questions and ratings; odd attributes are of one group, even ones of the other."""
    questions = [
        {"attribute": key, "group": "ab"[int(key[-1]) % 2], "label": key, "importance": importance}
        for key, _, importance in rated
    ]
    return questions, [{"attribute": key, "value": value, "evidence": []} for key, value, _ in rated]


def citing(*source_ids: str) -> list[dict[str, Any]]:
    return [
        {"attribute": KEYS[0], "value": 1, "evidence": [{"source_kind": "call", "source_id": id} for id in source_ids]}
    ]


@given(sides, sides)
def test_gaps_are_the_same_from_both_sides_with_the_opposite_sign(ours: Any, theirs: Any) -> None:
    forth = gaps(*card(*ours), *card(*theirs), Y)
    back = gaps(*card(*theirs), *card(*ours), Y)

    assert {each["attribute"]: each["gap"] for each in forth} == {each["attribute"]: -each["gap"] for each in back}
    means = {each["group"]: each["gap"] for each in group_gaps(forth)}
    assert means == pytest.approx({each["group"]: -each["gap"] for each in group_gaps(back)})


@given(sides, sides)
def test_only_what_both_sides_rated_has_a_gap_and_it_stays_within_two_steps(ours: Any, theirs: Any) -> None:
    found = gaps(*card(*ours), *card(*theirs), Y)

    rated = [{key for key, value, _ in side if value is not None} for side in (ours, theirs)]
    assert {each["attribute"] for each in found} == rated[0] & rated[1]
    assert all(-2 <= each["gap"] <= 2 for each in found)


def test_a_group_is_the_mean_of_its_gaps_by_importance() -> None:
    ours = card(("attribute_0", 0.0, 0.1), ("attribute_2", 0.8, 0.3), ("attribute_1", 1.0, 0.6))
    theirs = card(("attribute_0", 0.8, 0.3), ("attribute_2", 1.0, 0.3), ("attribute_1", 0.0, 0.4))

    found = gaps(*ours, *theirs, Y)

    assert [each["gap"] for each in found] == pytest.approx([1, 1, -2])
    assert [each["importance"] for each in found] == pytest.approx([0.2, 0.3, 0.5])
    assert group_gaps(found) == [
        {"group": "a", "gap": pytest.approx(1), "attributes": 2}, {"group": "b", "gap": -2, "attributes": 1},
    ]  # fmt: skip
    assert mean_gap(found) == {"gap": pytest.approx(0.2 + 0.3 - 2 * 0.5), "attributes": 3}
    assert mean_gap([]) == {"gap": None, "attributes": 0}


def test_a_trend_leaves_out_what_one_of_the_two_has_not() -> None:
    _, before = card(("attribute_0", 0.8, 1), ("attribute_1", None, 1))
    _, now = card(("attribute_0", 0.4, 1), ("attribute_1", 1.0, 1), ("attribute_2", 1.0, 1))
    results_before = {"score": 80.0, "groups": {"a": {"score": 80.0}, "b": {"score": None}}}
    results = {"score": 70.0, "groups": {"a": {"score": 60.0}, "b": {"score": 100.0}, "c": {"score": 1.0}}}

    found = trend(results, now, results_before, before, Y)

    assert found == {
        "score": -10, "groups": {"a": -20, "b": None, "c": None},
        "attributes": [{"attribute": "attribute_0", "before": 0.8, "after": 0.4, "steps": pytest.approx(-0.5)}],
    }  # fmt: skip


def test_ratings_are_stale_when_three_or_more_are_all_the_same_as_before() -> None:
    three = card(*((key, 0.8, 1) for key in KEYS[:3]))[1]

    assert has_same_ratings(three, list(reversed(three)))
    assert not has_same_ratings(three, card(*((key, 0.8, 1) for key in KEYS[:4]))[1])
    assert not has_same_ratings(three, card(*((key, 1.0, 1) for key in KEYS[:3]))[1])
    assert not has_same_ratings(three[:2], three[:2])
    assert not has_same_ratings(three, None)


def test_evidence_is_stale_when_all_that_is_cited_was_cited_before() -> None:
    assert has_no_new_evidence(citing("one"), citing("one", "two"))
    assert not has_no_new_evidence(citing("one", "three"), citing("one", "two"))
    assert not has_no_new_evidence(citing(), citing())
    assert not has_no_new_evidence(citing("one"), None)


def test_a_card_is_outdated_after_two_more_of_its_periods() -> None:
    starts_on, ends_on = date(2026, 4, 1), date(2026, 6, 30)

    assert not is_outdated(starts_on, ends_on, ends_on + timedelta(days=182))
    assert is_outdated(starts_on, ends_on, ends_on + timedelta(days=183))


@given(st.lists(st.tuples(st.sampled_from("abcdefg"), values), max_size=20))
def test_no_figure_is_of_fewer_than_five_providers(others: list[tuple[str, float | None]]) -> None:
    found = rank_among(80, others)

    scored = [(provider, score) for provider, score in others if score is not None]
    is_shown = len({provider for provider, _ in scored}) >= FEWEST_PROVIDERS
    assert found["n"] == (len(scored) if is_shown else None)
    if is_shown:
        scores = [score for _, score in scored]
        quartiles = [found[name] for name in ("lower_quartile", "median", "upper_quartile")]
        assert quartiles == sorted(quartiles)
        assert min(scores) <= quartiles[0] <= quartiles[2] <= max(scores)
    else:
        assert {found[name] for name in ("lower_quartile", "median", "upper_quartile")} == {None}


def test_quartiles_are_linear_between_neighbours() -> None:
    found = rank_among(None, [("a", 0.0), ("b", 40.0), ("c", 60.0), ("d", 80.0), ("e", 90.0), ("e", 100.0)])

    assert found == {"own": None, "n": 6, "lower_quartile": 45, "median": 70, "upper_quartile": 87.5}
