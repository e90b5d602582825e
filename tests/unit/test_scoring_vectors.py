"""The checked vectors of the model, and what pins its arithmetic."""

import json
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from pathlib import Path
from typing import Any

import pytest

from services.scorecards.scoring.evidence import make_item
from services.scorecards.scoring.exact import growth, read
from services.scorecards.scoring.policy import DEFAULT_POLICY, Kind
from services.scorecards.scoring.tiers import TierChange, fold

VECTORS = json.loads((Path(__file__).parents[1] / "data/golden_vectors.json").read_text())["vectors"]


def items_of(vector: dict[str, Any]) -> list[Any]:
    return [
        make_item("vector", str(number), Kind(kind), date.fromisoformat(on), y, w)
        for number, (on, kind, y, w) in enumerate(vector["events"])
    ]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_a_read_agrees_with_the_checked_vector(vector):
    reading = read(items_of(vector), DEFAULT_POLICY, date.fromisoformat(vector["asof"]))

    found = {"p": reading.p, "L": reading.lower, "U": reading.upper}
    found |= {"S": reading.s, "N": reading.n, "D": reading.depth}
    assert found == {name: pytest.approx(float(vector[name]), abs=1e-12, rel=0) for name in found}
    assert reading.tenure_days == vector["tenure"]
    assert reading.score == 100 * reading.p
    assert reading.evidence_count == len(vector["events"])
    assert reading.unproven == (float(vector["D"]) < 3)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_a_fold_agrees_with_the_checked_vector_in_its_tier_and_every_change(vector):
    folded = fold(items_of(vector), DEFAULT_POLICY, date.fromisoformat(vector["asof"]))

    assert folded.tier == vector["tier"]
    assert [[change.on.isoformat(), change.to_tier, change.cause] for change in folded.changes] == vector["history"]
    changes_from = ["transactional", *(tier for _, tier, _ in vector["history"])][:-1]
    assert [change.from_tier for change in folded.changes] == changes_from[: len(folded.changes)]


def test_a_change_names_the_item_that_moved_it_most_and_a_review_names_none():
    vector = next(vector for vector in VECTORS if vector["name"].startswith("G13"))

    changes = fold(items_of(vector), DEFAULT_POLICY, date.fromisoformat(vector["asof"])).changes

    caused_on = {number: on for number, (on, *_) in enumerate(vector["events"])}
    assert all(is_caused_by_its_day(change, caused_on) for change in changes)
    assert [change.source_id for change in changes][-1] is None


def is_caused_by_its_day(change: TierChange, caused_on: dict[int, str]) -> bool:
    if change.cause == "review":
        return (change.source_kind, change.source_id) == (None, None)
    return change.source_kind == "vector" and caused_on[int(change.source_id or -1)] == change.on.isoformat()


@pytest.mark.parametrize("half_life_days", [1, 180, 365, 730, 1460])
def test_growth_is_the_power_of_two_to_64_binary_digits_rounded_half_even(half_life_days):
    days = [0, 1, half_life_days - 1, half_life_days, 2 * half_life_days + half_life_days // 2, 19_999]

    for day in days:
        with localcontext(prec=60):
            whole, rest = divmod(day, half_life_days)
            power = 2 ** (Decimal(rest) / half_life_days) * 2**64
            expected = int(power.to_integral_value(ROUND_HALF_EVEN)) * 2**whole
        assert growth(day, half_life_days) == expected


def test_growth_doubles_exactly_every_half_life():
    assert all(growth(day + 180, 180) == 2 * growth(day, 180) for day in range(400))
