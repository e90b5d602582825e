"""A pack as A4 pages, set in an embedded Noto Sans, which has every European letter."""

import io
from collections.abc import Sequence
from functools import cache
from itertools import chain
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    KeepTogether,
    PageTemplate,
    Paragraph,
    Spacer,
    TableStyle,
)
from reportlab.platypus import Table as Grid

from services.gateway.packs import palette, pdf_charts
from services.gateway.packs.line_breaks import shares
from services.gateway.packs.pack import (
    Block,
    Cell,
    Column,
    Figure,
    Figures,
    History,
    Number,
    Pack,
    Scored,
    Section,
    Sentence,
    Sides,
    Table,
    Waterfall,
    Word,
    shown,
    sources_of,
)
from services.gateway.packs.pdf_font import BOLD, PLAIN, UNKNOWN, cut, known, letters

Command = tuple[str, tuple[int, int], tuple[int, int], *tuple[object, ...]]
"""A command of a table's style: its name, two corners, values."""

MARGIN, TOP, BOTTOM = 18 * mm, 24 * mm, 18 * mm
WIDTH, HEIGHT = A4[0] - 2 * MARGIN, A4[1] - TOP - BOTTOM
NOTE = f"{UNKNOWN} stands for a letter that this typeface lacks; the workbook and the slides have it."
LARGE_A_ROW = 4
WHOLE_MOST = 12
"""Rows of a table that is not divided between pages."""
CELL_SIZE, PADDING = 8.5, 8.0


def render(pack: Pack) -> bytes:
    styles = _styles()
    buffer = io.BytesIO()
    document = BaseDocTemplate(
        buffer, pagesize=A4, title=pack.title, subject=pack.subtitle, author="Entente", keywords=[pack.mark],
        leftMargin=MARGIN, rightMargin=MARGIN, topMargin=TOP, bottomMargin=BOTTOM, lang="en",
    )  # fmt: skip
    frame = Frame(MARGIN, BOTTOM, WIDTH, HEIGHT, 0, 0, 0, 0)
    page = PageTemplate("page", [frame], onPage=lambda canvas, document: _frame(canvas, pack, document.page))
    document.addPageTemplates(page)
    flow: list[Flowable] = [
        Paragraph(_written(pack.title), styles["title"]),
        Paragraph(_written(pack.subtitle), styles["lead"]),
    ]
    for section in pack.sections:
        flow += _section(section)
    if _lacks_letters(pack):
        flow.append(Paragraph(NOTE, styles["source"]))
    document.build(flow)
    return buffer.getvalue()


def _frame(canvas: Canvas, pack: Pack, number: int) -> None:
    """Head and foot of a page: what it is, who may have it, when it was made."""
    right, top, mark = A4[0] - MARGIN, A4[1] - 14.1 * mm, known(pack.mark)
    width = pdfmetrics.stringWidth(mark, BOLD, 8) + 10
    canvas.saveState()
    canvas.setFillColor(_colour(palette.WARN_GROUND))
    canvas.roundRect(right - width, top - 4, width, 14, 3, stroke=0, fill=1)
    canvas.setFillColor(_colour(palette.WARN_TEXT))
    canvas.setFont(BOLD, 8)
    canvas.drawRightString(right - 5, top, mark)
    canvas.setFont(PLAIN, 8)
    canvas.setFillColor(_colour(palette.INK_3))
    canvas.drawString(MARGIN, top, cut(known(f"{pack.title} · {pack.subtitle}"), 8, WIDTH - width - 12))
    canvas.drawString(MARGIN, 10 * mm, f"{known(pack.made)} · {mark}")
    canvas.drawRightString(right, 10 * mm, str(number))
    canvas.setStrokeColor(_colour(palette.LINE))
    canvas.line(MARGIN, A4[1] - 18 * mm, right, A4[1] - 18 * mm)
    canvas.restoreState()


def _section(section: Section) -> list[Flowable]:
    styles = _styles()
    parts = [_block(block) for block in section.blocks]
    heading = Paragraph(_written(section.title), styles["heading"])
    # A heading never stands alone at a page's foot, nor with a sentence about what is on the next.
    leads = 2 if len(parts) > 1 and not isinstance(section.blocks[1], Table) else 1
    flow = _unbroken([heading, *chain.from_iterable(parts[:leads])])
    for part in parts[leads:]:
        flow += _unbroken(part)
    if not section.is_index:
        cited = "; ".join(f"{source.title}, as of {shown(source.as_of)}" for source in sources_of(section.blocks))
        flow.append(Paragraph(_written(f"Source: {cited}"), styles["source"]))
    return flow


