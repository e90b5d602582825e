"""How complexity and continuity of a relationship's engagements went over time. Pure: every day is an argument."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from services.engagements.ladder.rules import Project
from services.engagements.vocabulary import EngagementMode

CONTINUITY_MONTHS = 36


@dataclass(frozen=True)
class YearOfContracts:
    """The engagements contracted in one calendar year: complexities 1..5, counts by mode (absent means none)."""

    year: int
    """The calendar year."""
    engagements: int
    """How many were contracted in it."""
    highest_complexity: int
    """Of those, from 1 to 5."""
    mean_complexity: float
    """Of those, from 1 to 5, not rounded."""
    by_mode: Mapping[EngagementMode, int]
    """How many of each mode; one that is absent had none."""


@dataclass(frozen=True)
class Continuity:
    """How unbroken the work was: months of the last `months` calendar months with an active day; gaps in days.

    A gap lies between two active stretches, or between the last one and today.
    """

    engagements: int
    """How many count on the day: contracted, and neither cancelled nor lost."""
    follow_ons: int
    """How many of them follow on from another."""
    active_now: int
    """How many of them are under way on the day."""
    months: int
    """How many calendar months are looked at, up to that of the day."""
    months_active: int
    """In how many of them work was under way on at least one day."""
    longest_gap_days: int
    """The longest time without work under way, in days, also up to today; 0 where there was none."""


@dataclass(frozen=True)
class Trends:
    """Complexity by year of contracting, oldest first, and continuity, both as known on a day."""

    as_of: date
    """The day that they are read at."""
    complexity: tuple[YearOfContracts, ...]
    """By year of contracting, oldest first."""
    continuity: Continuity
    """How unbroken the work was."""


def trends(projects: Iterable[Project], as_of: date, months: int = CONTINUITY_MONTHS) -> Trends:
    """Trends over the engagements that count on a day; a follow-on is one that names a predecessor."""
    counting = [project for project in projects if project.counts_on(as_of)]
    years = sorted({project.contracted_on.year for project in counting})
    by_year = [[project for project in counting if project.contracted_on.year == year] for year in years]
    stretches = sorted(stretch for project in counting for stretch in _active_days(project, as_of))
    continuity = Continuity(
        engagements=len(counting),
        follow_ons=sum(project.predecessor_id is not None for project in counting),
        active_now=sum(project.is_active_on(as_of) for project in counting),
        months=months,
        months_active=_months_active(stretches, as_of, months),
        longest_gap_days=_longest_gap_days(stretches, as_of),
    )
    return Trends(as_of, tuple(map(_year_of_contracts, years, by_year)), continuity)


def _year_of_contracts(year: int, projects: list[Project]) -> YearOfContracts:
    complexities = [project.complexity for project in projects]
    mean = sum(complexities) / len(complexities)
    return YearOfContracts(year, len(projects), max(complexities), mean, Counter(project.mode for project in projects))


def _active_days(project: Project, as_of: date) -> list[tuple[date, date]]:
    """First and last day of each active stretch up to and including `as_of`."""
    stretches = project.dates.active_stretches()
    return [
        (start, as_of if end is None or end > as_of else end - timedelta(1))
        for start, end in stretches
        if start <= as_of
    ]


def _months_active(stretches: Iterable[tuple[date, date]], as_of: date, months: int) -> int:
    active = {month for first, last in stretches for month in range(_month(first), _month(last) + 1)}
    return sum(_month(as_of) - months < month for month in active)


def _month(day: date) -> int:
    return day.year * 12 + day.month


def _longest_gap_days(stretches: list[tuple[date, date]], as_of: date) -> int:
    """Stretches in order of their first day; 0 where there is none."""
    longest, covered_until = 0, stretches[0][1] if stretches else as_of
    for first, last in stretches:
        longest = max(longest, (first - covered_until).days - 1)
        covered_until = max(covered_until, last)
    return max(longest, (as_of - covered_until).days)
