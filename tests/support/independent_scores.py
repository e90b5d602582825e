"""The model of design/scoring.md once more, in 50-digit decimals and sharing no code with the product.

What the product says of the SCMS file is compared with what this says of it. It walks every day from the first item
on and reads the definitions literally: no exact integers, no skipping of gaps but where the tier is the base, on
which a day without items can change nothing.
"""

import csv
import gzip
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Context, Decimal, localcontext
from functools import cache
from pathlib import Path
from typing import NamedTuple

DIGITS = 50
K = Decimal(2)
MU = Decimal("0.7")
Z = Decimal("1.2815515655446004")
MARGIN = Decimal("0.05")
HALF_LIFE_DAYS = {"delivery": 180, "interaction": 180, "milestone": 365, "scorecard": 365, "audit": 730}
DEPTH_HALF_LIFE_DAYS = 1460
BASE = "transactional"


class Gates(NamedTuple):
    tier: str
    lower: Decimal
    p: Decimal
    depth: Decimal
    tenure_days: int


LADDER = [
    Gates("preferred", Decimal("0.60"), Decimal("0.67"), Decimal(5), 90),
    Gates("strategic", Decimal("0.75"), Decimal("0.82"), Decimal(12), 365),
    Gates("partnership", Decimal("0.85"), Decimal("0.92"), Decimal(24), 730),
]


class Evidence(NamedTuple):
    on: date
    kind: str
    y: Decimal
    w: Decimal


class Change(NamedTuple):
    """``cause`` is ``evidence`` on a day with items and ``review`` on a silent one."""

    on: date
    tier: str
    cause: str


@dataclass(frozen=True)
class Standing:
    """A relationship at ``as_of``; the decimals carry 50 digits."""

    p: Decimal
    lower: Decimal
    upper: Decimal
    good: Decimal
    total: Decimal
    depth: Decimal
    tenure_days: int
    tier: str
    evidence_count: int
    changes: tuple[Change, ...]


class Read(NamedTuple):
    p: Decimal
    lower: Decimal
    upper: Decimal
    good: Decimal
    total: Decimal


def standing(items: Iterable[Evidence], as_of: date) -> Standing:
    """The fold over days up to and including ``as_of``; later items are left out."""
    with localcontext(Context(prec=DIGITS)):
        past = [item for item in items if item.on <= as_of]
        by_day: dict[date, list[Evidence]] = defaultdict(list)
        for item in past:
            by_day[item.on].append(item)
        seen = _Sums()
        step = 0
        changes = []
        for day in _days(min(by_day, default=as_of), as_of if by_day else as_of - timedelta(days=1)):
            if day not in by_day and step == 0:
                continue
            before = step
            for item in by_day.get(day, ()):
                seen.add(item)
            read = seen.read(day)
            if day in by_day and step < len(LADDER) and _opens(LADDER[step], read, seen, day):
                step += 1
            while step > 0 and read.p < LADDER[step - 1].lower + MARGIN:
                step -= 1
            if step != before:
                changes.append(Change(day, _tier(step), "evidence" if day in by_day else "review"))
        now = seen.read(as_of)
        return Standing(
            *now,
            depth=seen.depth(as_of),
            tenure_days=(as_of - min(by_day)).days if by_day else 0,
            tier=_tier(step),
            evidence_count=len(past),
            changes=tuple(changes),
        )


def scms_standings(path: Path, as_of: date) -> dict[str, Standing]:
    """The standing of every vendor of the SCMS delivery history (CSV.gz), by the vendor's name."""
    with gzip.open(path, "rb") as file:
        text = file.read().decode("utf-8-sig")
    promised: dict[tuple[str, str], date] = {}
    delivered: dict[tuple[str, str], date] = {}
    for line in csv.DictReader(io.StringIO(text, newline="")):
        shipment = (line["Vendor"], line["ASN/DN #"])
        promise, delivery = _scms_day(line["Scheduled Delivery Date"]), _scms_day(line["Delivered to Client Date"])
        promised[shipment] = min(promised.get(shipment, promise), promise)
        delivered[shipment] = max(delivered.get(shipment, delivery), delivery)
    records: dict[str, list[Evidence]] = defaultdict(list)
    for shipment, day in delivered.items():
        is_in_time = day <= promised[shipment]
        records[shipment[0]].append(Evidence(day, "delivery", Decimal(is_in_time), Decimal(1)))
    return {vendor: standing(items, as_of) for vendor, items in records.items()}


class _Sums:
    """Evidence so far, added up by kind and day, so that a read costs one product a day and kind."""

    def __init__(self) -> None:
        self._good: dict[tuple[str, date], Decimal] = defaultdict(Decimal)
        self._total: dict[tuple[str, date], Decimal] = defaultdict(Decimal)
        self.first: date | None = None

    def add(self, item: Evidence) -> None:
        self._good[item.kind, item.on] += item.w * item.y
        self._total[item.kind, item.on] += item.w
        self.first = item.on if self.first is None else min(self.first, item.on)

    def read(self, on: date) -> Read:
        good = total = Decimal(0)
        for (kind, day), weight in self._total.items():
            factor = _decay(HALF_LIFE_DAYS[kind], (on - day).days)
            good += self._good[kind, day] * factor
            total += weight * factor
        p = (K * MU + good) / (K + total)
        half_width = Z * (p * (1 - p) / (K + total + 1)).sqrt()
        return Read(p, max(Decimal(0), p - half_width), min(Decimal(1), p + half_width), good, total)

    def depth(self, on: date) -> Decimal:
        return sum(
            (weight * _decay(DEPTH_HALF_LIFE_DAYS, (on - day).days) for (_, day), weight in self._total.items()),
            start=Decimal(0),
        )


def _opens(gates: Gates, read: Read, seen: _Sums, day: date) -> bool:
    assert seen.first is not None
    return (
        read.lower >= gates.lower
        and read.p >= gates.p
        and (day - seen.first).days >= gates.tenure_days
        and seen.depth(day) >= gates.depth
    )


def _tier(step: int) -> str:
    return BASE if step == 0 else LADDER[step - 1].tier


@cache
def _decay(half_life_days: int, age_days: int) -> Decimal:
    return Decimal(2) ** (Decimal(-age_days) / half_life_days)


def _days(first: date, last: date) -> Iterator[date]:
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def _scms_day(text: str) -> date:
    """``02-Jun-06`` and ``02-Sept-06``."""
    day, month, year = text.split("-")
    return date(2000 + int(year), _MONTHS.index(month[:3]) + 1, int(day))
