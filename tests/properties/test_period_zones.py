"""A cycle's own time zone decides the day: where midnight comes twice or never, and at both ends of the earth."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scorecards.periods import Cadence, day_starts_at, local_day, period_of, zone_names

ODD = [
    "Pacific/Kiritimati", "Pacific/Pago_Pago", "America/Sao_Paulo", "Africa/Cairo", "Asia/Kathmandu", "Europe/London",
    "Australia/Lord_Howe", "America/Havana", "America/Asuncion", "Pacific/Apia", "America/St_Johns", "UTC",
]  # fmt: skip
SECOND = timedelta(seconds=1)
zones = st.one_of(st.sampled_from(ODD), st.sampled_from(sorted(zone_names())))
days = st.dates(date(1971, 1, 1), date(2060, 12, 31))


@given(zones, days)
def test_a_day_starts_at_the_first_instant_that_is_on_it(zone: str, day: date) -> None:
    starts_at = day_starts_at(day, zone)

    assert starts_at.tzinfo is UTC
    assert local_day(starts_at - SECOND, zone) < day <= local_day(starts_at, zone)
    assert day_starts_at(day + timedelta(days=1), zone) >= starts_at


@given(zones, days, st.integers(0, 86_399))
def test_a_local_day_lies_between_its_start_and_the_next(zone: str, day: date, seconds: int) -> None:
    instant = datetime.combine(day, datetime.min.time(), UTC) + timedelta(seconds=seconds)
    found = local_day(instant, zone)

    assert found in (day - timedelta(days=1), day, day + timedelta(days=1))
    assert day_starts_at(found, zone) <= instant


@given(st.sampled_from(ODD), st.sampled_from(list(Cadence)), st.integers(1, 12), days)
def test_periods_tile_time_in_every_zone(zone: str, cadence: Cadence, month: int, day: date) -> None:
    """The instant before a period's start belongs to the one before, the instant itself to the period."""
    period = period_of(cadence, month, day)
    starts_at = day_starts_at(period.starts_on, zone)

    assert period_of(cadence, month, local_day(starts_at, zone)) == period
    assert period_of(cadence, month, local_day(starts_at - SECOND, zone)).after_on == period.starts_on


@pytest.mark.parametrize(
    ("zone", "day", "starts_at"),
    [
        ("UTC", date(2026, 10, 1), "2026-10-01T00:00:00Z"),
        ("Pacific/Kiritimati", date(2026, 10, 1), "2026-09-30T10:00:00Z"),
        ("Pacific/Pago_Pago", date(2026, 10, 1), "2026-10-01T11:00:00Z"),
        ("Europe/Berlin", date(2026, 3, 29), "2026-03-28T23:00:00Z"),
        ("Europe/Berlin", date(2026, 3, 30), "2026-03-29T22:00:00Z"),
        # Midnight that does not exist: the clock goes from 23:59:59 to 01:00.
        ("America/Sao_Paulo", date(2018, 11, 4), "2018-11-04T03:00:00Z"),
        ("Africa/Cairo", date(2026, 4, 24), "2026-04-23T22:00:00Z"),
        # A gap that begins before midnight: from 23:29:59 to 00:30.
        ("America/Toronto", date(1919, 3, 31), "1919-03-31T04:30:00Z"),
        # Midnight that comes twice: at 01:00 back to 00:00.
        ("America/Havana", date(2026, 11, 1), "2026-11-01T04:00:00Z"),
        # An hour that comes twice before midnight: at 24:00 back to 23:00.
        ("America/Sao_Paulo", date(2018, 2, 18), "2018-02-18T03:00:00Z"),
        # A day that never was.
        ("Pacific/Apia", date(2011, 12, 30), "2011-12-30T10:00:00Z"),
        ("Pacific/Apia", date(2011, 12, 31), "2011-12-30T10:00:00Z"),
    ],
)
def test_midnights_as_the_zones_have_them(zone: str, day: date, starts_at: str) -> None:
    assert day_starts_at(day, zone) == datetime.fromisoformat(starts_at)


def test_one_instant_is_three_days_around_the_earth() -> None:
    instant = datetime(2026, 9, 30, 10, 30, tzinfo=UTC)

    assert [local_day(instant, zone) for zone in ("Pacific/Pago_Pago", "UTC", "Pacific/Kiritimati")] == [
        date(2026, 9, 29), date(2026, 9, 30), date(2026, 10, 1)
    ]  # fmt: skip


def test_the_odd_zones_are_known_here() -> None:
    assert set(ODD) <= zone_names()
    assert all(ZoneInfo(zone) for zone in zone_names())