def _block(block: Block) -> list[Flowable]:
    styles = _styles()
    match block:
        case Sentence(text):
            return [Paragraph(_written(text), styles["text"]), Spacer(0, 4)]
        case Figures(items, are_large, ticks):
            return [_large(items, ticks) if are_large else _small(items), Spacer(0, 8)]
        case Table():
            return _table(block)
        case Waterfall(title):
            return _titled(title, pdf_charts.waterfall(block, WIDTH))
        case History(title):
            return _titled(title, pdf_charts.history(block, WIDTH))
        case Sides(title):
            return _titled(title, pdf_charts.sides(block, WIDTH))


def _titled(title: str, chart: Flowable) -> list[Flowable]:
    return [Paragraph(_written(title), _styles()["subheading"]), chart, Spacer(0, 6)]


class _Divided(Grid):
    """A table so long that it goes on from page to page."""


def _unbroken(parts: list[Flowable]) -> list[Flowable]:
    """On one page, unless there is a table in them that is to be divided."""
    if any(isinstance(part, _Divided) for part in parts):
        return [CondPageBreak(45 * mm), *parts]
    return [KeepTogether(parts)]


def _large(items: Sequence[Figure], ticks: Sequence[float]) -> Flowable:
    """Figures that are looked for first, in tiles of four; the score over its range."""
    cells = [_tile(figure, ticks) for figure in items]
    rows = [cells[at : at + LARGE_A_ROW] for at in range(0, len(cells), LARGE_A_ROW)]
    rows[-1] += [[] for _ in range(LARGE_A_ROW - len(rows[-1]))]
    style: list[Command] = [
        *_all("VALIGN", "TOP"), *_all("LEFTPADDING", 8), *_all("RIGHTPADDING", 6), *_all("TOPPADDING", 7),
        *_all("BOTTOMPADDING", 7), *_all("BOX", 0.6, _colour(palette.LINE)),
        *_all("INNERGRID", 0.6, _colour(palette.LINE)),
    ]  # fmt: skip
    return Grid(rows, [WIDTH / LARGE_A_ROW] * LARGE_A_ROW, style=TableStyle(style))


def _tile(figure: Figure, ticks: Sequence[float]) -> list[Flowable]:
    styles = _styles()
    tile: list[Flowable] = [Paragraph(_written(figure.label), styles["label"])]
    match figure.value:
        case Scored(score, lower, upper) as scored:
            ends = f'<font size="8.5" color="#{palette.INK_2}"> {lower:.1f} to {upper:.1f}</font>'
            tile += [
                Paragraph(f"{score:.1f}{ends}", styles["large"]),
                pdf_charts.range_of(scored, ticks, WIDTH / LARGE_A_ROW - 20),
            ]
        case Word(text, meaning) if meaning in palette.TIERS:
            tile.append(pdf_charts.tier_mark(meaning, known(text), WIDTH / LARGE_A_ROW - 14))
        case value:
            tile.append(Paragraph(_written(shown(value)), styles["large"]))
    return [*tile, Paragraph(_written(figure.note), styles["note"])]


def _small(items: Sequence[Figure]) -> Flowable:
    """Label and value in two pairs of columns."""
    styles = _styles()
    cells = [(Paragraph(_written(f.label), styles["label"]), _noted(f)) for f in items]
    half = (len(cells) + 1) // 2
    rows = [[*cells[at], *(cells[half + at] if half + at < len(cells) else ("", ""))] for at in range(half)]
    widths = [WIDTH * share for share in (0.17, 0.33, 0.17, 0.33)]
    style: list[Command] = [
        *_all("VALIGN", "TOP"), *_all("LEFTPADDING", 0), *_all("TOPPADDING", 3), *_all("BOTTOMPADDING", 3),
        *_all("LINEBELOW", 0.4, _colour(palette.LINE)),
    ]  # fmt: skip
    return Grid(rows, widths, style=TableStyle(style))


def _noted(figure: Figure) -> Flowable:
    note = f'<br/><font size="7.5" color="#{palette.INK_3}">{_written(figure.note)}</font>' if figure.note else ""
    return Paragraph(_written(shown(figure.value)) + note, _styles()["cell"])


