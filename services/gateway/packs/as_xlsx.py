"""A pack as a workbook: a sheet a section, figures as numbers, each beside its source and its day."""

import io
from collections.abc import Sequence
from datetime import date, datetime

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from services.gateway.packs import palette
from services.gateway.packs.line_breaks import lines
from services.gateway.packs.pack import (
    DAY_FORM,
    EXCEL_FORMS,
    Block,
    Cell,
    Column,
    Figures,
    History,
    Number,
    Pack,
    Scored,
    Section,
    Sentence,
    Sides,
    Source,
    Table,
    Waterfall,
    Word,
    shown,
)
from services.gateway.packs.xlsx_charts import HIGH, chart_of

Look = str | int | float | bool

# No text becomes a formula, a link or a number.
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
LEADS_A_FORMULA = ("=", "+", "-", "@")
NAME_MOST = 31
"""Characters of a sheet's name."""
COLUMNS_LEAST, FIGURE_WIDTH, TEXT_LEAST, TEXT_MOST = 7, 14, 12, 60
LINE, CHART_ROW = 13.5, 20
"""A line of text in points, and the row that a chart is counted in, in pixels."""
FIGURE_COLUMNS = (
    Column("Figure", 3), Column("Value", 3, True), Column("Range from", 1.5, True), Column("Range to", 1.5, True),
    Column("Note", 4), Column("Source", 6), Column("As of", 1.5, True),
)  # fmt: skip
ROWS_A_PAGE = 55
"""A sheet of no more is printed on one page."""


def render(pack: Pack) -> bytes:
    buffer = io.BytesIO()
    with Workbook(buffer, _OPTIONS) as workbook:
        properties = {"title": pack.title, "subject": pack.subtitle, "status": pack.mark, "comments": pack.made}
        workbook.set_properties({**properties, "created": pack.made_at})
        formats = _Formats(workbook)
        for section in pack.sections:
            _Sheet(workbook, formats, pack, section).write()
    return buffer.getvalue()


class _Formats:
    """Each look once, as a workbook keeps them."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook, self._made = workbook, dict[tuple[tuple[str, Look], ...], Format]()

    def __call__(self, **looks: Look) -> Format:
        key = tuple(sorted(looks.items()))
        if key not in self._made:
            base = {"font_name": "Calibri", "font_size": 10, "valign": "vcenter"}
            self._made[key] = self._workbook.add_format(base | looks)
        return self._made[key]


class _Sheet:
    def __init__(self, workbook: Workbook, formats: _Formats, pack: Pack, section: Section) -> None:
        self._workbook, self._formats, self._pack, self._section = workbook, formats, pack, section
        self._sheet = workbook.add_worksheet(section.title[:NAME_MOST])
        self._widths = _widths([_columns(block) for block in section.blocks])
        self._at = 0

    def write(self) -> None:
        pack, sheet = self._pack, self._sheet
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_footer(f"&L{pack.mark}&C&A&R&P of &N")
        for column, width in enumerate(self._widths):
            sheet.set_column(column, column, width)
        self._line(pack.mark, bold=True, font_color="#" + palette.WARN_TEXT, bg_color="#" + palette.WARN_GROUND)
        self._line(f"{pack.title}: {self._section.title}", size=14, bold=True)
        self._line(f"{pack.subtitle}. {pack.made}", font_color="#" + palette.INK_3)
        self._at += 1
        sheet.freeze_panes(3, 0)
        for block in self._section.blocks:
            self._block(block)
        sheet.fit_to_pages(1, 1 if self._at <= ROWS_A_PAGE else 0)

    def _block(self, block: Block) -> None:
        match block:
            case Sentence(text, source):
                self._line(text)
                self._source(source)
            case Figures(items):
                self._rows(
                    FIGURE_COLUMNS, [(f.label, *_apart(f.value), f.note, f.source.route, f.source.as_of) for f in items]
                )
                self._at += 1
            case Table(title, columns, rows, source, empty):
                if title:
                    self._line(title, bold=True)
                if rows:
                    self._rows(columns, rows)
                else:
                    self._line(empty)
                self._source(source)
            case Waterfall() | History() | Sides():
                self._chart(block)

    def _chart(self, block: Waterfall | History | Sides) -> None:
        """The chart, and below it the cells that it shows."""
        self._line(block.title, bold=True)
        chart_row, self._at = self._at, self._at + HIGH // CHART_ROW + 1
        columns, rows = cells_of(block)
        head = self._at
        self._rows(columns, rows)
        chart = chart_of(self._workbook, self._sheet.get_name(), block, head)
        self._sheet.insert_chart(chart_row, 0, chart, {"description": block.title})
        self._source(block.source)

    def _line(self, text: str, *, size: int = 10, **looks: Look) -> None:
        """One text over the whole sheet's width, as high as it needs."""
        high = lines(text, int(sum(self._widths) * 10 / size)) * LINE * size / 10
        self._sheet.set_row(self._at, high)
        form = self._formats(text_wrap=True, font_size=size, **looks)
        self._sheet.merge_range(self._at, 0, self._at, len(self._widths) - 1, None, form)
        self._put(self._at, 0, text, text_wrap=True, font_size=size, **looks)
        self._at += 1

    def _source(self, source: Source) -> None:
        text = f"{source.title}: {source.route}, as of {shown(source.as_of)}"
        self._line(text, size=8, font_color="#" + palette.INK_3)
        self._at += 1

    def _rows(self, columns: Sequence[Column], rows: Sequence[tuple[Cell, ...]]) -> None:
        head: dict[str, Look] = {"bold": True, "bottom": 1, "bottom_color": "#" + palette.INK_3, "valign": "bottom"}
        self._row([column.title for column in columns], columns, **head)
        for row in rows:
            self._row(row, columns, bottom=1, bottom_color="#" + palette.LINE)

    def _row(self, cells: Sequence[Cell], columns: Sequence[Column], **looks: Look) -> None:
        texts = zip(cells, self._widths, strict=False)
        self._sheet.set_row(self._at, max(lines(shown(cell), int(width) - 1) for cell, width in texts) * LINE + 2)
        for at, (cell, column) in enumerate(zip(cells, columns, strict=True)):
            side = {"align": "right"} if column.is_figure else {"align": "left", "indent": 1 if at else 0}
            self._put(self._at, at, cell, text_wrap=True, **side, **looks)
        self._at += 1

    def _put(self, row: int, column: int, cell: Cell, **looks: Look) -> None:
        sheet, formats = self._sheet, self._formats
        match cell:
            case None | "":
                sheet.write_blank(row, column, None, formats(**looks))
            case Number(value, form):
                sheet.write_number(row, column, value, formats(**looks, num_format=EXCEL_FORMS[form]))
            case date():
                at = datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001 - a day has no zone, and Excel knows none
                sheet.write_datetime(row, column, at, formats(**looks, num_format=DAY_FORM))
            case Word(text, meaning):
                written = f"{palette.SHAPES[meaning]} {text}" if meaning in palette.SHAPES else text
                sheet.write_string(row, column, written, formats(**looks, font_color="#" + palette.COLOURS[meaning]))
            case _:
                text = shown(cell)
                # Without the mark a text that is edited would become the formula that it looks like.
                quoted = {"quote_prefix": True} if text.startswith(LEADS_A_FORMULA) else {}
                sheet.write_string(row, column, text, formats(**looks, **quoted))


