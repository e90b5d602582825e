"""What happened becomes evidence by typed rules; what cannot be evidence is refused by the name of its field."""

import math
from datetime import date

import pytest

from services.scorecards.scoring.evidence import (
    Evidence,
    EvidenceRefused,
    Item,
    cancellation_evidence,
    delivery_evidence,
    interaction_evidence,
    lapse_evidence,
    make_item,
    milestone_evidence,
    scorecard_evidence,
)
from services.scorecards.scoring.policy import DEFAULT_POLICY, Kind, Policy, Tier

PROMISED, EARLIER, LATER = date(2026, 3, 10), date(2026, 3, 9), date(2026, 3, 11)


@pytest.mark.parametrize(
    ("field", "on", "y", "w"),
    [
        ("on", date(1969, 12, 31), 1.0, 1.0),
        ("y", PROMISED, -0.000001, 1.0),
        ("y", PROMISED, 1.000001, 1.0),
        ("y", PROMISED, math.nan, 1.0),
        ("y", PROMISED, math.inf, 1.0),
        ("w", PROMISED, 1.0, 0.0),
        ("w", PROMISED, 1.0, -1.0),
        ("w", PROMISED, 1.0, 3.000001),
        ("w", PROMISED, 1.0, math.nan),
        ("w", PROMISED, 1.0, 0.0000001),
    ],
)
def test_what_can_be_no_evidence_is_refused_by_the_name_of_its_field(field, on, y, w):
    with pytest.raises(EvidenceRefused) as refused:
        make_item("delivery", "d1", Kind.delivery, on, y, w)

    assert refused.value.field == field
    assert str(refused.value).startswith(f"{field}: ")


def test_an_item_counts_days_from_1970_and_millionths_rounded_half_even():
    assert make_item("delivery", "d1", Kind.delivery, date(1970, 1, 2), 0.3, 3.0) == Item(
        "delivery", "d1", Kind.delivery, 1, 300_000, 3_000_000
    )
    assert make_item("delivery", "d1", Kind.delivery, PROMISED, 0.0000025, 0.0000035)[4:] == (2, 4)


@pytest.mark.parametrize(
    ("kind", "experience", "findings", "expected"),
    [
        ("call", "below", None, (Kind.interaction, 0.0)),
        ("call", "meets", None, (Kind.interaction, 0.8)),
        ("business_review", "exceeds", None, (Kind.interaction, 1.0)),
        ("call", None, None, None),
        ("call", None, "critical", None),
        ("audit", None, "none", (Kind.audit, 1.0)),
        ("inspection", None, "minor", (Kind.audit, 0.8)),
        ("audit", None, "major", (Kind.audit, 0.2)),
        ("inspection", "exceeds", "critical", (Kind.audit, 0.0)),
        ("audit", "meets", None, (Kind.interaction, 0.8)),
    ],
)
def test_an_interaction_counts_by_its_findings_else_by_its_experience(kind, experience, findings, expected):
    evidence = interaction_evidence(kind, experience, findings, PROMISED, DEFAULT_POLICY)

    assert evidence == (expected and Evidence(*expected, w=1.0, on=PROMISED))


def test_unknown_words_are_refused():
    for field, attempt in {
        "experience": lambda: interaction_evidence("call", "great", None, PROMISED, DEFAULT_POLICY),
        "findings": lambda: interaction_evidence("audit", None, "many", PROMISED, DEFAULT_POLICY),
        "late_cause": lambda: delivery_evidence(PROMISED, LATER, True, late_cause="weather"),
        "outcome": lambda: milestone_evidence(PROMISED, LATER, "fine"),
        "cancelled_by": lambda: cancellation_evidence(Kind.delivery, LATER, "nobody"),
        "ratings": lambda: scorecard_evidence([1.0], ["great"], DEFAULT_POLICY),
    }.items():
        with pytest.raises(EvidenceRefused) as refused:
            attempt()
        assert refused.value.field == field


@pytest.mark.parametrize("late_cause", [None, "provider", "sponsor", "external"])
@pytest.mark.parametrize(
    ("delivered_on", "accepted", "y"), [(EARLIER, True, 1.0), (PROMISED, True, 1.0), (PROMISED, False, 0.0)]
)
def test_a_delivery_in_time_counts_by_its_acceptance_whatever_the_cause_says(delivered_on, accepted, y, late_cause):
    evidence = delivery_evidence(PROMISED, delivered_on, accepted, weight=0.5, late_cause=late_cause)

    assert evidence == Evidence(Kind.delivery, y, 0.5, delivered_on)


