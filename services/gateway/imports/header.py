"""Which row of a file is its header: what the mapping says, or the row that has the mapping's columns."""

from collections.abc import Sequence
from dataclasses import dataclass

from .cleaning import plain

HEAD_ROWS = 20
"""Rows among which a header is looked for."""


@dataclass(frozen=True, slots=True)
class HeadRow:
    """A row at the beginning of a file; ``at`` is its index among the file's lines or rows."""

    at: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class FoundHeader:
    """The header among the rows, and how many of the wanted columns it has; ``width`` is of the rows below."""

    row: HeadRow
    matched: int
    width: int


def names_of(cells: Sequence[str]) -> list[str]:
    """The names of a header's columns, without what cannot be seen."""
    return [" ".join(plain(cell).split()) for cell in cells]


def find_header(rows: Sequence[HeadRow], wanted: frozenset[str]) -> FoundHeader | None:
    """The first row with most of the wanted columns; without one, the first as wide as most, after titles.

    None where every row is blank.
    """
    filled = [row for row in rows if any(map(plain, row.cells))][:HEAD_ROWS]
    if not filled:
        return None
    widths = [len(row.cells) for row in filled]
    # Titles are few: rows of the file's own width are most, and of two equally frequent the wider one.
    width = max(set(widths), key=lambda each: (widths.count(each) > 1, each))
    best = max(filled, key=lambda row: len(wanted & set(names_of(row.cells))))
    matched = len(wanted & set(names_of(best.cells)))
    if wanted and matched * 2 >= len(wanted):
        return FoundHeader(best, matched, width)
    counts = [sum(map(bool, map(plain, row.cells))) for row in filled]
    most = max(counts)
    plausible = next(row for row, count in zip(filled, counts, strict=True) if count * 2 > most or most == 1)
    return FoundHeader(plausible, matched, width)


def read_as(line: int, header: Sequence[str]) -> str:
    """What a header was read as: `line 3 was read as the header: "Shipment", "Vendor"`."""
    names = ", ".join(f'"{name[:40]}"' for name in header[:12] if name) or "nothing"
    more = f" and {len(header) - 12} more" if len(header) > 12 else ""
    return f"line {line} was read as the header: {names}{more}"