def _apart(value: Cell) -> tuple[Cell, Cell, Cell]:
    """A value and its range, each a number of its own."""
    if isinstance(value, Scored):
        return Number(value.score, "points"), Number(value.lower, "points"), Number(value.upper, "points")
    return value, None, None


def _columns(block: Block) -> Sequence[Column]:
    match block:
        case Figures():
            return FIGURE_COLUMNS
        case Table(columns=columns):
            return columns
        case Sentence():
            return ()
        case _:
            return cells_of(block)[0]


def _widths(tables: Sequence[Sequence[Column]]) -> list[int]:
    """Of a sheet's columns, in letters: one that several tables share is as wide as the widest asks."""
    count = max(COLUMNS_LEAST, *(len(columns) for columns in tables))
    return [
        max([FIGURE_WIDTH, *(_letters(columns[at]) for columns in tables if at < len(columns))]) for at in range(count)
    ]


def _letters(column: Column) -> int:
    return (
        FIGURE_WIDTH
        if column.is_figure and column.width < 3
        else max(TEXT_LEAST, min(TEXT_MOST, int(8 * column.width)))
    )


def cells_of(block: Waterfall | History | Sides) -> tuple[Sequence[Column], Sequence[tuple[Cell, ...]]]:
    """The figures of a chart, as a table; a column that only the chart needs comes last."""
    figure = Column("", 1.5, True)
    titles: tuple[str, ...]
    match block:
        case Waterfall():
            titles = ("What", "Points", "Good", "Bad", "From here")
            rows: list[tuple[Cell, ...]] = [
                (
                    bar.label,
                    Number(bar.points, "signed"),
                    Number(bar.points, "points") if bar.points > 0 else None,
                    Number(-bar.points, "points") if bar.points < 0 else None,
                    Number(min(span), "points"),
                )
                for bar, span in zip(block.bars, zip(block.levels, block.levels[1:], strict=False), strict=True)
            ]
        case History():
            titles = ("Day", "Score", "Lower edge", "Upper edge", *(line.label for line in block.lines))
            earned = [Number(line.points, "points") for line in block.lines]
            rows = [(p.on, *(Number(value, "points") for value in p.scored), *earned) for p in block.points]
        case Sides():
            titles = ("Group", f"{block.sponsor} rates", f"{block.provider} rates")
            rows = [(p.label, *(None if v is None else Number(v, "points") for v in p[1:])) for p in block.pairs]
    return [Column(titles[0], 5), *(figure._replace(title=title) for title in titles[1:])], rows
