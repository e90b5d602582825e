"""The charts of the UI's relationship page as drawings: labels beside what they name, no legend to look up."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from reportlab.graphics.shapes import Circle, Drawing, Line, Polygon, PolyLine, Rect, String, Wedge
from reportlab.lib.colors import HexColor
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable, Paragraph

from services.gateway.packs import palette
from services.gateway.packs.pack import History, Number, Scored, Sides, Waterfall, shown
from services.gateway.packs.pdf_font import BOLD, PLAIN, cut, known

SMALL = 8.0
ROW = 16.0
LOWEST = 40.0
"""Where a bar of a range begins: few scores lie below."""


def waterfall(block: Waterfall, width: float) -> Drawing:
    """One row a bar: its label, the bar from where the last one ended, its points."""
    height = ROW * (len(block.bars) + 1)
    drawing, label_width, figure_width = Drawing(width, height), width * 0.36, 44
    low, high = min(block.levels), max(block.levels)
    scale = (width - label_width - figure_width) / max(high - low, 1e-9)

    def x(points: float) -> float:
        return label_width + (points - low) * scale

    for at, (bar, level, end) in enumerate(zip(block.bars, block.levels, block.levels[1:], strict=False)):
        y = height - ROW * (at + 1)
        colour = palette.GOOD if bar.points > 0 else palette.BAD
        drawing.add(_text(0, y + 5, bar.label, most=label_width - 6))
        wide = max(0.8, abs(x(end) - x(level)))
        drawing.add(_bar(x(min(level, end)), y + 4, wide, 7, colour))
        drawing.add(_line(x(end), y - 4, x(end), y + 4, palette.LINE))
        drawing.add(_text(width, y + 5, shown(Number(bar.points, "signed")), colour=colour, is_bold=True, anchor="end"))
    drawing.add(_text(0, 4, "Score and range", is_bold=True))
    drawing.add(_text(width, 4, shown(block.ends), is_bold=True, anchor="end"))
    return drawing


def history(block: History, width: float) -> Drawing:
    """The band, the score in it, the lower edge as a line because it earns the tier, the lines named at their ends."""
    height, left, right, foot = 150.0, 22.0, 92.0, 16.0
    drawing = Drawing(width, height)
    days = [point.on.toordinal() for point in block.points]
    low = min(50.0, *(point.scored.lower // 10 * 10 for point in block.points))

    def x(day: int) -> float:
        return left + (width - left - right) * (day - days[0]) / max(1, days[-1] - days[0])

    def y(points: float) -> float:
        return foot + (height - foot - 6) * (points - low) / (100 - low)

    upper = [(x(day), y(p.scored.upper)) for day, p in zip(days, block.points, strict=True)]
    lower = [(x(day), y(p.scored.lower)) for day, p in zip(days, block.points, strict=True)]
    score = [(x(day), y(p.scored.score)) for day, p in zip(days, block.points, strict=True)]
    drawing.add(Polygon(_flat([*upper, *reversed(lower)]), fillColor=_hex(palette.BAND), strokeColor=None))
    for line in block.lines:
        colour = palette.COLOURS[line.tier]
        drawing.add(_line(left, y(line.points), width - right, y(line.points), colour, dash=(1, 2)))
        drawing.add(_text(width - right + 6, y(line.points) - 3, line.label, colour=colour))
    drawing.add(PolyLine(_flat(lower), strokeColor=_hex(palette.BAND_LINE), strokeWidth=0.8))
    drawing.add(PolyLine(_flat(score), strokeColor=_hex(palette.COLOURS[block.tier]), strokeWidth=1.5))
    drawing.add(Circle(*score[-1], 2.5, fillColor=_hex(palette.COLOURS[block.tier]), strokeColor=None))
    last = block.points[-1].scored
    drawing.add(_text(score[-1][0] - 4, score[-1][1] + 5, f"{last.score:.1f}", is_bold=True, anchor="end"))
    for points in range(-int(-low // 20) * 20, 101, 20):
        drawing.add(_text(left - 5, y(points) - 3, str(points), colour=palette.INK_3, anchor="end"))
    for at in sorted({0, len(days) // 2, len(days) - 1}):
        anchor = "start" if at == 0 else "end" if at == len(days) - 1 else "middle"
        drawing.add(_text(x(days[at]), 2, _month(block.points[at].on), colour=palette.INK_3, anchor=anchor))
    return drawing


def sides(block: Sides, width: float) -> Drawing:
    """A disc for what the sponsor says of the provider, a square for what the provider says of the sponsor."""
    height, label_width, figure_width = ROW * (len(block.pairs) + 1) + 4, width * 0.22, 70.0
    drawing = Drawing(width, height)

    def x(points: float) -> float:
        return label_width + (width - label_width - figure_width) * points / 100

    for at, pair in enumerate(block.pairs):
        y = height - ROW * (at + 1) + 4
        drawing.add(_text(0, y, pair.label))
        drawing.add(_line(x(0), y + 3, x(100), y + 3, palette.LINE))
        if pair.sponsor is not None and pair.provider is not None:
            drawing.add(_line(x(pair.sponsor), y + 3, x(pair.provider), y + 3, palette.INK_3, width=2))
        if pair.sponsor is not None:
            drawing.add(Circle(x(pair.sponsor), y + 3, 3.4, fillColor=_hex(palette.SPONSOR), strokeColor=None))
        if pair.provider is not None:
            drawing.add(
                Rect(x(pair.provider) - 3, y, 6, 6, fillColor=_hex(palette.PANEL), strokeColor=_hex(palette.PROVIDER))
            )
        written = " · ".join(f"{value:.0f}" if value is not None else "–" for value in pair[1:])
        drawing.add(_text(width, y, written, anchor="end"))
    drawing.add(Circle(4, 6, 3.4, fillColor=_hex(palette.SPONSOR), strokeColor=None))
    half = width / 2
    drawing.add(_text(12, 3, f"{block.sponsor} rates", colour=palette.INK_2, most=half - 24))
    drawing.add(Rect(half, 3, 6, 6, fillColor=_hex(palette.PANEL), strokeColor=_hex(palette.PROVIDER)))
    drawing.add(_text(half + 12, 3, f"{block.provider} rates", colour=palette.INK_2, most=half - 24))
    return drawing


def range_of(scored: Scored, ticks: Sequence[float], width: float) -> Drawing:
    """A bar from the lower to the upper edge over `ticks`, the points where tiers are earned, and the score in it."""
    drawing = Drawing(width, 12)

    def x(points: float) -> float:
        return width * max(0.0, points - LOWEST) / (100 - LOWEST)

    drawing.add(_line(0, 6, width, 6, palette.LINE))
    for tick in ticks:
        drawing.add(_line(x(tick), 2, x(tick), 10, palette.INK_3, width=0.5))
    drawing.add(_bar(x(scored.lower), 3.5, x(scored.upper) - x(scored.lower), 5, palette.BAND, 2.5))
    drawing.add(Circle(x(scored.score), 6, 3, fillColor=_hex(palette.SPONSOR), strokeColor=None))
    return drawing


def tier_mark(tier: str, text: str, width: float) -> Drawing:
    """A ring that is filled by a third with every tier, and the tier's name."""
    drawing, part, colour = Drawing(width, 20), palette.TIERS.index(tier) / 3, _hex(palette.COLOURS[tier])
    drawing.add(Circle(7, 9, 6, fillColor=None, strokeColor=colour, strokeWidth=1.5))
    if part == 1:
        drawing.add(Circle(7, 9, 4, fillColor=colour, strokeColor=None))
    elif part:
        drawing.add(Wedge(7, 9, 4, 90 - 360 * part, 90, fillColor=colour, strokeColor=None))
    size = min(14.0, 14.0 * (width - 18) / stringWidth(text, BOLD, 14))
    drawing.add(_text(18, 4, text, size=size, colour=palette.COLOURS[tier], is_bold=True))
    return drawing


