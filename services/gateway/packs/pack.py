"""A business-review pack as plain data: sections of blocks, every block with its source and the day it is of.

Its texts are decided by the modules that compose it; a renderer only lays them out. Scores are in 0..100.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import accumulate
from typing import Literal, NamedTuple

from services.gateway.packs.request import PackAudience

MARKS: dict[PackAudience, str] = {"internal": "Internal: do not hand out", "external": "External"}
"""Printed on every page, sheet and slide: who may have it."""

Form = Literal["points", "signed", "share", "whole"]
EXCEL_FORMS: dict[Form, str] = {"points": "0.0", "signed": "+0.0;\u22120.0;0.0", "share": "0 %", "whole": "#,##0"}
DAY_FORM = "d mmm yyyy"


class Source(NamedTuple):
    """`route` is the request that was answered; `as_of` the day up to which it counts."""

    title: str
    route: str
    as_of: date


class Number(NamedTuple):
    """A figure as it was answered, unrounded; `form` says how it is written."""

    value: float
    form: Form


class Scored(NamedTuple):
    """A score with its range, in points: it is never shown without."""

    score: float
    lower: float
    upper: float


class Word(NamedTuple):
    """A text with a meaning that has a colour (palette.COLOURS) and a shape (palette.SHAPES)."""

    text: str
    meaning: str


Cell = str | Number | Scored | Word | date | None


class Figure(NamedTuple):
    label: str
    value: Cell
    source: Source
    note: str = ""


@dataclass(frozen=True)
class Sentence:
    text: str
    source: Source


@dataclass(frozen=True)
class Figures:
    """`are_large` marks the few that a reader looks for first; `ticks` are the points at which tiers are earned."""

    items: tuple[Figure, ...]
    are_large: bool = False
    ticks: tuple[float, ...] = ()


class Column(NamedTuple):
    """`width` is its share of the table's, relative to the other columns'."""

    title: str
    width: float
    is_figure: bool = False


@dataclass(frozen=True)
class Table:
    """`empty` is written instead of a table without rows."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    source: Source
    empty: str


class Bar(NamedTuple):
    label: str
    points: float


@dataclass(frozen=True)
class Waterfall:
    """From the score without evidence, by good evidence and then bad, to the score."""

    title: str
    starts_at: float
    bars: tuple[Bar, ...]
    ends: Scored
    source: Source

    @property
    def levels(self) -> tuple[float, ...]:
        """Where each bar begins, and where the last one ends."""
        return tuple(accumulate((bar.points for bar in self.bars), initial=self.starts_at))


class Point(NamedTuple):
    on: date
    scored: Scored


class Line(NamedTuple):
    """Where the lower edge of the band has to be for a tier."""

    label: str
    points: float
    tier: str


@dataclass(frozen=True)
class History:
    """The score with its band over time, oldest first, at least two points; `tier` is the one it ends in."""

    title: str
    points: tuple[Point, ...]
    lines: tuple[Line, ...]
    tier: str
    source: Source


class Pair(NamedTuple):
    """Each side's score of the same group, in 0..100; None where it has none."""

    label: str
    sponsor: float | None
    provider: float | None


@dataclass(frozen=True)
class Sides:
    title: str
    pairs: tuple[Pair, ...]
    sponsor: str
    provider: str
    source: Source


Block = Sentence | Figures | Table | Waterfall | History | Sides


@dataclass(frozen=True)
class Section:
    """`is_index`: it lists the sources of the others, and names none itself."""

    title: str
    blocks: tuple[Block, ...]
    is_index: bool = False


@dataclass(frozen=True)
class Pack:
    sponsor: str
    provider: str
    starts_on: date
    ends_on: date
    audience: PackAudience
    made_at: datetime
    sections: tuple[Section, ...]

    @property
    def title(self) -> str:
        return f"{self.provider} for {self.sponsor}"

    @property
    def subtitle(self) -> str:
        return f"Business review, {shown(self.starts_on)} to {shown(self.ends_on)}"

    @property
    def mark(self) -> str:
        return MARKS[self.audience]

    @property
    def made(self) -> str:
        return f"Made {self.made_at:%H:%M} UTC, {shown(self.made_at.date())}"


def shown(cell: Cell) -> str:
    """A cell as every format writes it in words."""
    match cell:
        case None:
            return "–"
        case Number(value, form):
            return _number(value, form)
        case Scored(score, lower, upper):
            return f"{score:.1f} ({lower:.1f} to {upper:.1f})"
        case Word(text, _):
            return text
        case date():
            return f"{cell.day} {cell:%b} {cell.year}"
        case _:
            return cell


def _number(value: float, form: Form) -> str:
    match form:
        case "points":
            return f"{value:.1f}"
        case "signed":
            text = f"{abs(value):.1f}"
            return text if text == "0.0" else ("+" if value > 0 else "\u2212") + text
        case "share":
            return f"{100 * value:.0f} %"
        case "whole":
            return f"{value:,.0f}"


def sources_of(blocks: Sequence[Block]) -> tuple[Source, ...]:
    """Each source once, in the order in which it is first named."""
    named = [source for block in blocks for source in _named(block)]
    return tuple(dict.fromkeys(named))


def _named(block: Block) -> Sequence[Source]:
    return [figure.source for figure in block.items] if isinstance(block, Figures) else [block.source]
