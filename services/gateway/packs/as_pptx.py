"""A pack as slides: a section on one or more, native charts, tables as many slides long as they need."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NotRequired, TypedDict, Unpack

from pptx import Presentation
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.oxml.table import CT_Table
from pptx.presentation import Presentation as Deck
from pptx.shapes.autoshape import Shape
from pptx.shapes.graphfrm import GraphicFrame
from pptx.slide import Slide
from pptx.text.text import _Paragraph as Paragraph  # of `TextFrame.paragraphs`; it has no public name
from pptx.util import Emu, Inches, Pt

from services.gateway.packs import palette
from services.gateway.packs.line_breaks import lines, shares
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
from services.gateway.packs.pptx_charts import FONT, add_chart, height_of, rgb

WIDTH, HEIGHT = Inches(13.333), Inches(7.5)
LEFT, TOP, FOOT = Inches(0.6), Inches(1.35), Inches(6.85)
ROOM = WIDTH - 2 * LEFT
COVER_PT, TEXT_PT, CELL_PT, SOURCE_PT = 32, 14, 11, 9
MARK_WIDTH = Inches(2.5)
LETTER = 0.49
"""Of the type's size is a letter wide, taken generously."""
TILES_A_ROW = 4
ROWS_GAP = Emu(120_000)


class Looks(TypedDict):
    """How a text is set; `size` in points."""

    size: float
    colour: NotRequired[str]
    is_bold: NotRequired[bool]
    align: NotRequired[PP_ALIGN]


def render(pack: Pack) -> bytes:
    deck = Presentation()
    deck.slide_width, deck.slide_height = WIDTH, HEIGHT
    properties = deck.core_properties
    properties.title, properties.subject, properties.keywords = pack.title[:255], pack.subtitle, pack.mark
    properties.author = properties.last_modified_by = "Entente"
    properties.created = properties.modified = pack.made_at
    _add_cover(deck, pack)
    for section in pack.sections:
        _Slides(deck, pack, section).add()
    buffer = io.BytesIO()
    deck.save(buffer)
    return buffer.getvalue()


