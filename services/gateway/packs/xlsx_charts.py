"""Charts of the cells of their sheet: Excel renders them again when a figure changes."""

from xlsxwriter import Workbook
from xlsxwriter.chart import Chart

from services.gateway.packs import palette
from services.gateway.packs.pack import History, Sides, Waterfall

WIDE, HIGH = 860, 320
"""Of a chart, in pixels."""
_QUIET = {"major_gridlines": {"visible": False}}


def chart_of(workbook: Workbook, sheet: str, block: Waterfall | History | Sides, head: int) -> Chart:
    """The chart of the cells under the row ``head``, which names them."""
    match block:
        case Waterfall():
            chart = _waterfall(workbook, _Cells(sheet, head, len(block.bars)), block)
        case History():
            chart = _history(workbook, _Cells(sheet, head, len(block.points)), block)
        case Sides():
            chart = _sides(workbook, _Cells(sheet, head, len(block.pairs)))
    chart.set_title({"none": True})
    chart.set_size({"width": WIDE, "height": HIGH})
    chart.set_chartarea({"border": {"none": True}})
    return chart


class _Cells:
    def __init__(self, sheet: str, head: int, rows: int) -> None:
        self._sheet, self._head, self._rows = sheet, head, rows

    def series(self, column: int, **looks: object) -> dict[str, object]:
        first, last = self._head + 1, self._head + self._rows
        return {
            "name": [self._sheet, self._head, column],
            "categories": [self._sheet, first, 0, last, 0],
            "values": [self._sheet, first, column, last, column],
            **looks,
        }


def _waterfall(workbook: Workbook, cells: _Cells, block: Waterfall) -> Chart:
    chart = workbook.add_chart({"type": "bar", "subtype": "stacked"})
    chart.add_series(cells.series(4, fill={"none": True}, border={"none": True}, gap=45))
    for column, colour in ((2, palette.GOOD), (3, palette.BAD)):
        chart.add_series(cells.series(column, fill={"color": "#" + colour}, data_labels=_labels("0.0", "#FFFFFF")))
    chart.set_x_axis({"min": int(min(block.levels)) - 1, "num_format": "0", **_QUIET})
    chart.set_y_axis({"reverse": True, "line": {"none": True}, "major_tick_mark": "none"})
    chart.set_legend({"none": True})
    return chart


def _history(workbook: Workbook, cells: _Cells, block: History) -> Chart:
    chart = workbook.add_chart({"type": "line"})
    looks = [
        (palette.COLOURS[block.tier], 2.25, "solid"),
        (palette.BAND_LINE, 1.25, "solid"),
        (palette.BAND_LINE, 1.25, "solid"),
    ]
    looks += [(palette.COLOURS[line.tier], 0.75, "dash") for line in block.lines]
    for column, (colour, width, dash) in enumerate(looks, 1):
        chart.add_series(cells.series(column, line={"color": "#" + colour, "width": width, "dash_type": dash}))
    low = min(50.0, *(point.scored.lower // 10 * 10 for point in block.points))
    chart.set_y_axis({"min": int(low), "max": 100, "num_format": "0", **_QUIET})
    chart.set_x_axis({"date_axis": True, "num_format": "mmm yyyy", "major_unit": 3, "major_unit_type": "months"})
    chart.set_legend({"position": "right"})
    return chart


def _sides(workbook: Workbook, cells: _Cells) -> Chart:
    chart = workbook.add_chart({"type": "bar"})
    for column, colour in ((1, palette.SPONSOR), (2, palette.INK_3)):
        labels = _labels("0", "#" + palette.INK)
        chart.add_series(cells.series(column, fill={"color": "#" + colour}, data_labels=labels, gap=60))
    chart.set_x_axis({"min": 0, "max": 105, "visible": False, **_QUIET})
    chart.set_y_axis({"reverse": True, "line": {"none": True}, "major_tick_mark": "none"})
    chart.set_legend({"position": "bottom"})
    return chart


def _labels(form: str, colour: str) -> dict[str, object]:
    return {"value": True, "num_format": form, "font": {"color": colour, "size": 9}}