def _table(block: Table) -> list[Flowable]:
    styles = _styles()
    title = [Paragraph(_written(block.title), styles["subheading"])] if block.title else []
    if not block.rows:
        return [*title, Paragraph(_written(block.empty), styles["text"]), Spacer(0, 6)]
    widths = _widths(block)
    heads = [Paragraph(_written(c.title), styles["head-figure" if c.is_figure else "head"]) for c in block.columns]
    rows = [[_cell(cell, column) for cell, column in zip(row, block.columns, strict=True)] for row in block.rows]
    style: list[Command] = [
        *_all("VALIGN", "TOP"), *_all("LEFTPADDING", 3), *_all("RIGHTPADDING", 3), *_all("TOPPADDING", 3),
        *_all("BOTTOMPADDING", 3), *_all("LINEBELOW", 0.4, _colour(palette.LINE)),
        ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
        ("LEFTPADDING", (0, 0), (0, -1), 0), ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
        ("LINEBELOW", (0, 0), (-1, 0), 0.8, _colour(palette.INK_3)),
    ]  # fmt: skip
    kind = Grid if len(rows) <= WHOLE_MOST else _Divided
    grid = kind([heads, *rows], widths, repeatRows=1, hAlign="LEFT", style=TableStyle(style))
    return [*title, grid, Spacer(0, 8)]


def _widths(block: Table) -> list[float]:
    """As the columns ask, but no column is narrower than its longest word, as far as there is room."""
    asked = [WIDTH * share for share in shares([column.width for column in block.columns])]
    words: list[float] = []
    for at, column in enumerate(block.columns):
        longest = max((known(shown(row[at])) for row in block.rows), key=_longest_word)
        words.append(min(WIDTH / 4, max(_longest_word(known(column.title)), _longest_word(longest)) + PADDING))
    if sum(words) > WIDTH:
        return asked
    lacking = [max(0.0, word - width) for word, width in zip(words, asked, strict=True)]
    spare = [max(0.0, width - word) for word, width in zip(words, asked, strict=True)]
    given = min(1.0, sum(lacking) / sum(spare)) if any(spare) else 0.0
    return [width + lack - given * more for width, lack, more in zip(asked, lacking, spare, strict=True)]


def _longest_word(text: str) -> float:
    return max((pdfmetrics.stringWidth(word, BOLD, CELL_SIZE) for word in text.split()), default=0.0)


def _all(command: str, *values: object) -> list[Command]:
    """A command of a table's style for every cell."""
    return [(command, (0, 0), (-1, -1), *values)]


def _cell(cell: Cell, column: Column) -> Flowable:
    styles = _styles()
    if isinstance(cell, Word):
        return pdf_charts.Marked(_written(cell.text), cell.meaning, styles["cell"])
    is_right = column.is_figure or isinstance(cell, Number)
    return Paragraph(_written(shown(cell)), styles["figure" if is_right else "cell"])


@cache
def _styles() -> dict[str, ParagraphStyle]:
    letters()
    base = ParagraphStyle("base", fontName=PLAIN, fontSize=9, leading=12.5, textColor=_colour(palette.INK))

    def style(name: str, **more: Any) -> ParagraphStyle:
        return ParagraphStyle(name, base, **more)

    bold, quiet = {"fontName": BOLD}, {"textColor": _colour(palette.INK_3)}
    cell: dict[str, object] = {"fontSize": CELL_SIZE, "leading": 11}
    head: dict[str, object] = {**bold, "fontSize": 8, "leading": 10, "textColor": _colour(palette.INK_2)}
    named: dict[str, dict[str, object]] = {
        "title": {**bold, "fontSize": 19, "leading": 24},
        "lead": {"fontSize": 10, "leading": 14, "spaceAfter": 8, "textColor": _colour(palette.INK_2)},
        "heading": {**bold, "fontSize": 14, "leading": 18, "spaceBefore": 14, "spaceAfter": 6},
        "subheading": {
            **bold,
            "fontSize": 9,
            "leading": 12,
            "spaceBefore": 4,
            "spaceAfter": 3,
            "textColor": _colour(palette.INK_2),
        },
        "text": {},
        "label": {**quiet, "fontSize": 8, "leading": 11},
        "note": {**quiet, "fontSize": 7.5, "leading": 10},
        "large": {**bold, "fontSize": 15, "leading": 20},
        "cell": cell,
        "figure": {**cell, "alignment": TA_RIGHT},
        "head": head,
        "head-figure": {**head, "alignment": TA_RIGHT},
        "source": {**quiet, "fontSize": 7.5, "leading": 10, "spaceBefore": 2},
    }
    return {name: style(name, **more) for name, more in named.items()}


def _lacks_letters(pack: Pack) -> bool:
    return UNKNOWN in known(str(pack))


def _written(text: str) -> str:
    """A text for a paragraph, escaped: no name or comment is markup."""
    return escape(known(text))


def _colour(rgb: str) -> Color:
    return HexColor("#" + rgb)