@dataclass
class _Slides:
    """One section: blocks from the top down, and a new slide where one has no more room."""

    deck: Deck
    pack: Pack
    section: Section
    y: int = 0
    slide: Slide = field(init=False)

    def add(self) -> None:
        self._turn()
        for block in self.section.blocks:
            self._block(block)

    def _turn(self) -> None:
        is_first = self.y == 0
        pack, room = self.pack, ROOM - MARK_WIDTH - Inches(0.1)
        self.slide = _new_slide(self.deck, pack)
        title = self.section.title if is_first else f"{self.section.title}, continued"
        subtitle = _line(f"{pack.title} · {pack.subtitle}", 12, room)
        self._text(LEFT, Inches(0.35), room, Inches(0.5), title, size=24, is_bold=True)
        self._text(LEFT, Inches(0.85), room, Inches(0.35), subtitle, size=12, colour=palette.INK_3)
        if not self.section.is_index:
            named = "; ".join(
                f"{source.title}, as of {shown(source.as_of)}" for source in sources_of(self.section.blocks)
            )
            self._text(LEFT, FOOT, ROOM, Inches(0.2), f"Source: {named}", size=SOURCE_PT, colour=palette.INK_3)
        self.y = TOP

    def _needs(self, height: int) -> None:
        if self.y + height > FOOT and self.y > TOP:
            self._turn()

    def _block(self, block: Block) -> None:
        match block:
            case Sentence(text):
                height = _lines(text, TEXT_PT, ROOM) * Pt(TEXT_PT * 1.3)
                self._needs(height)
                self._text(LEFT, self.y, ROOM, height, text, size=TEXT_PT)
                self.y += height + ROWS_GAP
            case Figures(items, are_large, _):
                (self._tiles if are_large else self._pairs)(items)
            case Table():
                self._table(block)
            case Waterfall() | History() | Sides():
                self._chart(block)

    def _tiles(self, items: Sequence[Figure]) -> None:
        width, height = ROOM // TILES_A_ROW, Inches(1.22)
        for at, figure in enumerate(items):
            x, y = LEFT + width * (at % TILES_A_ROW), self.y + height * (at // TILES_A_ROW)
            frame = _box(self.slide, x, y, width - Inches(0.12), height).text_frame
            frame.word_wrap = True
            _run(frame.paragraphs[0], figure.label, 11, palette.INK_3)
            value = frame.add_paragraph()
            if isinstance(figure.value, Scored):
                _run(value, f"{figure.value.score:.1f}", 24, palette.INK, is_bold=True)
                _run(value, f"  ({figure.value.lower:.1f} to {figure.value.upper:.1f})", 14, palette.INK_2)
            else:
                meaning = figure.value.meaning if isinstance(figure.value, Word) else ""
                _run(value, shown(figure.value), 24, palette.COLOURS[meaning], is_bold=True)
            _run(frame.add_paragraph(), figure.note, 10, palette.INK_3)
        self.y += height * -(-len(items) // TILES_A_ROW) + ROWS_GAP

    def _pairs(self, items: Sequence[Figure]) -> None:
        columns = (Column("", 3), Column("", 6), Column("", 5))
        rows = tuple((figure.label, figure.value, figure.note) for figure in items)
        self._rows(columns, rows, has_head=False)

    def _table(self, block: Table) -> None:
        if not block.rows:
            self._block(Sentence(f"{block.title}: {_lowered(block.empty)}", block.source))
            return
        self._rows(block.columns, block.rows, title=block.title)

    def _rows(
        self, columns: Sequence[Column], rows: Sequence[tuple[Cell, ...]], *, title: str = "", has_head: bool = True
    ) -> None:
        widths = [int(ROOM * share) for share in shares([column.width for column in columns])]
        head = _row_height([column.title for column in columns], widths) if has_head else 0
        heights = [_row_height([_written(cell) for cell in row], widths) for row in rows]
        titled = Pt(20) if title else 0
        at = 0
        while at < len(rows):
            # What fits on one slide is not divided.
            whole = titled + head + sum(heights[at:])
            self._needs(whole if whole <= FOOT - TOP else titled + head + sum(heights[at : at + 2]))
            room, end = FOOT - self.y - titled - head, at
            while end < len(rows) and (end == at or sum(heights[at : end + 1]) <= room):
                end += 1
            if title:
                self._text(LEFT, self.y, ROOM, titled, title, size=12, is_bold=True, colour=palette.INK_2)
                self.y += titled
            self._grid(columns, rows[at:end], widths, head, heights[at:end])
            at = end

    def _grid(
        self,
        columns: Sequence[Column],
        rows: Sequence[tuple[Cell, ...]],
        widths: Sequence[int],
        head: int,
        heights: Sequence[int],
    ) -> None:
        first = 1 if head else 0
        frame = self.slide.shapes.add_table(
            len(rows) + first, len(columns), LEFT, Emu(self.y), Emu(sum(widths)), Emu(head + sum(heights))
        )
        table = frame.table
        _plain(frame)
        for at, width in enumerate(widths):
            table.columns[at].width = width
        if head:
            table.rows[0].height = head
            for at, column in enumerate(columns):
                _fill(
                    frame,
                    (0, at),
                    column.title,
                    palette.INK_2,
                    is_bold=True,
                    is_right=column.is_figure,
                    edge=palette.INK_3,
                )
        for row, (cells, height) in enumerate(zip(rows, heights, strict=True), first):
            table.rows[row].height = height
            for at, cell in enumerate(cells):
                meaning = cell.meaning if isinstance(cell, Word) else ""
                is_right = columns[at].is_figure or (isinstance(cell, Number) and bool(head))
                _fill(frame, (row, at), _written(cell), palette.COLOURS[meaning], is_right=is_right, edge=palette.LINE)
        self.y += head + sum(heights) + ROWS_GAP

    def _chart(self, block: Waterfall | History | Sides) -> None:
        height = height_of(block)
        self._needs(height + Pt(22))
        self._text(
            LEFT, self.y, ROOM, Pt(20), _line(block.title, 12, ROOM), size=12, is_bold=True, colour=palette.INK_2
        )
        add_chart(self.slide, block, LEFT, self.y + Pt(22), ROOM)
        self.y += Pt(22) + height + ROWS_GAP

    def _text(self, x: int, y: int, width: int, height: int, text: str, **looks: Unpack[Looks]) -> None:
        _text(self.slide, x, y, width, height, text, **looks)


def _new_slide(deck: Deck, pack: Pack) -> Slide:
    """An empty slide that says who may have it and when it was made."""
    slide: Slide = deck.slides.add_slide(deck.slide_layouts[6])
    looks: Looks = {"size": 11, "is_bold": True, "colour": palette.WARN_TEXT, "align": PP_ALIGN.CENTER}
    mark = _text(slide, WIDTH - LEFT - MARK_WIDTH, Inches(0.4), MARK_WIDTH, Inches(0.32), pack.mark, **looks)
    mark.fill.solid()
    mark.fill.fore_color.rgb = rgb(palette.WARN_GROUND)
    _text(
        slide, LEFT, Inches(7.12), ROOM, Inches(0.2), f"{pack.made} · {pack.mark}", size=SOURCE_PT, colour=palette.INK_3
    )
    return slide


def _add_cover(deck: Deck, pack: Pack) -> None:
    slide = _new_slide(deck, pack)
    high = _lines(pack.title, COVER_PT, ROOM) * Pt(COVER_PT * 1.25)
    _text(slide, LEFT, Inches(2.5), ROOM, high, pack.title, size=COVER_PT, is_bold=True)
    _text(slide, LEFT, Inches(2.6) + high, ROOM, Inches(0.5), pack.subtitle, size=18, colour=palette.INK_2)


def _text(
    slide: Slide, x: int, y: int, width: int, height: int, text: str, *, size: float, colour: str = palette.INK,
    is_bold: bool = False, align: PP_ALIGN | None = None,
) -> Shape:  # fmt: skip
    box = _box(slide, x, y, width, height)
    frame = box.text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    frame.vertical_anchor = MSO_ANCHOR.TOP if align is None else MSO_ANCHOR.MIDDLE
    _run(frame.paragraphs[0], text, size, colour, is_bold=is_bold)
    frame.paragraphs[0].alignment = align
    return box


def _box(slide: Slide, x: int, y: int, width: int, height: int) -> Shape:
    return slide.shapes.add_textbox(Emu(x), Emu(y), Emu(width), Emu(height))


def _table_of(frame: GraphicFrame) -> CT_Table:
    table = frame.element.graphic.graphicData.tbl
    if table is None:
        raise TypeError("the frame is not of a table")
    return table


def _plain(frame: GraphicFrame) -> None:
    """A table without the banding of the default style: each cell has its own format."""
    properties = _table_of(frame).get_or_add_tblPr()
    for name in ("bandRow", "firstRow"):
        properties.set(name, "0")
    style = properties.find(qn("a:tableStyleId"))
    if style is not None:
        style.text = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # "No Style, No Grid", in every PowerPoint


def _fill(
    frame: GraphicFrame,
    at: tuple[int, int],
    text: str,
    colour: str,
    *,
    is_bold: bool = False,
    is_right: bool = False,
    edge: str,
) -> None:
    """Fill the cell of this row and column in a table's frame."""
    cell = frame.table.cell(*at)
    cell.margin_left, cell.margin_right = Inches(0.05), Inches(0.05)
    cell.margin_top = cell.margin_bottom = Inches(0.025)
    cell.vertical_anchor = MSO_ANCHOR.BOTTOM if is_bold else MSO_ANCHOR.MIDDLE
    paragraph = cell.text_frame.paragraphs[0]
    # An empty one would be as high as its default type.
    _run(paragraph, text or "\u00a0", CELL_PT, colour, is_bold=is_bold)
    paragraph.alignment = PP_ALIGN.RIGHT if is_right else PP_ALIGN.LEFT
    line = _table_of(frame).tc(*at).get_or_add_tcPr()
    below = line.makeelement(qn("a:lnB"), {"w": "9525" if is_bold else "6350"})
    fill = below.makeelement(qn("a:solidFill"), {})
    fill.append(fill.makeelement(qn("a:srgbClr"), {"val": edge}))
    below.append(fill)
    line.append(below)


def _run(paragraph: Paragraph, text: str, size: float, colour: str, *, is_bold: bool = False) -> None:
    run = paragraph.add_run()
    run.text = text
    run.font.size, run.font.bold, run.font.name = Pt(size), is_bold, FONT
    run.font.color.rgb = rgb(colour)


def _written(cell: Cell) -> str:
    if isinstance(cell, Word) and cell.meaning in palette.SHAPES:
        return f"{palette.SHAPES[cell.meaning]} {cell.text}"
    return shown(cell)


def _row_height(texts: Sequence[str], widths: Sequence[int]) -> int:
    most = max(_lines(text, CELL_PT, width - Inches(0.12)) for text, width in zip(texts, widths, strict=True))
    return int(most * Pt(CELL_PT * 1.22) + Inches(0.07))


def _lines(text: str, size: float, width: int) -> int:
    return lines(text, int(width / (Pt(size) * LETTER)))


def _line(text: str, size: float, width: int) -> str:
    letters = int(width / (Pt(size) * LETTER))
    return text if len(text) <= letters else text[: letters - 1].rstrip() + "…"


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]
