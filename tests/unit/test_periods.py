"""Periods as people name them, and midnights as the time zones have them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.scorecards.review_cycles.periods import (
    Cadence,
    Period,
    day_starts_at,
    due_on,
    local_day,
    name_of,
    opens_on,
    period_of,
    zone_names,
)


@pytest.mark.parametrize(
    ("cadence", "month", "day", "name", "starts_on", "ends_on"),
    [
        ("quarterly", 1, date(2026, 9, 30), "2026 Q3", date(2026, 7, 1), date(2026, 9, 30)),
        ("quarterly", 10, date(2025, 12, 31), "FY2026 Q1", date(2025, 10, 1), date(2025, 12, 31)),
        ("quarterly", 10, date(2026, 6, 30), "FY2026 Q3", date(2026, 4, 1), date(2026, 6, 30)),
        ("quarterly", 12, date(2024, 2, 29), "FY2024 Q1", date(2023, 12, 1), date(2024, 2, 29)),
        ("half_yearly", 4, date(2026, 3, 31), "FY2026 H2", date(2025, 10, 1), date(2026, 3, 31)),
        ("half_yearly", 1, date(2026, 7, 1), "2026 H2", date(2026, 7, 1), date(2026, 12, 31)),
        ("yearly", 1, date(2026, 12, 31), "2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("yearly", 4, date(2026, 4, 1), "FY2027", date(2026, 4, 1), date(2027, 3, 31)),
        ("monthly", 4, date(2024, 2, 29), "2024-02", date(2024, 2, 1), date(2024, 2, 29)),
    ],
)
def test_periods_as_people_name_them(
    cadence: str, month: int, day: date, name: str, starts_on: date, ends_on: date
) -> None:
    period = period_of(Cadence(cadence), month, day)

    assert period == Period(starts_on, ends_on)
    assert name_of(Cadence(cadence), month, period) == name
    assert (opens_on(period, 7), due_on(period, 14)) == (ends_on - timedelta(days=7), ends_on + timedelta(days=14))


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


def test_zones_everywhere_are_known_here() -> None:
    assert {"Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC"} <= zone_names()
    assert zone_names().isdisjoint(("", "America", "../etc/passwd", "Mars/Olympus"))
