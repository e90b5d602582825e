"""Why a score is what it is, what the next tier would take, and where silence leads: each said exactly."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from math import fsum

import pytest
from hypothesis import given, settings

from services.scorecards.scoring.evidence import Item, calendar_day
from services.scorecards.scoring.exact import read
from services.scorecards.scoring.explanations import contributions, forecast, next_tier
from services.scorecards.scoring.policy import DEFAULT_POLICY, Kind, Tier
from services.scorecards.scoring.tiers import fold
from tests.support.reference_score import TIERS, Day, exactly, walk
from tests.support.track_records import START, evenly, item, silences, track_records

many = settings(max_examples=100, deadline=None)
# The plain fold takes milliseconds a record.
few = settings(max_examples=50, deadline=None)
MILLION = 1_000_000


def day_of(items: list[Item], silence: int = 0) -> int:
    return max((item.on_day for item in items), default=START) + silence


@many
@given(track_records(), silences)
def test_contributions_add_up_to_what_the_evidence_moved(items, silence):
    as_of = calendar_day(day_of(items, silence))

    parts = contributions(items, DEFAULT_POLICY, as_of)

    moved = read(items, DEFAULT_POLICY, as_of).p - DEFAULT_POLICY.mu
    assert fsum(part.contribution for part in parts.items) == pytest.approx(moved, abs=1e-12)
    assert fsum(part.good + part.bad for part in parts.by_kind) == pytest.approx(moved, abs=1e-12)
    assert sorted((part.source_kind, part.source_id) for part in parts.items) == sorted(item[:2] for item in items)
    assert all(abs(one.contribution) >= abs(next_one.contribution) for one, next_one in pairwise(parts.items))
    for kind in parts.by_kind:
        own = [part.contribution for part in parts.items if part.kind is kind.kind]
        assert kind.items == len(own)
        assert kind.good == pytest.approx(sum(part for part in own if part > 0), abs=1e-12)
        assert kind.bad == pytest.approx(sum(part for part in own if part < 0), abs=1e-12)


@many
@given(track_records().filter(len), silences)
def test_each_contribution_is_the_item_s_faded_weight_times_its_distance_from_the_prior(items, silence):
    until = day_of(items, silence)
    ages = {item[:2]: (until - item.on_day) / DEFAULT_POLICY.half_life_days[item.kind] for item in items}
    n = fsum(item.w_micro / MILLION * 2 ** -ages[item[:2]] for item in items)
    by_source = {item[:2]: item for item in items}

    parts = contributions(items, DEFAULT_POLICY, calendar_day(until)).items

    for part in parts:
        source = by_source[part.source_kind, part.source_id]
        faded = part.w * 2 ** -ages[source[:2]]
        assert part.contribution == pytest.approx(faded * (part.y - 0.7) / (2 + n), abs=1e-12)
        assert (part.kind, part.on) == (source.kind, calendar_day(source.on_day))
        assert (part.y * MILLION, part.w * MILLION) == pytest.approx((source.y_micro, source.w_micro), abs=1e-6)


def test_contributions_leave_out_what_is_to_come_and_put_the_newest_of_equals_first():
    items = [item(3, 0), item(2, 0), item(1, 180, kind=Kind.delivery), item(9, 181)]

    parts = contributions(items, DEFAULT_POLICY, calendar_day(START + 180))

    assert [part.source_id for part in parts.items] == ["0001", "0002", "0003"]
    equal = contributions([item(1, 0, w=1.0), item(2, 180, w=0.5)], DEFAULT_POLICY, calendar_day(START + 180)).items
    assert [part.source_id for part in equal] == ["0002", "0001"]
    assert contributions([], DEFAULT_POLICY, calendar_day(START)).items == ()


@few
@given(track_records().filter(len), silences)
def test_each_way_is_enough_and_one_item_fewer_is_not(items, silence):
    until = day_of(items, silence)
    now = fold(items, DEFAULT_POLICY, calendar_day(until))

    further = next_tier(items, DEFAULT_POLICY, calendar_day(until), now)

    if further is None:
        assert now.tier is Tier.partnership
        return
    today: Day = list(walk(items, DEFAULT_POLICY, until))[-1]
    assert further.tier == TIERS[now.tier.step + 1]
    assert [gate.gate for gate in further.gates] == ["lower", "p", "depth", "tenure_days"]
    for gate in further.gates:
        assert gate.needs == getattr(DEFAULT_POLICY.gates[further.tier], gate.gate)
        assert gate.has == pytest.approx(float(getattr(today, gate.gate)), abs=1e-12)
        assert gate.met == (float(getattr(today, gate.gate)) >= float(exactly(gate.needs)) - 1e-12)
    gates = DEFAULT_POLICY.gates[further.tier]
    is_only_time_missing = today.meets(gates)
    assert [way.kind for way in further.ways] == ([] if is_only_time_missing else list(Kind))
    # Items of today have not faded, so the four ordinary kinds need alike; a card stands for the other weight.
    assert len({way.items for way in further.ways if way.kind is not Kind.scorecard}) <= 1
    for way in (way for way in further.ways if way.kind in (Kind.delivery, Kind.scorecard)):
        assert (way.y, way.w) == (1.0, 3.0 if way.kind is Kind.scorecard else 1.0)
        assert today.with_good(way.items * way.w, DEFAULT_POLICY).meets(gates)
        assert not today.with_good((way.items - 1) * way.w, DEFAULT_POLICY).meets(gates)


@many
@given(track_records().filter(len), silences.filter(bool))
def test_the_items_of_a_way_lift_the_tier_on_the_earliest_day_named_and_no_day_before(items, silence):
    until = day_of(items, silence)
    as_of = calendar_day(until)
    now = fold(items, DEFAULT_POLICY, as_of)
    further = next_tier(items, DEFAULT_POLICY, as_of, now)
    if further is None or not further.ways:
        return

    way = further.ways[-1]
    more = [Item("further", str(number), way.kind, until, MILLION, 3 * MILLION) for number in range(way.items)]
    lifted = fold([*items, *more], DEFAULT_POLICY, as_of)

    assert way.kind is Kind.scorecard
    assert (lifted.tier is further.tier) == (further.earliest_on == as_of)
    assert (further.earliest_on - as_of).days == max(
        0, DEFAULT_POLICY.gates[further.tier].tenure_days - now.reading.tenure_days
    )


def test_when_only_an_item_is_missing_there_is_no_way_to_count_but_one_is_needed():
    items = evenly(8, 10)
    as_of = calendar_day(START + 100)
    now = fold(items, DEFAULT_POLICY, as_of)

    further = next_tier(items, DEFAULT_POLICY, as_of, now)

    assert all(gate.met for gate in further.gates)
    assert (further.ways, further.earliest_on, further.needs_item) == ((), as_of, True)
    assert fold([*items, item(99, 100)], DEFAULT_POLICY, as_of).tier is further.tier


def test_a_day_lifts_once_so_the_step_after_today_s_is_for_tomorrow():
    items = [*evenly(20, 1, start=-400), item(99, 0, kind=Kind.scorecard, w=3.0)]
    as_of = calendar_day(START)
    now = fold(items, DEFAULT_POLICY, as_of)

    further = next_tier(items, DEFAULT_POLICY, as_of, now)

    assert (now.changes[-1].on, now.tier) == (as_of, Tier.preferred)
    assert further.earliest_on == as_of + timedelta(days=1)
    many_more = [Item("further", str(number), Kind.delivery, START, MILLION, MILLION) for number in range(500)]
    assert fold([*items, *many_more], DEFAULT_POLICY, as_of).tier is Tier.preferred


def test_a_way_of_more_than_a_thousand_items_is_no_way():
    far = replace(
        DEFAULT_POLICY, gates={tier: gate._replace(depth=2000.0) for tier, gate in DEFAULT_POLICY.gates.items()}
    )
    as_of = calendar_day(START)

    further = next_tier([], far, as_of, fold([], far, as_of))

    assert [(way.kind, way.items) for way in further.ways] == [(Kind.scorecard, 667)]
    assert further.earliest_on == as_of + timedelta(days=90)


@many
@given(track_records(), silences)
def test_a_forecast_is_the_first_change_of_the_fold_run_on_through_silence(items, silence):
    as_of = calendar_day(day_of(items, silence))
    now = fold(items, DEFAULT_POLICY, as_of)

    foreseen = forecast(items, DEFAULT_POLICY, as_of, now)

    later = [
        (change.to_tier, change.on)
        for change in fold(items, DEFAULT_POLICY, as_of + timedelta(days=730)).changes
        if change.on > as_of
    ]
    assert (foreseen and (foreseen.tier, foreseen.on)) == (later[0] if later else None)


def test_a_forecast_agrees_with_the_plain_fold_and_hopes_for_nothing_to_come():
    items = evenly(60, 14)
    until = items[-1].on_day
    now = fold(items, DEFAULT_POLICY, calendar_day(until))
    hoped_for = [item(900, 60 * 14 + 30), item(901, 60 * 14 + 60)]

    foreseen = forecast(items + hoped_for, DEFAULT_POLICY, calendar_day(until), now)

    plain = next(day for day in walk(items, DEFAULT_POLICY, until + 730) if day.day > until and day.change)
    assert (foreseen.tier, foreseen.on) == (plain.tier, calendar_day(plain.day))


def test_a_forecast_looks_two_years_ahead_and_no_further():
    items = evenly(40, 20, kind=Kind.audit)
    fall = fold(items, DEFAULT_POLICY, calendar_day(items[-1].on_day + 4000)).changes[-2]
    assert (fall.from_tier, fall.to_tier, fall.cause) == (Tier.partnership, Tier.strategic, "review")

    for days_ahead, expected in ((730, (Tier.strategic, fall.on)), (731, None)):
        as_of = fall.on - timedelta(days=days_ahead)
        foreseen = forecast(items, DEFAULT_POLICY, as_of, fold(items, DEFAULT_POLICY, as_of))
        assert (foreseen and (foreseen.tier, foreseen.on)) == expected


def test_at_the_base_there_is_no_fall_to_foresee_and_at_the_top_no_next_tier():
    as_of = calendar_day(START + 1100)
    best = evenly(220, 5)
    now = fold(best, DEFAULT_POLICY, as_of)

    assert now.tier is Tier.partnership
    assert next_tier(best, DEFAULT_POLICY, as_of, now) is None
    assert forecast([item(0, 0)], DEFAULT_POLICY, as_of, fold([item(0, 0)], DEFAULT_POLICY, as_of)) is None
