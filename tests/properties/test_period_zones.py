"""A cycle's own time zone decides the day: where midnight comes twice or never, and at both ends of the earth."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.scorecards.review_cycles.periods import Cadence, day_starts_at, local_day, period_of, zone_names

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
