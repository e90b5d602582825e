"""What a measurement found: figures with their unit, every repeat and the target, and the table of them."""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Figure:
    """One figure of one measurement: the values of its repeats, in `unit`.

    A floor is the least that the same machine does for the same thing at the same time, without the product.
    """

    name: str
    unit: str
    values: Sequence[float]
    most: float | None = None
    least: float | None = None
    is_floor: bool = False

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def is_met(self) -> bool | None:
        """Whether the median is within the target; None where there is none."""
        if self.most is None and self.least is None:
            return None
        return (self.most is None or self.median <= self.most) and (self.least is None or self.median >= self.least)

    @property
    def target(self) -> str:
        if self.most is not None:
            return f"<= {_short(self.most)}"
        return "" if self.least is None else f">= {_short(self.least)}"

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "unit": self.unit,
            "median": self.median,
            "values": list(self.values),
            "target": self.target or None,
            "is_met": self.is_met,
            "is_floor": self.is_floor,
        }


def quantile(values: Sequence[float], share: float) -> float:
    """The least value that at least `share` of all values do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def table(measurement: str, found: Mapping[str, Sequence[Figure]]) -> str:
    """The figures of one measurement, a row each, a column per installation; floors stand last."""
    rows: dict[tuple[bool, str, str], dict[str, Figure]] = {}
    for installation, figures in found.items():
        for figure in figures:
            rows.setdefault((figure.is_floor, figure.name, figure.unit), {})[installation] = figure
    installations = list(found)
    lines = [[measurement, *installations, "target"]]
    for key in sorted(rows, key=lambda key: key[0]):
        is_floor, name, unit = key
        cells = [_cell(rows[key].get(installation)) for installation in installations]
        target = next((figure.target for figure in rows[key].values() if figure.target), "")
        lines.append([f"  {'floor: ' if is_floor else ''}{name}, {unit}", *cells, target])
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    )


def _cell(figure: Figure | None) -> str:
    if figure is None:
        return "-"
    spread = f" ({_short(min(figure.values))}..{_short(max(figure.values))})" if len(figure.values) > 1 else ""
    return _short(figure.median) + spread + (" MISSED" if figure.is_met is False else "")


def _short(value: float) -> str:
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) >= 1 else f"{value:.2g}"
