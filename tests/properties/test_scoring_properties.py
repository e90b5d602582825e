"""What must hold of the score for any track record (scoring.md, Properties that tests must hold)."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.scorecards.scoring import tiers
from services.scorecards.scoring.course import Course, course
from services.scorecards.scoring.evidence import KIND_CODES, Columns, Item, calendar_day
from services.scorecards.scoring.exact import Sums, read
from services.scorecards.scoring.policy import DEFAULT_POLICY, Gate, Kind, Policy, Tier
from services.scorecards.scoring.tiers import Fold, fold, shown_days
from tests.support.reference_score import walk
from tests.support.track_records import START, evenly, item, silences, track_records, values, weights

many = settings(max_examples=100, deadline=None)
# The plain fold takes milliseconds a record.
few = settings(max_examples=50, deadline=None)


def last_day(items: list[Item], silence: int) -> int:
    return max((item.on_day for item in items), default=START) + silence


def fold_of(items: list[Item], silence: int = 0, policy: Policy = DEFAULT_POLICY) -> Fold:
    return fold(items, policy, calendar_day(last_day(items, silence)))


def bits(folded: Fold) -> tuple[object, ...]:
    """All that a fold says, its floats to the bit."""
    course = [values.tobytes() for values in folded.course]
    return folded.reading, folded.tier, folded.tier_since, folded.changes, folded.days.tobytes(), course


def assert_agrees_with_the_reference(items: list[Item], until: int, policy: Policy) -> None:
    folded = fold(items, policy, calendar_day(until))
    days = list(walk(items, policy, until))

    assert folded.days.tolist() == [day.day for day in days]
    for name in ("p", "lower", "upper", "n", "depth"):
        np.testing.assert_allclose(
            getattr(folded.course, name), [float(getattr(day, name)) for day in days], rtol=0, atol=1e-10
        )
    assert [(change.on, change.to_tier, change.cause) for change in folded.changes] == [
        (calendar_day(day.day), *day.change) for day in days if day.change
    ]
    assert folded.tier == days[-1].tier
    reading = folded.reading
    for name in ("p", "lower", "upper", "s", "n", "depth"):
        # Sums of a thousand items are not within 1e-12 of anything in floats; to 15 figures they are.
        assert getattr(reading, name) == pytest.approx(float(getattr(days[-1], name)), rel=1e-14, abs=1e-12)
    assert reading.tenure_days == days[-1].tenure_days


@few
@given(track_records().filter(len), silences)
def test_a_fold_over_whole_courses_equals_the_plain_one_day_by_day(items, silence):
    assert_agrees_with_the_reference(items, last_day(items, silence), DEFAULT_POLICY)


def test_a_fold_holds_where_growth_would_leave_the_range_of_floats():
    fast = replace(DEFAULT_POLICY, half_life_days=dict.fromkeys(Kind, 1), depth_half_life_days=2)
    items = [*evenly(9, 1), item(9, 899), item(10, 900, y=0.0), item(11, 901), *evenly(70, 2, start=1795)]

    assert_agrees_with_the_reference(items, START + 2900, fast)


def test_a_fold_spans_decades():
    items = [item(0, -18_000), *evenly(40, 20), item(1, 4000, y=0.0)]

    folded = fold_of(items)

    assert [change.to_tier for change in folded.changes][:2] == ["preferred", "strategic"]
    assert len(folded.days) == 22_001
    assert folded.course.p[-2] == pytest.approx(
        read(items[:-1], DEFAULT_POLICY, calendar_day(START + 3999)).p, abs=1e-11
    )


def test_a_relationship_of_a_hundred_thousand_items_folds_to_the_exact_read():
    rng = np.random.default_rng(7)
    count = 100_000
    columns = Columns(
        START + rng.integers(0, 1096, count),
        rng.integers(0, len(Kind), count),
        rng.integers(900_000, 1_000_001, count),
        rng.integers(1, 3_000_001, count),
    )

    folded = fold(columns, DEFAULT_POLICY, calendar_day(START + 1096))

    assert folded.tier is Tier.partnership
    assert [(change.source_kind, change.source_id) for change in folded.changes] == [(None, None)] * 3
    exact = read(columns, DEFAULT_POLICY, calendar_day(START + 700))
    assert folded.at(calendar_day(START + 700)).p == pytest.approx(exact.p, abs=1e-11)


@pytest.mark.parametrize(("y", "tier"), [(0.8, Tier.strategic), (0.799999, Tier.preferred)])
def test_a_day_exactly_on_a_line_is_met_and_one_a_hair_below_is_not(y, tier):
    gates = {**DEFAULT_POLICY.gates, Tier.strategic: Gate(lower=0.75, p=0.80, depth=12.0, tenure_days=365)}
    on_the_line = Policy(version=2, mu=0.8, gates=gates)
    items = evenly(900, 1, y=y)

    folded = fold_of(items, silence=2000, policy=on_the_line)

    assert {change.to_tier for change in folded.changes} >= {tier}
    assert folded.tier is tier
    assert_agrees_with_the_reference(items, START + 1200, on_the_line)


@pytest.mark.parametrize("blur", [-4e-10, 4e-10])
def test_a_course_blurred_by_floats_turns_on_the_same_days(monkeypatch, blur):
    gates = {**DEFAULT_POLICY.gates, Tier.strategic: Gate(lower=0.75, p=0.80, depth=12.0, tenure_days=365)}
    on_the_line = Policy(version=2, mu=0.8, gates=gates)
    items = evenly(300, 2, y=0.8)
    sharp = fold_of(items, silence=300, policy=on_the_line)

    def blurred(*arguments: object) -> Course:
        run = course(*arguments)  # type: ignore[arg-type]
        return run._replace(p=run.p + blur, lower=run.lower + blur, depth=run.depth + blur)

    monkeypatch.setattr(tiers, "course", blurred)

    assert fold_of(items, silence=300, policy=on_the_line).changes == sharp.changes
    assert sharp.tier is Tier.strategic


@many
@given(track_records(), silences)
def test_every_value_stays_in_its_bounds(items, silence):
    folded = fold_of(items, silence)

    reading, course = folded.reading, folded.course
    assert 0 <= reading.lower <= reading.p <= reading.upper <= 1
    assert 0 <= reading.s <= reading.n <= reading.depth * 1.0000001 + 1e-9
    assert np.all((course.lower >= 0) & (course.lower <= course.p) & (course.p <= course.upper) & (course.upper <= 1))


@many
@given(track_records(), st.integers(0, 1500), st.sampled_from(Kind), weights, silences)
def test_a_perfect_item_never_lowers_p_nor_the_lower_bound_nor_the_tier_however_light(
    items, day, kind, w_micro, silence
):
    good = Item("delivery", "good", kind, START + day, 1_000_000, w_micro)
    as_of = calendar_day(last_day([*items, good], silence))

    before, after = fold(items, DEFAULT_POLICY, as_of), fold([*items, good], DEFAULT_POLICY, as_of)

    # To the last digits of a float: both sums grow, and their quotient is rounded.
    assert after.reading.p >= before.reading.p - 1e-15
    assert after.reading.lower >= before.reading.lower - 1e-15
    assert after.tier.step >= before.tier.step


@many
@given(st.sampled_from(Kind), values, weights, silences)
def test_one_item_never_lifts_a_newcomer(kind, y_micro, w_micro, silence):
    newcomer = fold_of([Item("delivery", "first", kind, START, y_micro, w_micro)], silence)

    assert newcomer.tier is Tier.transactional
    assert newcomer.changes == ()


@many
@given(track_records(), silences, st.randoms(use_true_random=False))
def test_any_order_and_any_redelivery_gives_the_same_bits(items, silence, random):
    redelivered = items + items[: len(items) // 2]
    random.shuffle(redelivered)

    # The ledger keeps one row per source; whichever came last, it is the same row.
    kept = list({(item.source_kind, item.source_id): item for item in redelivered}.values())

    assert bits(fold_of(kept, silence)) == bits(fold_of(items, silence))
    assert read(kept, DEFAULT_POLICY, calendar_day(START + 5000)) == read(
        items, DEFAULT_POLICY, calendar_day(START + 5000)
    )


@many
@given(track_records(), st.randoms(use_true_random=False))
def test_sums_carried_over_a_restart_are_those_of_all_items_at_once(items, random):
    as_of = calendar_day(last_day(items, 10))
    shuffled = random.sample(items, len(items))
    cut = len(items) // 2

    carried = Sums.of(Columns.of(shuffled[:cut]), DEFAULT_POLICY)
    for late in shuffled[cut:]:
        carried = carried.plus(1, late.kind, late.on_day, late.y_micro, late.w_micro, DEFAULT_POLICY)

    assert carried == Sums.of(Columns.of(items), DEFAULT_POLICY)
    assert read(carried, DEFAULT_POLICY, as_of) == read(items, DEFAULT_POLICY, as_of)


@many
@given(track_records().filter(len), track_records(most_runs=1).filter(len))
def test_retracting_what_was_added_restores_the_sums_exactly(items, added):
    as_of = calendar_day(last_day(items + added, 0))
    before = sums = Sums.of(Columns.of(items), DEFAULT_POLICY)

    for sign in (1, -1):
        for later in added:
            sums = sums.plus(sign, later.kind, later.on_day, later.y_micro, later.w_micro, DEFAULT_POLICY)

    assert (sums.depth, sums.count) == (before.depth, before.count)
    assert {kind: both for kind, both in sums.by_kind.items() if any(both)} == before.by_kind
    assert replace(read(sums, DEFAULT_POLICY, as_of), tenure_days=0) == replace(
        read(before, DEFAULT_POLICY, as_of), tenure_days=0
    )


@many
@given(track_records(), track_records())
def test_merging_two_relationships_equals_the_union_of_their_items(ours, theirs):
    theirs = [item._replace(source_id=f"t{item.source_id}") for item in theirs]
    as_of = calendar_day(last_day(ours + theirs, 0))
    one, other = Columns.of(ours), Columns.of(theirs)

    joined = Columns(
        *(
            np.concatenate((getattr(one, name), getattr(other, name)))
            for name in ("on_day", "kind", "y_micro", "w_micro")
        ),
        sources=[*one.sources, *other.sources],
    )

    assert Sums.of(one, DEFAULT_POLICY) + Sums.of(other, DEFAULT_POLICY) == Sums.of(joined, DEFAULT_POLICY)
    assert bits(fold(joined, DEFAULT_POLICY, as_of)) == bits(fold(theirs + ours, DEFAULT_POLICY, as_of))


@many
@given(track_records().filter(len), st.integers(0, 900), silences)
def test_what_a_fold_says_of_a_day_depends_neither_on_later_items_nor_on_when_it_ran(items, day, silence):
    as_of = calendar_day(START + day)
    until_then = [item for item in items if item.on_day <= START + day]

    early = fold(items, DEFAULT_POLICY, as_of)
    late = fold(items, DEFAULT_POLICY, max(as_of, calendar_day(last_day(items, silence))))

    assert bits(early) == bits(fold(until_then, DEFAULT_POLICY, as_of))
    assert early.changes == tuple(change for change in late.changes if change.on <= as_of)
    assert late.tier_at(as_of) is early.tier
    assert late.at(as_of)[1:] == pytest.approx((*early.at(as_of)[1:-1], early.tier), abs=1e-11)


@given(st.floats(0, 100))
@settings(max_examples=100, deadline=None)
def test_every_value_falls_in_exactly_one_band(score):
    lines = [0.0, 60.0, 75.0, 85.0, 100.000001]

    bands = [low <= score < high for low, high in pairwise(lines)]

    assert bands.count(True) == 1
    assert DEFAULT_POLICY.band(score).step == bands.index(True)


@pytest.mark.parametrize("score", [-0.001, 100.001, float("nan")])
def test_what_is_no_score_has_no_band(score):
    with pytest.raises(ValueError, match="a score lies in"):
        DEFAULT_POLICY.band(score)


def test_without_evidence_the_prior_stands_and_nothing_has_begun():
    nothing = fold([], DEFAULT_POLICY, calendar_day(START))

    assert (nothing.reading.p, nothing.reading.evidence_count, nothing.reading.unproven) == (0.7, 0, True)
    assert (nothing.tier, nothing.tier_since, nothing.changes, len(nothing.days)) == (Tier.transactional, None, (), 0)
    assert nothing.score_at(calendar_day(START - 400)) == nothing.reading.score


def change_since_quarter(folded: Fold) -> float:
    quarter_end = calendar_day(int(shown_days(folded.reading.as_of)[0]))
    return folded.reading.score - folded.score_at(quarter_end)


def test_a_chart_s_points_are_the_exact_reads_of_their_days():
    items = evenly(30, 20)
    folded = fold_of(items, silence=100)
    as_of = folded.reading.as_of

    points = [folded.at(calendar_day(int(day))) for day in shown_days(as_of)[1:]]

    assert [point.on.isoformat() for point in points[-3:]] == ["2022-09-30", "2022-10-31", "2022-11-15"]
    assert len(points) == 12
    for point in points:
        exact = read([item for item in items if calendar_day(item.on_day) <= point.on], DEFAULT_POLICY, point.on)
        assert (point.score, point.lower) == pytest.approx((exact.score, exact.lower), abs=1e-9)
    assert points[-1].score == folded.reading.score
    quarter_end = fold(items, DEFAULT_POLICY, as_of.replace(month=9, day=30)).reading.score
    assert change_since_quarter(folded) == pytest.approx(folded.reading.score - quarter_end, abs=1e-9)
    with pytest.raises(ValueError, match="the fold ends on"):
        folded.at(as_of + timedelta(days=1))


def test_a_quarter_s_last_day_still_belongs_to_that_quarter():
    folded = fold(evenly(10, 10), DEFAULT_POLICY, calendar_day(START + 85))

    assert folded.reading.as_of.isoformat() == "2021-03-30"
    assert change_since_quarter(folded) == folded.reading.score - 70


def test_a_change_names_the_day_s_item_that_moved_most_and_of_equals_the_first_by_source():
    climb = [item for item in evenly(10, 20) if item.on_day != START + 100]
    that_day = [item(901, 100, y=0.8), item(903, 100, y=1.0), item(902, 100, y=1.0)]

    up = fold_of(climb + that_day).changes[0]

    assert (up.on, up.to_tier, up.source_id) == (calendar_day(START + 100), Tier.preferred, "0902")
    assert up.is_up

    falls = [item(910 - number, 200, y=0.0) for number in range(5)]
    down = fold_of([*climb, *that_day, *falls, item(999, 200)]).changes[-1]
    assert (down.to_tier, down.source_id, down.is_up) == (Tier.transactional, "0906", False)


def test_items_and_columns_are_two_spellings_of_one_thing():
    items = evenly(20, 15)
    columns = Columns(
        np.array([item.on_day for item in items]),
        np.full(20, KIND_CODES[Kind.delivery]),
        np.full(20, 1_000_000),
        np.full(20, 1_000_000),
        [(item.source_kind, item.source_id) for item in items],
    )
    as_of = calendar_day(START + 400)

    assert bits(fold(columns, DEFAULT_POLICY, as_of)) == bits(fold(items, DEFAULT_POLICY, as_of))
