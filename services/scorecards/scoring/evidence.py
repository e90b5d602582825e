"""Evidence: one item, many as columns, and the typed rules from events to items (docs/design/model.md, Evidence)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from math import isfinite
from typing import NamedTuple

import numpy as np

from services.scorecards.scoring.policy import INTERACTION_COUNTS, KINDS, Integers, InteractionCounts, Kind, Policy

MICRO = 1_000_000
LARGEST_WEIGHT = 3.0
_EPOCH = date(1970, 1, 1).toordinal()
KIND_CODES = {kind: code for code, kind in enumerate(KINDS)}
AUDITS = frozenset(kind for kind, counts in INTERACTION_COUNTS.items() if counts.findings is Kind.audit)
_NOT_THE_PROVIDER = frozenset({"sponsor", "external"})
_CAUSES = frozenset({None, "provider", *_NOT_THE_PROVIDER})


class EvidenceRefused(ValueError):
    """A value that can be no evidence; `field` names it, `detail` says why."""

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(f"{field}: {detail}")
        self.field = field
        self.detail = detail


class Item(NamedTuple):
    """One piece of evidence: `on_day` in days since 1970-01-01, y in [0, 1] and w in (0, 3] in millionths."""

    source_kind: str
    source_id: str
    kind: Kind
    on_day: int
    y_micro: int
    w_micro: int


class Evidence(NamedTuple):
    """What a rule makes of an event: y in [0, 1], w in (0, 3], and the day it counts from, which may be to come."""

    kind: Kind
    y: float
    w: float
    on: date


@dataclass(frozen=True, eq=False)
class Columns:
    """Items as columns of one length, in any order: int64 arrays, `kind` as codes (positions in KINDS).

    `sources` holds (source_kind, source_id) by row; a fold without it names no item as a change's cause.
    """

    on_day: Integers
    kind: Integers
    y_micro: Integers
    w_micro: Integers
    sources: Sequence[tuple[str, str]] = ()

    @classmethod
    def of(cls, items: "Columns | Iterable[Item]") -> "Columns":
        """Columns as they are, items turned into columns."""
        if isinstance(items, Columns):
            return items
        rows = list(items)
        numbers = [(row.on_day, KIND_CODES[row.kind], row.y_micro, row.w_micro) for row in rows]
        on_day, kind, y_micro, w_micro = np.array(numbers, np.int64).reshape(-1, 4).T
        return cls(on_day, kind, y_micro, w_micro, [(row.source_kind, row.source_id) for row in rows])

    def __len__(self) -> int:
        return len(self.on_day)

    def rows_until(self, last_day: int) -> Integers:
        """Rows dated up to and including `last_day`, by day, in an order that depends on the set of items alone."""
        # Rows alike in all four numbers may swap positions: no sum differs, so sources need not take part.
        order = np.lexsort((self.y_micro << 22 | self.w_micro, self.on_day << 3 | self.kind))
        return order[: int(np.searchsorted(self.on_day[order], last_day, side="right"))]

    def taken(self, rows: Integers | slice) -> "Columns":
        """The numbers of the given rows, without their sources."""
        return Columns(self.on_day[rows], self.kind[rows], self.y_micro[rows], self.w_micro[rows])


def day_number(day: date) -> int:
    """Days since 1970-01-01, negative before it."""
    return day.toordinal() - _EPOCH


def calendar_day(number: int) -> date:
    """The day that is `number` days after 1970-01-01."""
    return date.fromordinal(int(number) + _EPOCH)


def make_item(source_kind: str, source_id: str, kind: Kind, on: date, y: float | Decimal, w: float | Decimal) -> Item:
    """An item, y and w rounded half-even to millionths.

    Raises EvidenceRefused for y outside [0, 1], w outside (0, 3] or less than half a millionth, anything not a
    number, and days before 1970-01-01.
    """
    if day_number(on) < 0:
        raise EvidenceRefused("on", "evidence starts on 1970-01-01")
    if not isfinite(y) or not 0 <= y <= 1:
        raise EvidenceRefused("y", "must lie in [0, 1]")
    if not isfinite(w) or not 0 < w <= LARGEST_WEIGHT or _micro(w) == 0:
        raise EvidenceRefused("w", f"must be above 0 and at most {LARGEST_WEIGHT:g}")
    return Item(source_kind, source_id, Kind(kind), day_number(on), _micro(y), _micro(w))


def _micro(value: float | Decimal) -> int:
    # By the shortest decimal that names the float: .3 is three tenths here, not its binary neighbour.
    return int(Decimal(str(value)).scaleb(6).to_integral_value(ROUND_HALF_EVEN))


def interaction_evidence(
    kind: str, experience: str | None, findings: str | None, occurred_on: date, policy: Policy
) -> Evidence | None:
    """Findings of an audit or inspection, else the experience; None without either."""
    counts = INTERACTION_COUNTS.get(kind, InteractionCounts())
    if findings is not None and counts.findings is not None:
        return Evidence(counts.findings, _value(policy.findings_y, "findings", findings), 1.0, occurred_on)
    if experience is not None:
        return Evidence(counts.experience, _value(policy.experience_y, "experience", experience), 1.0, occurred_on)
    return None


def delivery_evidence(
    promised_on: date, delivered_on: date, accepted: bool, weight: float = 1.0, late_cause: str | None = None
) -> Evidence | None:
    """Good when on or before the original promise and accepted; late not through the provider: None."""
    return _kept_promise(Kind.delivery, promised_on, delivered_on, accepted, weight, late_cause)


def milestone_evidence(
    promised_on: date, completed_on: date, outcome: str | None, weight: float = 1.0, late_cause: str | None = None
) -> Evidence | None:
    """Good when on or before the original promise and not below; late not through the provider: None."""
    if outcome not in (None, "below", "meets", "exceeds"):
        raise EvidenceRefused("outcome", "must be below, meets or exceeds")
    return _kept_promise(Kind.milestone, promised_on, completed_on, outcome != "below", weight, late_cause)


def lapse_evidence(
    kind: Kind, promised_on: date, policy: Policy, weight: float = 1.0, late_cause: str | None = None
) -> Evidence | None:
    """Broken from `lapse_after_days` past the original day, if left open; None when not through the provider."""
    if _is_excused(late_cause):
        return None
    return Evidence(kind, 0.0, weight, promised_on + timedelta(days=policy.lapse_after_days))


def cancellation_evidence(kind: Kind, cancelled_on: date, cancelled_by: str, weight: float = 1.0) -> Evidence | None:
    """Broken when the provider cancelled it; None when the sponsor or both did."""
    if cancelled_by not in ("provider", "sponsor", "both"):
        raise EvidenceRefused("cancelled_by", "must be provider, sponsor or both")
    return Evidence(kind, 0.0, weight, cancelled_on) if cancelled_by == "provider" else None


def scorecard_evidence(
    importances: Sequence[float], ratings: Sequence[str | float | None], policy: Policy
) -> tuple[float, float] | None:
    """(y, w) of a published card, rounded half-even to 1e-6; None where nothing is rated.

    A rating is a word of the policy, the mean of several raters' values in [0, 1], or, where it takes no part,
    None or "not_applicable"; an importance is at least 0. The sums are exact, so their order does not matter.
    """
    rated: list[tuple[Fraction, Fraction]] = []
    for importance, rating in zip(importances, ratings, strict=True):
        if not isfinite(importance) or importance < 0:
            raise EvidenceRefused("importances", "must not be negative")
        if rating is not None and rating != "not_applicable" and importance > 0:
            y = _value(policy.rating_y, "ratings", rating) if isinstance(rating, str) else rating
            if not isfinite(y) or not 0 <= y <= 1:
                raise EvidenceRefused("ratings", "must lie in [0, 1]")
            rated.append((Fraction(str(importance)), Fraction(str(y))))
    if not rated:
        return None
    total = sum((importance for importance, _ in rated), Fraction())
    effective = total**2 / sum((importance**2 for importance, _ in rated), Fraction())
    y_exact = sum((importance * y for importance, y in rated), Fraction()) / total
    w_exact = min(Fraction(3), effective / (1 + Fraction(3, 10) * (effective - 1)))
    return round(y_exact * MICRO) / MICRO, round(w_exact * MICRO) / MICRO


def _kept_promise(
    kind: Kind, promised_on: date, done_on: date, is_good: bool, weight: float, late_cause: str | None
) -> Evidence | None:
    is_late = done_on > promised_on
    if _is_excused(late_cause) and is_late:
        return None
    return Evidence(kind, 0.0 if is_late or not is_good else 1.0, weight, done_on)


def _is_excused(late_cause: str | None) -> bool:
    if late_cause not in _CAUSES:
        raise EvidenceRefused("late_cause", "must be provider, sponsor or external")
    return late_cause in _NOT_THE_PROVIDER


def _value(values: Mapping[str, float], field: str, word: str) -> float:
    if word not in values:
        raise EvidenceRefused(field, f"must be one of {', '.join(values)}")
    return values[word]