class Marked(Flowable):
    """A word with its shape before it, where it has one: the colour is never its only mark."""

    def __init__(self, markup: str, meaning: str, style: ParagraphStyle) -> None:
        super().__init__()
        self._meaning, self._indent = meaning, 11 if meaning in palette.SHAPES else 0
        colour = _hex(palette.COLOURS[meaning])
        self._text = Paragraph(markup, ParagraphStyle("marked", style, textColor=colour, leftIndent=self._indent))

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.width, self.height = self._text.wrap(width, height)
        return self.width, self.height

    def draw(self) -> None:
        self._text.drawOn(self.canv, 0, 0)
        if self._indent:
            self.canv.setFillColor(_hex(palette.COLOURS[self._meaning]))
            middle = self.height - 6.2
            if self._meaning == "meets":
                self.canv.circle(4, middle, 2.7, stroke=0, fill=1)
            else:
                turn = 1 if self._meaning == "exceeds" else -1
                path = self.canv.beginPath()
                for x, y in ((0.6, -2.7), (7.4, -2.7), (4, 3.1)):
                    (path.moveTo if x == 0.6 else path.lineTo)(x, middle + turn * y)
                path.close()
                self.canv.drawPath(path, stroke=0, fill=1)


def _text(
    x: float, y: float, text: str, *, size: float = SMALL, colour: str = palette.INK, is_bold: bool = False,
    anchor: Any = "start", most: float | None = None,
) -> String:  # fmt: skip
    font = BOLD if is_bold else PLAIN
    written = known(text) if most is None else cut(known(text), size, most, font)
    return String(x, y, written, fontName=font, fontSize=size, fillColor=_hex(colour), textAnchor=anchor)


def _bar(x: float, y: float, width: float, height: float, colour: str, round: float = 0) -> Rect:
    bar = Rect(x, y, width, height, round, round, fillColor=_hex(colour))
    bar.strokeColor = None
    return bar


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, *, width: float = 0.6, dash: Any = None) -> Line:
    return Line(x1, y1, x2, y2, strokeColor=_hex(colour), strokeWidth=width, strokeDashArray=dash)


def _flat(points: list[tuple[float, float]]) -> list[float]:
    return [value for point in points for value in point]


def _month(day: date) -> str:
    return f"{day:%b} {day.year}"


def _hex(rgb: str) -> Any:
    return HexColor("#" + rgb)
