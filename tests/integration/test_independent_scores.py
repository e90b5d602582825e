"""The independent computation agrees with the checked vectors, so that the product may be held against it."""

import gzip
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.support.independent_scores import DIGITS, Evidence, scms_standings, standing

GOLDEN = json.loads((Path(__file__).parents[1] / "data" / "golden_vectors.json").read_text())
TOLERANCE = Decimal("1e-12")


@pytest.mark.parametrize("vector", GOLDEN["vectors"], ids=lambda vector: vector["name"])
def test_it_agrees_with_every_golden_vector(vector: dict[str, Any]) -> None:
    items = [
        Evidence(date.fromisoformat(on), kind, Decimal(str(y)), Decimal(str(w))) for on, kind, y, w in vector["events"]
    ]

    found = standing(items, date.fromisoformat(vector["asof"]))

    numbers = {"p": found.p, "L": found.lower, "U": found.upper, "S": found.good, "N": found.total, "D": found.depth}
    assert {name: abs(value - Decimal(vector[name])) <= TOLERANCE for name, value in numbers.items()} == dict.fromkeys(
        numbers, True
    )
    assert (found.tenure_days, found.tier, found.evidence_count) == (vector["tenure"], vector["tier"], len(items))
    assert [[on.isoformat(), tier, cause] for on, tier, cause in found.changes] == vector["history"]


def test_items_after_the_day_are_left_out() -> None:
    early = Evidence(date(2026, 1, 1), "delivery", Decimal(0), Decimal(1))
    late = Evidence(date(2026, 1, 2), "delivery", Decimal(1), Decimal(1))

    assert standing([early, late], date(2026, 1, 1)) == standing([early], date(2026, 1, 1))


def test_a_long_record_just_below_the_gate_of_p_opens_nothing_however_narrow_its_bounds() -> None:
    days = [date(2026, 1, 1), date(2026, 5, 1)]
    items = [Evidence(day, "audit", Decimal(int(n < 66)), Decimal(3)) for day in days for n in range(100)]

    found = standing(items, days[-1])

    assert found.lower > Decimal("0.60")
    assert found.p < Decimal("0.67")
    assert (found.tier, found.changes) == ("transactional", ())


def test_it_carries_fifty_digits() -> None:
    item = Evidence(date(2026, 1, 1), "audit", Decimal(1), Decimal(1))

    total = standing([item], date(2027, 1, 1)).total  # half a half-life: the square root of one half

    assert abs(total * total - Decimal("0.5")) < Decimal(10) ** (2 - DIGITS)


def test_a_shipment_of_several_lines_is_one_delivery_from_the_first_promise_to_the_last_arrival(tmp_path: Path) -> None:
    path = tmp_path / "lines.csv.gz"
    lines = [
        "\ufeffASN/DN #,Scheduled Delivery Date,Delivered to Client Date,Vendor",
        "ASN-1,02-Sept-06,02-Sep-06,Acme",
        "ASN-1,01-Sept-06,01-Sep-06,Acme",
        "ASN-2,05-Jun-06,05-Jun-06,Acme",
    ]
    path.write_bytes(gzip.compress("\r\n".join(lines).encode()))

    found = scms_standings(path, date(2006, 9, 2))

    assert list(found) == ["Acme"]
    assert found["Acme"].evidence_count == 2
    late = Decimal(1)  # promised on the first, arrived on the second, which is the day of the reading
    assert abs(found["Acme"].total - found["Acme"].good - late) <= TOLERANCE
