"""The tier as a fold over days, with the course it ran through and every change of it (docs/design/model.md, Tiers)."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np

from services.scorecards.scoring.course import Course, course
from services.scorecards.scoring.evidence import MICRO, Columns, Item, calendar_day, day_number
from services.scorecards.scoring.exact import Reading, Sums, read
from services.scorecards.scoring.policy import TIERS, Integers, Policy, Tier

# The course is good to about 1e-11; any day this close to a line is decided by the exact read.
_EITHER_WAY = np.array([[-1e-9], [1e-9]])


class Cause(StrEnum):
    """Why a tier changed: items of that day, or the day's review of what has faded."""

    evidence = "evidence"
    review = "review"


@dataclass(frozen=True)
class TierChange:
    """One day's change of tier; where evidence caused it, the source of that day's weightiest item in its direction."""

    on: date
    from_tier: Tier
    to_tier: Tier
    cause: Cause
    source_kind: str | None
    source_id: str | None

    @property
    def is_up(self) -> bool:
        return self.to_tier.step > self.from_tier.step


class Point(NamedTuple):
    """One day of the course: score = 100 p; p, lower, upper in [0, 1]; N in faded weight."""

    on: date
    score: float
    p: float
    lower: float
    upper: float
    n: float
    tier: Tier


@dataclass(frozen=True, eq=False)
class Fold:
    """The tier at `reading.as_of`, how it came about, and the course: a value per day from the first item's on.

    `tier_since` is the day of the last change, else the first item's; None without evidence.
    `days` counts from 1970-01-01; it and the course's arrays are empty without evidence.
    """

    policy: Policy
    reading: Reading
    tier: Tier
    tier_since: date | None
    changes: tuple[TierChange, ...]
    days: Integers
    course: Course

    def at(self, day: date) -> Point:
        """The point of any day up to `as_of`, before the first item the prior's; ValueError for a later day."""
        if day > self.reading.as_of:
            raise ValueError(f"the fold ends on {self.reading.as_of}, before {day}")
        position = day_number(day) - int(self.days[0]) if len(self.days) else -1
        if position < 0:
            prior = read((), self.policy, day)
            return Point(day, prior.score, prior.p, prior.lower, prior.upper, prior.n, Tier.transactional)
        p, lower, upper, n = (float(values[position]) for values in self.course[:4])
        return Point(day, 100 * p, p, lower, upper, n, self.tier_at(day))

    def tier_at(self, day: date) -> Tier:
        """The tier at the end of any day up to `as_of`."""
        past = bisect_right(self.changes, day, key=lambda change: change.on)
        return self.changes[past - 1].to_tier if past else Tier.transactional

    def score_at(self, day: date) -> float:
        """The score of any day up to `as_of`, before the first item the prior's."""
        return self.at(day).score


def fold(evidence: Columns | Iterable[Item], policy: Policy, as_of: date) -> Fold:
    """The fold over the days from the first item's through `as_of`; items dated later take no part."""
    last_day = day_number(as_of)
    columns = Columns.of(evidence)
    rows = columns.rows_until(last_day)
    settled = columns.taken(rows)
    reading = read(settled, policy, as_of)
    if not len(settled):
        return Fold(policy, reading, Tier.transactional, None, (), np.empty(0, np.int64), Course.empty())

    run = course(settled, last_day, policy)
    # The last day shows what the exact read says, to the bit.
    for values, value in zip(run, (reading.p, reading.lower, reading.upper, reading.n, reading.depth), strict=True):
        values[-1] = value
    days = np.arange(settled.on_day[0], last_day + 1)
    changes = tuple(_change(turn, columns, rows, settled, run) for turn in _turns(settled, run, policy))
    return Fold(
        policy=policy,
        reading=reading,
        tier=changes[-1].to_tier if changes else Tier.transactional,
        tier_since=changes[-1].on if changes else calendar_day(days[0]),
        changes=changes,
        days=days,
        course=run,
    )


def steps_that_hold(settled: Columns, run: Course, since: int, policy: Policy) -> Integers:
    """Per day of the run from its position `since` on, the step of the highest tier that p is enough to keep."""
    either = policy.kept(run.p[since:], _EITHER_WAY)
    steps: Integers = either[0]
    close = (steps != either[1]).nonzero()[0]
    for position, exact in zip(close, _exact_reads(settled, close + since, policy), strict=True):
        steps[position] = policy.kept(exact.p)
    return steps


