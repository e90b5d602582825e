"""Periods of a review cycle: which days they hold, when their cards open, and in which zone a day is that day. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

ONE_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


class Cadence(StrEnum):
    monthly = "monthly"
    quarterly = "quarterly"
    half_yearly = "half_yearly"
    yearly = "yearly"


MONTHS = {Cadence.monthly: 1, Cadence.quarterly: 3, Cadence.half_yearly: 6, Cadence.yearly: 12}
_LETTERS = {Cadence.quarterly: " Q", Cadence.half_yearly: " H"}


@dataclass(frozen=True, order=True)
class Period:
    """Calendar days from the first to the last, both included; `after_on` is the first that is not."""

    starts_on: date
    ends_on: date

    @property
    def after_on(self) -> date:
        return self.ends_on + ONE_DAY


def period_of(cadence: Cadence, fiscal_start_month: int, day: date) -> Period:
    """The period that holds a day. `fiscal_start_month` is 1..12; years begin on the first day of that month."""
    span, months = MONTHS[cadence], _months(day)
    first = months - (months - (fiscal_start_month - 1)) % span
    return Period(_first_day(first), _first_day(first + span) - ONE_DAY)


def periods_between(cadence: Cadence, fiscal_start_month: int, first_on: date, last_on: date) -> Iterator[Period]:
    """Every period that holds a day between the two, both included, oldest first."""
    period = period_of(cadence, fiscal_start_month, first_on)
    while period.starts_on <= last_on:
        yield period
        period = period_of(cadence, fiscal_start_month, period.after_on)


def newest_open(cadence: Cadence, fiscal_start_month: int, opens_days_before_end: int, day: date) -> Period:
    """The last period whose cards are open on a day."""
    following = period_of(cadence, fiscal_start_month, day + timedelta(days=opens_days_before_end + 1))
    return period_of(cadence, fiscal_start_month, following.starts_on - ONE_DAY)


def opens_on(period: Period, days_before_end: int) -> date:
    return period.ends_on - timedelta(days=days_before_end)


def due_on(period: Period, days_after_end: int) -> date:
    return period.ends_on + timedelta(days=days_after_end)


def name_of(cadence: Cadence, fiscal_start_month: int, period: Period) -> str:
    """As "2026 Q3", or "FY2026 Q3" where the year does not begin in January: it is named by the year it ends in.

    A month is the same month in every fiscal year: "2026-07".
    """
    if cadence is Cadence.monthly:
        return f"{period.starts_on:%Y-%m}"
    into = (period.starts_on.month - fiscal_start_month) % 12
    ends_in = (_months(period.starts_on) - into + 11) // 12
    year = f"{'' if fiscal_start_month == 1 else 'FY'}{ends_in}"
    return year if cadence is Cadence.yearly else f"{year}{_LETTERS[cadence]}{into // MONTHS[cadence] + 1}"


@cache
def zone_names() -> frozenset[str]:
    """The names of the IANA time zone database."""
    return frozenset(available_timezones())


def local_day(instant: datetime, zone: str) -> date:
    """The calendar day that an aware instant falls on in a zone."""
    return instant.astimezone(ZoneInfo(zone)).date()


def day_starts_at(day: date, zone: str) -> datetime:
    """The first instant of a day in a zone, in UTC.

    Where a midnight comes twice, the first one; where the clocks skip it, or the whole day, the moment they do.
    """
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
    starts_at, other = midnight.astimezone(UTC), midnight.replace(fold=1).astimezone(UTC)
    if starts_at <= other:
        return starts_at
    # In a gap the two readings of midnight lie on both sides of it.
    while starts_at - other > _SECOND:
        between = other + (starts_at - other) // 2
        if local_day(between, zone) < day:
            other = between
        else:
            starts_at = between
    return starts_at.replace(microsecond=0)


def _months(day: date) -> int:
    return day.year * 12 + day.month - 1


def _first_day(months: int) -> date:
    return date(months // 12, months % 12 + 1, 1)
