"""The score of every day at once, in floats: what a fold scans and a chart shows (docs/design/model.md, Tiers)."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from services.scorecards.scoring.evidence import MICRO, Columns
from services.scorecards.scoring.exact import GROWTH_ONE, growth_table
from services.scorecards.scoring.policy import KINDS, Floats, Policy

# Growth is kept under 2^900, so that neither it nor any sum of it leaves the range of a float.
_LONGEST_RUN_HALF_LIVES = 900
_TABLE_STEP_DAYS = 4096


class Course(NamedTuple):
    """Arrays of one length, a value per day from the first item's on; p, lower, upper in [0, 1]."""

    p: Floats
    lower: Floats
    upper: Floats
    n: Floats
    depth: Floats

    @classmethod
    def empty(cls) -> "Course":
        """The course of a relationship without evidence."""
        return cls(*(np.empty(0) for _ in cls._fields))


def course(columns: Columns, last_day: int, policy: Policy) -> Course:
    """The course from the first item's day through `last_day` of columns sorted by day, of at least one item.

    Within about 1e-11 of the exact read; bit-identical for the same columns on any machine.
    """
    offset = columns.on_day - columns.on_day[0]
    length = last_day - int(columns.on_day[0]) + 1
    half_life_of_kind = [policy.half_life_days[kind] for kind in KINDS]
    half_lives = sorted({half_life_of_kind[code] for code in set(columns.kind.tolist())})
    row_of_kind = np.searchsorted(half_lives, half_life_of_kind)
    # Rows of one table: S per half-life, N per half-life, depth.
    s_position = row_of_kind[columns.kind] * length + offset
    n_position = s_position + len(half_lives) * length
    positions = np.concatenate((s_position, n_position, offset + 2 * len(half_lives) * length))
    w = columns.w_micro / MICRO
    added = np.bincount(
        positions, np.concatenate((w * columns.y_micro / MICRO, w, w)), (2 * len(half_lives) + 1) * length
    )
    table = added.astype(np.float64, copy=False).reshape(-1, length)
    left = _faded(table, (*half_lives, *half_lives, policy.depth_half_life_days))

    s = left[: len(half_lives)].sum(axis=0)
    n = left[len(half_lives) : -1].sum(axis=0)
    n_all = n + policy.k
    p = (s + policy.k * policy.mu) / n_all
    reach = policy.z * np.sqrt(p * (1 - p) / (n_all + 1))
    return Course(p, np.maximum(p - reach, 0.0), np.minimum(p + reach, 1.0), n, left[-1])


def _faded(added: Floats, half_lives: tuple[int, ...]) -> Floats:
    """Per row and day what is left, at that day, of all that was added up to it; a row fades by its own half-life."""
    longest = _LONGEST_RUN_HALF_LIVES * min(half_lives)
    length = added.shape[1]
    growth, shrink = _powers(half_lives, min(longest, -(-length // _TABLE_STEP_DAYS) * _TABLE_STEP_DAYS) + 1)
    left = np.zeros((len(half_lives), 1))
    for start in range(0, length, longest):
        run = added[:, start : start + longest]
        days = run.shape[1]
        run *= growth[:, :days]
        # What the run before left has faded by a day when this one starts, at growth 1.
        run[:, :1] += left * shrink[:, 1:2]
        np.cumsum(run, axis=1, out=run)
        run *= shrink[:, :days]
        left = run[:, -1:]
    return added


@lru_cache(maxsize=16)
def _powers(half_lives: tuple[int, ...], days: int) -> tuple[Floats, Floats]:
    """2^(day / H), a row per H, for day 0 to days - 1, and its inverse; from the exact tables, so the same anywhere."""
    rows = []
    for half_life_days in half_lives:
        table = np.array([value / GROWTH_ONE for value in growth_table(half_life_days)])
        whole, rest = np.divmod(np.arange(days), half_life_days)
        rows.append(np.ldexp(table[rest], whole))
    growth = np.array(rows)
    return growth, 1 / growth
