"""What a scorecard comes to as evidence, once more, in decimals and sharing no code with the product.

Read from design/contract.md (Rating, exactly) and design/scoring.md (Evidence), with the catalogue as data.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

CATALOGUE = Path(__file__).parents[2] / "services/scorecards/reference/catalogue.json"
VALUES = {"below": Decimal(0), "meets": Decimal("0.8"), "exceeds": Decimal(1)}
MILLIONTH = Decimal("0.000001")
SPONSOR_CONDUCT = Decimal(25)
Sheet = Mapping[str, str]
"""One rater's words by attribute."""


class Worth(NamedTuple):
    y: Decimal
    w: Decimal


@cache
def catalogue() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(CATALOGUE.read_text(encoding="utf-8"), parse_float=Decimal)
    return content


def asked_of(side: str, template: Sequence[str]) -> list[str]:
    """The attributes of a template that a side rates."""
    raters = {a["key"]: a["rated_by"] for a in catalogue()["attributes"] + catalogue()["provider_attributes"]}
    return [key for key in template if raters[key] in (side, "both")]


def importances(asked: Sequence[str], profile: str) -> dict[str, Decimal]:
    group_of = {a["key"]: a["group"] for a in catalogue()["attributes"] + catalogue()["provider_attributes"]}
    weights = {**catalogue()["profiles"][profile], "sponsor_conduct": SPONSOR_CONDUCT}
    counts = Counter(group_of[key] for key in asked)
    return {key: Decimal(weights[group_of[key]]) / counts[group_of[key]] for key in asked}


def worth(asked: Sequence[str], profile: str, sheets: Sequence[Sheet]) -> Worth | None:
    """y and w of a card of these sheets; None where nothing was rated."""
    with localcontext(Context(prec=50)):
        means = {}
        for key in asked:
            values = [VALUES[sheet[key]] for sheet in sheets if sheet.get(key, "not_applicable") in VALUES]
            if values:
                means[key] = _rounded(sum(values, Decimal(0)) / len(values))
        if not means:
            return None
        weights = importances(asked, profile)
        total = sum((weights[key] for key in means), Decimal(0))
        y = sum((weights[key] * mean for key, mean in means.items()), Decimal(0)) / total
        effective = total**2 / sum((weights[key] ** 2 for key in means), Decimal(0))
        w = min(Decimal(3), effective / (1 + Decimal("0.3") * (effective - 1)))
        return Worth(_rounded(y), _rounded(w))


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(MILLIONTH, ROUND_HALF_EVEN)
