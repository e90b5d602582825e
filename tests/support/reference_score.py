"""The model of scoring.md once more, day by day in decimals: slow, plain, and sharing no code with the product.

It reads an item's fields and a policy's numbers and nothing else of them.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal, getcontext
from functools import cache
from typing import Any, NamedTuple

getcontext().prec = 28
# The product's word on ties: a line is reached within 1e-12.
TIE = Decimal("1e-12")
TIERS = ("transactional", "preferred", "strategic", "partnership")


class Day(NamedTuple):
    """One day of the fold, after it."""

    day: int
    p: Decimal
    lower: Decimal
    upper: Decimal
    s: Decimal
    n: Decimal
    depth: Decimal
    tenure_days: int
    tier: str = TIERS[0]
    change: tuple[str, str] | None = None

    def meets(self, gate: Any) -> bool:
        """Whether all gates but tenure hold."""
        return all(
            value + TIE >= exactly(needs)
            for value, needs in ((self.lower, gate.lower), (self.p, gate.p), (self.depth, gate.depth))
        )

    def with_good(self, weight: float, policy: Any) -> "Day":
        """This day, had items of y = 1 and so much weight in all come on it."""
        more = exactly(weight)
        return _day(self.day, self.tenure_days, self.s + more, self.n + more, self.depth + more, policy)


@cache
def exactly(number: float) -> Decimal:
    return Decimal(str(number))


def walk(items: Iterable[Any], policy: Any, last_day: int) -> Iterator[Day]:
    """Every day from the first item's through `last_day`; nothing where there is no item."""
    by_day = defaultdict(list)
    for item in items:
        if item.on_day <= last_day:
            by_day[item.on_day].append(item)
    if not by_day:
        return
    first_day = min(by_day)
    kinds = sorted({item.kind for group in by_day.values() for item in group})
    fades = {kind: Decimal(2) ** (Decimal(-1) / policy.half_life_days[kind]) for kind in kinds}
    depth_fades = Decimal(2) ** (Decimal(-1) / policy.depth_half_life_days)
    s, n, depth, tier = dict.fromkeys(kinds, Decimal(0)), dict.fromkeys(kinds, Decimal(0)), Decimal(0), 0

    for day in range(first_day, last_day + 1):
        for kind in kinds:
            s[kind] *= fades[kind]
            n[kind] *= fades[kind]
        depth *= depth_fades
        for item in by_day.get(day, ()):
            w = Decimal(item.w_micro) / 1_000_000
            s[item.kind] += w * item.y_micro / 1_000_000
            n[item.kind] += w
            depth += w
        today = _day(day, day - first_day, sum(s.values()), sum(n.values()), depth, policy)

        before = tier
        if day in by_day and tier < 3:
            gate = policy.gates[TIERS[tier + 1]]
            if today.meets(gate) and today.tenure_days >= gate.tenure_days:
                tier += 1
        while tier and today.p + TIE < exactly(policy.gates[TIERS[tier]].lower) + exactly(policy.margin):
            tier -= 1
        change = (TIERS[tier], "evidence" if day in by_day else "review") if tier != before else None
        yield today._replace(tier=TIERS[tier], change=change)


def _day(day: int, tenure_days: int, s: Decimal, n: Decimal, depth: Decimal, policy: Any) -> Day:
    k = exactly(policy.k)
    p = (k * exactly(policy.mu) + s) / (k + n)
    reach = exactly(policy.z) * (p * (1 - p) / (k + n + 1)).sqrt()
    return Day(day, p, max(Decimal(0), p - reach), min(Decimal(1), p + reach), s, n, depth, tenure_days)
