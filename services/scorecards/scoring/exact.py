"""The exact read: sums in integers, so that no order and no restart moves a bit (docs/design/model.md, Arithmetic)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from functools import lru_cache
from itertools import accumulate, repeat
from math import sqrt
from operator import mul

import numpy as np

from services.scorecards.scoring.evidence import MICRO, Columns, Item, day_number
from services.scorecards.scoring.policy import KINDS, Kind, Policy

GROWTH_ONE = 1 << 64


@lru_cache(maxsize=256)
def growth_table(half_life_days: int) -> tuple[int, ...]:
    """2^(r / H) in 64 binary digits after the point, rounded half-even, for r from 0 to H - 1."""
    # A running product is a hundred times faster than powers; 80 digits leave it 60 good ones over any table.
    with localcontext(prec=80):
        step = Decimal(2) ** (Decimal(1) / half_life_days)
        powers = accumulate(repeat(step, half_life_days - 1), mul, initial=Decimal(GROWTH_ONE))
        return tuple(int(power.to_integral_value(ROUND_HALF_EVEN)) for power in powers)


def growth(day: int, half_life_days: int) -> int:
    """2^(day / H) in 64 fractional binary digits for `day` >= 0, since 1970-01-01; doubles exactly every H days."""
    return _growths(half_life_days)[day]


class _Growths(dict[int, int]):
    """Growth by day, kept once computed: items share their days."""

    def __init__(self, half_life_days: int) -> None:
        self._half_life_days = half_life_days
        self._table = growth_table(half_life_days)

    def __missing__(self, day: int) -> int:
        whole, rest = divmod(day, self._half_life_days)
        self[day] = self._table[rest] << whole
        return self[day]


@lru_cache(maxsize=256)
def _growths(half_life_days: int) -> _Growths:
    return _Growths(half_life_days)


@dataclass(frozen=True)
class Sums:
    """Exact, undated sums of items: per kind (w y in 1e-12, w in 1e-6), and w in 1e-6 for depth, each times growth."""

    by_kind: Mapping[Kind, tuple[int, int]]
    depth: int
    count: int
    first_day: int | None

    @classmethod
    def of(cls, columns: Columns, policy: Policy) -> "Sums":
        """Sums of all items in `columns`, in any order."""
        growths = [_growths(policy.half_life_days[kind]) for kind in KINDS]
        days, w_micros = columns.on_day.tolist(), columns.w_micro.tolist()
        s, n = [0] * len(KINDS), [0] * len(KINDS)
        rows = zip(columns.kind.tolist(), days, (columns.w_micro * columns.y_micro).tolist(), w_micros, strict=True)
        for code, day, weighted, w_micro in rows:
            growth_then = growths[code][day]
            s[code] += weighted * growth_then
            n[code] += w_micro * growth_then
        depth = sum(map(mul, w_micros, map(_growths(policy.depth_half_life_days).__getitem__, days)))
        by_kind = {kind: (s[code], n[code]) for code, kind in enumerate(KINDS) if n[code]}
        return cls(by_kind, depth, len(columns), min(days, default=None))

    def __add__(self, other: "Sums") -> "Sums":
        """The sums of both sets of items, under the same policy."""
        by_kind = dict(self.by_kind)
        for kind, (s, n) in other.by_kind.items():
            own_s, own_n = by_kind.get(kind, (0, 0))
            by_kind[kind] = (own_s + s, own_n + n)
        first_days = [day for day in (self.first_day, other.first_day) if day is not None]
        return Sums(by_kind, self.depth + other.depth, self.count + other.count, min(first_days, default=None))

    def plus(self, items: int, kind: Kind, on_day: int, y_micro: int, w_micro: int, policy: Policy) -> "Sums":
        """The sums with so many equal items more, or, where `items` is negative, fewer."""
        grown = items * w_micro * growth(on_day, policy.half_life_days[kind])
        depth = items * w_micro * growth(on_day, policy.depth_half_life_days)
        return self + Sums({kind: (y_micro * grown, grown)}, depth, items, on_day)


@dataclass(frozen=True)
class Reading:
    """The score at a day: p, lower and upper in [0, 1], score = 100 p, S, N and depth D in faded weight."""

    as_of: date
    policy_version: int
    p: float
    score: float
    lower: float
    upper: float
    s: float
    n: float
    depth: float
    unproven: bool
    tenure_days: int
    evidence_count: int


def read(evidence: Sums | Columns | Iterable[Item], policy: Policy, as_of: date) -> Reading:
    """The exact score at `as_of`; items dated later take no part (Sums must hold none, and be of this policy)."""
    today = day_number(as_of)
    if isinstance(evidence, Sums):
        sums = evidence
    else:
        columns = Columns.of(evidence)
        sums = Sums.of(columns.taken(np.flatnonzero(columns.on_day <= today)), policy)

    s = n = depth = 0.0
    tenure_days = 0
    for kind in KINDS:
        if kind in sums.by_kind:
            weighted, weight = sums.by_kind[kind]
            faded = growth(today, policy.half_life_days[kind]) * MICRO
            # Division of integers rounds correctly, however many digits they have.
            s += weighted / (faded * MICRO)
            n += weight / faded
    if sums.first_day is not None:
        depth = sums.depth / (growth(today, policy.depth_half_life_days) * MICRO)
        tenure_days = today - sums.first_day

    p = (policy.k * policy.mu + s) / (policy.k + n)
    reach = policy.z * sqrt(p * (1 - p) / (policy.k + n + 1))
    return Reading(
        as_of=as_of,
        policy_version=policy.version,
        p=p,
        score=100 * p,
        lower=max(0.0, p - reach),
        upper=min(1.0, p + reach),
        s=s,
        n=n,
        depth=depth,
        unproven=depth < policy.unproven_below_depth,
        tenure_days=tenure_days,
        evidence_count=sums.count,
    )
