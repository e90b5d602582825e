"""Periods tile the calendar: whatever the cadence and the month the year begins in, every day is in exactly one."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scorecards.review_cycles.periods import (
    MONTHS,
    Cadence,
    name_of,
    newest_open,
    opens_on,
    period_of,
    periods_between,
)

DAY = timedelta(days=1)
cadences = st.sampled_from(list(Cadence))
months = st.integers(1, 12)
days = st.dates(date(1970, 1, 1), date(2200, 12, 31))
leap_days = st.integers(1972 // 4, 2200 // 4).map(lambda n: n * 4).filter(lambda y: y != 2100 and y != 2200)
any_day = st.one_of(days, leap_days.map(lambda year: date(year, 2, 29)))


def every_day(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


@given(cadences, months, any_day)
def test_a_day_lies_in_its_period_and_in_neither_neighbour(cadence: Cadence, month: int, day: date) -> None:
    period = period_of(cadence, month, day)
    before = period_of(cadence, month, period.starts_on - DAY)
    behind = period_of(cadence, month, period.after_on)

    assert period.starts_on <= day <= period.ends_on < period.after_on
    assert before.after_on == period.starts_on
    assert behind.starts_on == period.after_on


@given(cadences, months, any_day)
def test_a_period_begins_on_the_first_of_a_month_and_holds_whole_months(
    cadence: Cadence, month: int, day: date
) -> None:
    period = period_of(cadence, month, day)
    span = (period.after_on.year - period.starts_on.year) * 12 + period.after_on.month - period.starts_on.month

    assert period.starts_on.day == period.after_on.day == 1
    assert span == MONTHS[cadence]
    assert (period.starts_on.month - month) % MONTHS[cadence] == 0


@pytest.mark.parametrize("cadence", list(Cadence))
@pytest.mark.parametrize("month", range(1, 13))
def test_every_day_of_nine_years_is_in_exactly_one_period(cadence: Cadence, month: int) -> None:
    """2020 to 2028 hold three leap days, and the 53rd ISO weeks of 2020 and 2026."""
    first, last = date(2020, 1, 1), date(2028, 12, 31)
    found = list(periods_between(cadence, month, first, last))

    held = [day for period in found for day in every_day(period.starts_on, period.ends_on)]
    assert held == every_day(found[0].starts_on, found[-1].ends_on)
    assert held[0] <= first <= last <= held[-1]
    assert all(
        period == period_of(cadence, month, day) for period in found for day in (period.starts_on, period.ends_on)
    )


@given(cadences, months, any_day, st.integers(0, 800))
def test_the_periods_between_two_days_are_those_that_hold_one_of_them(
    cadence: Cadence, month: int, first: date, span: int
) -> None:
    last = first + timedelta(days=span)

    found = list(periods_between(cadence, month, first, last))

    assert found[0] == period_of(cadence, month, first)
    assert found[-1] == period_of(cadence, month, last)
    assert all(a.after_on == b.starts_on for a, b in pairwise(found))
    assert list(periods_between(cadence, month, first, first - DAY - timedelta(days=400))) == []


@given(cadences, months, st.integers(-60, 366), any_day)
def test_the_newest_open_period_is_open_and_the_next_is_not(
    cadence: Cadence, month: int, days_before_end: int, day: date
) -> None:
    period = newest_open(cadence, month, days_before_end, day)
    following = period_of(cadence, month, period.after_on)

    assert opens_on(period, days_before_end) <= day < opens_on(following, days_before_end)
    assert newest_open(cadence, month, days_before_end, opens_on(period, days_before_end)) == period


@given(cadences, months, any_day)
def test_names_tell_neighbours_apart_and_are_the_same_for_every_day(cadence: Cadence, month: int, day: date) -> None:
    period = period_of(cadence, month, day)
    year = list(periods_between(cadence, month, period.starts_on, period.starts_on + timedelta(days=364 * 3)))

    names = [name_of(cadence, month, each) for each in year]

    assert names == sorted(names)
    assert len(set(names)) == len(names)
