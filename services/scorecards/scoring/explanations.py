"""Why the score is what it is, what the next tier would take, and where silence leads (docs/design/model.md)."""

from bisect import bisect_left
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from math import fsum

import numpy as np

from services.scorecards.scoring.course import course
from services.scorecards.scoring.evidence import LARGEST_WEIGHT, MICRO, Columns, Item, calendar_day, day_number
from services.scorecards.scoring.exact import Reading, Sums, read
from services.scorecards.scoring.policy import KINDS, TIE, TIERS, Floats, Gate, Integers, Kind, Policy, Tier
from services.scorecards.scoring.tiers import Fold, steps_that_hold

FORECAST_DAYS = 730
MOST_FURTHER_ITEMS = 1000
# A further good item of each kind: an ordinary one, but a full card.
_FURTHER_W = {kind: LARGEST_WEIGHT if kind is Kind.scorecard else 1.0 for kind in Kind}


@dataclass(frozen=True)
class KindContribution:
    """One kind's part of p - mu: `good` >= 0 and `bad` <= 0 add up its items' contributions."""

    kind: Kind
    good: float
    bad: float
    items: int


@dataclass(frozen=True)
class ItemContribution:
    """One item's part of p - mu."""

    source_kind: str
    source_id: str
    kind: Kind
    on: date
    y: float
    w: float
    contribution: float


@dataclass(frozen=True)
class Contributions:
    """All parts of p - mu, within 1e-12 of it in sum: by kind in their order, by item the weightiest first."""

    by_kind: tuple[KindContribution, ...]
    items: tuple[ItemContribution, ...]


@dataclass(frozen=True)
class GateState:
    """One gate of the next tier: what it needs and what there is."""

    gate: str
    needs: float
    has: float
    met: bool


@dataclass(frozen=True)
class Way:
    """The smallest number of further items of one kind, each of y and w, that would meet the missing gates today."""

    kind: Kind
    items: int
    y: float
    w: float


@dataclass(frozen=True)
class NextTier:
    """What the next tier would take. No ways: nothing but time is missing, or no kind's 1,000 items would do.

    `earliest_on` is the first day, not before `as_of`, on which tenure is met and a step up is free.
    """

    tier: Tier
    gates: tuple[GateState, ...]
    ways: tuple[Way, ...]
    earliest_on: date

    @property
    def needs_item(self) -> bool:
        """Always true: silence promotes nobody, so an item must come on that day or after it."""
        return True


@dataclass(frozen=True)
class Forecast:
    """The first step down if nothing more happens."""

    tier: Tier
    on: date


def contributions(evidence: Columns | Iterable[Item], policy: Policy, as_of: date) -> Contributions:
    """Each item's w 2^(-age / H) (y - mu) / (k + N) at `as_of`; of equal ones the newest first, then by source.

    Columns must come with their sources.
    """
    columns = Columns.of(evidence)
    rows, settled, parts = _parts(columns, policy, as_of)
    by_kind = []
    for code, kind in enumerate(KINDS):
        own = parts[settled.kind == code]
        if len(own):
            by_kind.append(KindContribution(kind, fsum(own[own > 0]), fsum(own[own < 0]), len(own)))
    items = [
        ItemContribution(source[0], source[1], KINDS[kind], calendar_day(day), y / MICRO, w / MICRO, part)
        for source, kind, day, y, w, part in zip(
            [columns.sources[row] for row in rows.tolist()],
            settled.kind.tolist(),
            settled.on_day.tolist(),
            settled.y_micro.tolist(),
            settled.w_micro.tolist(),
            parts.tolist(),
            strict=True,
        )
    ]
    items.sort(key=lambda item: (-abs(item.contribution), -item.on.toordinal(), item.source_kind, item.source_id))
    return Contributions(tuple(by_kind), tuple(items))