class _Turn(NamedTuple):
    offset: int
    from_step: int
    to_step: int
    is_item_day: bool


def _turns(settled: Columns, run: Course, policy: Policy) -> Iterator[_Turn]:
    offsets = settled.on_day - settled.on_day[0]
    is_last_of_day = np.append(offsets[1:] != offsets[:-1], True)
    item_days = offsets[is_last_of_day]
    reached = _reached_steps(settled, item_days, run, policy)
    if not reached.any():
        return
    # Below the first lift nothing can drop. (And there p is often on a line: one good item makes it .8.)
    since = int(item_days[reached > 0][0])
    kept = steps_that_hold(settled, run, since, policy)

    @cache
    def turning_days(step: int) -> tuple[Integers, Integers]:
        return item_days[reached > step], (kept < step).nonzero()[0] + since

    step, offset, end = 0, since - 1, since + len(kept)
    while True:
        lifting, dropping = turning_days(step)
        lifted_on = _next(lifting, offset, end)
        offset = min(lifted_on, _next(dropping, offset, end))
        if offset == end:
            return
        to_step = min(step + 1 if offset == lifted_on else step, int(kept[offset - since]))
        if to_step != step:
            yield _Turn(offset, step, to_step, _next(item_days, offset - 1, end) == offset)
        step = to_step


def _reached_steps(settled: Columns, item_days: Integers, run: Course, policy: Policy) -> Integers:
    has = {"lower": run.lower[item_days], "p": run.p[item_days], "depth": run.depth[item_days]}
    either = policy.reached(_EITHER_WAY, **has)
    steps: Integers = either[0]
    close = (steps != either[1]).nonzero()[0]
    for position, exact in zip(close, _exact_reads(settled, item_days[close], policy), strict=True):
        steps[position] = policy.reached(lower=exact.lower, p=exact.p, depth=exact.depth)
    return np.minimum(steps, policy.reached(tenure_days=item_days))


def _exact_reads(settled: Columns, offsets: Integers, policy: Policy) -> Iterator[Reading]:
    # Ascending days share their sums: a record may run along a line for years, as one of all "meets" where mu is .8.
    days = settled.on_day[:1] + offsets
    sums, start = Sums.of(settled.taken(slice(0)), policy), 0
    for day, end in zip(days.tolist(), settled.on_day.searchsorted(days, side="right").tolist(), strict=True):
        sums += Sums.of(settled.taken(slice(start, end)), policy)
        start = end
        yield read(sums, policy, calendar_day(day))


def _next(offsets: Integers, after: int, otherwise: int) -> int:
    position = int(offsets.searchsorted(after, side="right"))
    return int(offsets[position]) if position < len(offsets) else otherwise


def _change(turn: _Turn, columns: Columns, rows: Integers, settled: Columns, run: Course) -> TierChange:
    day = int(settled.on_day[0]) + turn.offset
    source_kind, source_id = None, None
    if turn.is_item_day and columns.sources:
        direction = 1 if turn.to_step > turn.from_step else -1
        p = float(run.p[turn.offset])
        start, end = settled.on_day.searchsorted((day, day + 1)).tolist()
        # An item moves p by about w (y - p); equal movers are distinguished by their source, never by their order.
        _, (source_kind, source_id) = min(
            (direction * int(columns.w_micro[row]) * (p - int(columns.y_micro[row]) / MICRO), columns.sources[row])
            for row in rows[start:end].tolist()
        )
    return TierChange(
        on=calendar_day(day),
        from_tier=TIERS[turn.from_step],
        to_tier=TIERS[turn.to_step],
        cause=Cause.evidence if turn.is_item_day else Cause.review,
        source_kind=source_kind,
        source_id=source_id,
    )


@lru_cache(maxsize=8)
def shown_days(as_of: date) -> Integers:
    """The last day of the calendar quarter before, and of the eleven months before; then the day itself."""
    month_ends = [as_of]
    while len(month_ends) < 12:
        month_ends.append(month_ends[-1].replace(day=1) - timedelta(days=1))
    quarter_end = next(day for day in month_ends[1:] if day.month % 3 == 0)
    return np.array([day_number(day) for day in (quarter_end, *reversed(month_ends))])