@pytest.mark.parametrize("late_cause", [None, "provider"])
def test_late_through_the_provider_is_bad_and_through_others_is_no_evidence(late_cause):
    assert delivery_evidence(PROMISED, LATER, True, late_cause=late_cause) == Evidence(Kind.delivery, 0.0, 1.0, LATER)
    assert milestone_evidence(PROMISED, LATER, "exceeds", late_cause=late_cause) == Evidence(
        Kind.milestone, 0.0, 1.0, LATER
    )
    for other in ("sponsor", "external"):
        assert delivery_evidence(PROMISED, LATER, True, late_cause=other) is None
        assert milestone_evidence(PROMISED, LATER, "exceeds", late_cause=other) is None


@pytest.mark.parametrize(("outcome", "y"), [("below", 0.0), ("meets", 1.0), ("exceeds", 1.0), (None, 1.0)])
def test_a_milestone_in_time_is_good_unless_its_outcome_is_below(outcome, y):
    assert milestone_evidence(PROMISED, PROMISED, outcome) == Evidence(Kind.milestone, y, 1.0, PROMISED)


def test_a_promise_left_open_counts_against_the_provider_sixty_days_past_its_day():
    assert lapse_evidence(Kind.delivery, PROMISED, DEFAULT_POLICY, weight=2.0) == Evidence(
        Kind.delivery, 0.0, 2.0, date(2026, 5, 9)
    )
    assert lapse_evidence(Kind.milestone, PROMISED, DEFAULT_POLICY, late_cause="sponsor") is None
    assert lapse_evidence(Kind.milestone, PROMISED, DEFAULT_POLICY, late_cause="external") is None


def test_a_cancellation_counts_only_when_it_was_the_provider_s():
    assert cancellation_evidence(Kind.milestone, LATER, "provider") == Evidence(Kind.milestone, 0.0, 1.0, LATER)
    assert cancellation_evidence(Kind.milestone, LATER, "sponsor") is None
    assert cancellation_evidence(Kind.milestone, LATER, "both") is None


def test_a_card_is_one_item_that_six_equal_attributes_weigh_at_2_4_and_thirty_at_3():
    assert scorecard_evidence([25 / 6] * 6, ["meets"] * 6, DEFAULT_POLICY) == (0.8, 2.4)
    assert scorecard_evidence([1.0] * 30, ["exceeds"] * 30, DEFAULT_POLICY) == (1.0, 3.0)
    assert scorecard_evidence([5.0], ["below"], DEFAULT_POLICY) == (0.0, 1.0)


def test_a_card_weighs_its_ratings_by_importance_and_leaves_out_what_is_not_rated():
    # y = (2 * .8 + 1 * 1) / 3, m = 9 / 5, w = 1.8 / 1.24: to six digits.
    expected = (0.866667, 1.451613)

    assert scorecard_evidence([2.0, 1.0], ["meets", "exceeds"], DEFAULT_POLICY) == expected
    assert scorecard_evidence([1.0, 7.0, 2.0, 9.0], [1.0, "not_applicable", 0.8, None], DEFAULT_POLICY) == expected
    assert scorecard_evidence([3.0, 3.0], ["not_applicable", None], DEFAULT_POLICY) is None
    assert scorecard_evidence([0.0], ["meets"], DEFAULT_POLICY) is None


def test_a_card_rounds_half_even():
    assert scorecard_evidence([1.0, 1.0], [0.000001, 0.000002], DEFAULT_POLICY) == (0.000002, 1.538462)
    assert scorecard_evidence([1.0, 1.0], [0.000002, 0.000003], DEFAULT_POLICY) == (0.000002, 1.538462)


@pytest.mark.parametrize(
    ("importances", "ratings"), [([-1.0], ["meets"]), ([math.nan], ["meets"]), ([1.0], [1.5]), ([1.0], [math.nan])]
)
def test_a_card_of_impossible_numbers_is_refused(importances, ratings):
    with pytest.raises(EvidenceRefused):
        scorecard_evidence(importances, ratings, DEFAULT_POLICY)


@pytest.mark.parametrize(
    ("field", "numbers"),
    [
        ("k", {"k": 0.0}),
        ("mu", {"mu": 1.0}),
        ("z", {"z": math.nan}),
        ("margin", {"margin": -0.1}),
        ("half_life_days", {"half_life_days": {Kind.audit: 730}}),
        ("half_life_days", {"half_life_days": dict.fromkeys(Kind, 0)}),
        ("experience_y", {"experience_y": {"below": -1.0}}),
        ("lapse_after_days", {"lapse_after_days": -1}),
        ("gates", {"gates": {Tier.preferred: DEFAULT_POLICY.gates[Tier.preferred]}}),
        ("gates", {"gates": dict(zip(DEFAULT_POLICY.gates, reversed(DEFAULT_POLICY.gates.values()), strict=True))}),
        ("gates", {"margin": 0.08}),
    ],
)
def test_numbers_that_make_no_policy_are_refused(field, numbers):
    with pytest.raises(ValueError, match=field):
        Policy(version=2, **numbers)