def effects(
    evidence: Columns, policy: Policy, as_of: date, source_ids: Collection[str]
) -> list[tuple[tuple[str, str], float]]:
    """The contributions of these records' items alone, each with its source, in no order."""
    rows, _, parts = _parts(evidence, policy, as_of)
    wanted = [(position, evidence.sources[row]) for position, row in enumerate(rows.tolist())]
    return [(source, float(parts[position])) for position, source in wanted if source[1] in source_ids]


def _parts(columns: Columns, policy: Policy, as_of: date) -> tuple[Integers, Columns, Floats]:
    """The rows that count at `as_of`, their numbers, and each one's part of p - mu."""
    rows = columns.rows_until(day_number(as_of))
    settled = columns.taken(rows)
    half_lives = np.array([policy.half_life_days[kind] for kind in KINDS])
    faded = np.exp2((settled.on_day - day_number(as_of)) / half_lives[settled.kind]) * settled.w_micro / MICRO
    return rows, settled, faded * (settled.y_micro / MICRO - policy.mu) / (policy.k + read(settled, policy, as_of).n)


def next_tier(evidence: Columns | Iterable[Item], policy: Policy, as_of: date, now: Fold) -> NextTier | None:
    """What the tier above that of `now`, the fold of the same evidence at `as_of`, would take; None at the top."""
    if now.tier is TIERS[-1]:
        return None
    tier = TIERS[now.tier.step + 1]
    gates = _gate_states(policy, tier, now.reading)

    ways = []
    if not _is_only_time_missing(gates):
        columns = Columns.of(evidence)
        sums = Sums.of(columns.taken(columns.rows_until(day_number(as_of))), policy)
        for kind, w in _FURTHER_W.items():
            items = _fewest_further_items(sums, kind, w, tier, policy, as_of)
            if items <= MOST_FURTHER_ITEMS:
                ways.append(Way(kind, items, y=1.0, w=w))

    # A day lifts by one step only: after today's, the next is for tomorrow.
    is_lifted_today = bool(now.changes) and now.changes[-1].on == as_of and now.changes[-1].is_up
    wait_days = max(policy.gates[tier].tenure_days - now.reading.tenure_days, int(is_lifted_today), 0)
    return NextTier(tier, gates, tuple(ways), as_of + timedelta(days=wait_days))


def _gate_states(policy: Policy, tier: Tier, reading: Reading) -> tuple[GateState, ...]:
    has = (reading.lower, reading.p, reading.depth, reading.tenure_days)
    return tuple(
        GateState(gate, needs, value, met=value + TIE >= needs)
        for gate, needs, value in zip(Gate._fields, policy.gates[tier], has, strict=True)
    )


def _is_only_time_missing(gates: Iterable[GateState]) -> bool:
    return all(gate.met for gate in gates if gate.gate != "tenure_days")


def _fewest_further_items(sums: Sums, kind: Kind, w: float, tier: Tier, policy: Policy, as_of: date) -> int:
    def suffices(items: int) -> bool:
        more = sums.plus(items, kind, day_number(as_of), MICRO, round(w * MICRO), policy)
        return _is_only_time_missing(_gate_states(policy, tier, read(more, policy, as_of)))

    # A further item of y = 1 lowers no gate's value, so the answers turn from no to yes once.
    return 1 + bisect_left(range(1, MOST_FURTHER_ITEMS + 1), True, key=suffices)


def forecast(evidence: Columns | Iterable[Item], policy: Policy, as_of: date, now: Fold) -> Forecast | None:
    """The first step down of `now`, the fold at `as_of`, in two years without an item; None if there is none.

    Items dated after `as_of` are no part of it: nothing more happens.
    """
    if now.tier is TIERS[0]:
        return None
    today = day_number(as_of)
    columns = Columns.of(evidence)
    settled = columns.taken(columns.rows_until(today))
    run = course(settled, today + FORECAST_DAYS, policy)
    kept = steps_that_hold(settled, run, len(run.p) - FORECAST_DAYS, policy)
    drops = (kept < now.tier.step).nonzero()[0]
    if not len(drops):
        return None
    return Forecast(TIERS[int(kept[drops[0]])], as_of + timedelta(days=int(drops[0]) + 1))
