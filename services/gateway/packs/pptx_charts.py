"""Charts that PowerPoint renders and its reader can edit: waterfall, score over time, both sides."""

from collections.abc import Sequence
from typing import TypeVar

from pptx.chart.axis import _BaseAxis as Axis  # the base of every axis; it has no public name
from pptx.chart.chart import Chart
from pptx.chart.data import ChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.enum.dml import MSO_LINE
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.shapes.graphfrm import GraphicFrame
from pptx.slide import Slide
from pptx.util import Emu, Inches, Pt

from services.gateway.packs import palette
from services.gateway.packs.pack import History, Number, Sides, Waterfall, shown

AnyAxis = TypeVar("AnyAxis", bound=Axis)

FONT = "Calibri"
MONTHS_A_LABEL = 3
NAMED_AT = 2
"""The point at which a line for a tier is named: beside the axis, not on it."""
# Where the plot lies in its chart, as shares of it: the names at the lines' ends need room.
_ROOM_AT_THE_END = (0.04, 0.03, 0.82, 0.82)


def height_of(block: Waterfall | History | Sides) -> int:
    """What a chart needs to be read, in EMU; more rows make it higher."""
    match block:
        case Waterfall():
            return Inches(0.4 + 0.36 * len(block.bars))
        case History():
            return Inches(2.5)
        case Sides():
            return Inches(0.7 + 0.5 * len(block.pairs))


def add_chart(slide: Slide, block: Waterfall | History | Sides, x: int, y: int, width: int) -> None:
    def add(kind: XL_CHART_TYPE, values: ChartData) -> Chart:
        frame = slide.shapes.add_chart(kind, Emu(x), Emu(y), Emu(width), Emu(height_of(block)), values)
        if not isinstance(frame, GraphicFrame):  # the library's annotation names the chart in it
            raise TypeError("the chart has no frame")
        chart = frame.chart
        chart.font.size, chart.font.name = Pt(11), FONT
        chart.font.color.rgb = rgb(palette.INK_2)
        chart.has_title = False
        return chart

    match block:
        case Waterfall():
            _finish_waterfall(add(XL_CHART_TYPE.BAR_STACKED, _floating(block)), block)
        case History():
            _finish_history(add(XL_CHART_TYPE.LINE, _over_time(block)), block)
        case Sides():
            _finish_sides(add(XL_CHART_TYPE.BAR_CLUSTERED, _side_by_side(block)))


def _floating(block: Waterfall) -> ChartData:
    """Bars on one that is not seen, each named with its points: a short bar has no room for them."""
    values = _values("0.0")
    values.categories = [f"{bar.label}   {shown(Number(bar.points, 'signed'))}" for bar in block.bars]
    spans = zip(block.levels, block.levels[1:], strict=False)
    _add_series(values, "From here", [min(span) for span in spans])
    _add_series(values, "Good", [bar.points if bar.points > 0 else None for bar in block.bars])
    _add_series(values, "Bad", [-bar.points if bar.points < 0 else None for bar in block.bars])
    return values


def _finish_waterfall(chart: Chart, block: Waterfall) -> None:
    chart.has_legend = False
    plot = chart.plots[0]
    plot.gap_width, plot.overlap = 45, 100
    base, good, bad = plot.series
    base.format.fill.background()
    for series, colour in ((good, palette.GOOD), (bad, palette.BAD)):
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = rgb(colour)
    axis = _quiet(chart.value_axis)
    axis.minimum_scale, axis.maximum_scale, axis.visible = int(min(block.levels)) - 1, int(max(block.levels)) + 2, False
    _downwards(chart)


def _over_time(block: History) -> ChartData:
    values = _values("0.0")
    values.categories = [point.on for point in block.points]
    for at, name in enumerate(("Score", "Lower edge", "Upper edge")):
        _add_series(values, name, [point.scored[at] for point in block.points])
    for line in block.lines:
        _add_series(values, line.label, [line.points] * len(block.points))
    return values


def _finish_history(chart: Chart, block: History) -> None:
    """Each line is named where it ends, those that tiers are earned at near where they begin."""
    chart.has_legend = False
    ours = [(palette.COLOURS[block.tier], 2.5), (palette.BAND_LINE, 1.25), (palette.BAND_LINE, 1.25)]
    looks = [*ours, *((palette.COLOURS[line.tier], 1.0) for line in block.lines)]
    for at, (series, (colour, width)) in enumerate(zip(chart.plots[0].series, looks, strict=True)):
        is_ours = at < len(ours)
        series.smooth = False
        series.format.line.color.rgb, series.format.line.width = rgb(colour), Pt(width)
        if not is_ours:
            series.format.line.dash_style = MSO_LINE.DASH
        last = len(block.points) - 1
        label = series.points[last if is_ours else min(NAMED_AT, last)].data_label
        label.position = XL_LABEL_POSITION.RIGHT if is_ours else XL_LABEL_POSITION.ABOVE
        run = label.text_frame.paragraphs[0].add_run()
        run.text = f"{series.name} {block.points[-1].scored[at]:.1f}" if is_ours else series.name
        run.font.size, run.font.name, run.font.color.rgb = Pt(10), FONT, rgb(colour)
    axis = _quiet(chart.value_axis)
    axis.minimum_scale = min(50, int(min(point.scored.lower for point in block.points) // 10 * 10))
    axis.maximum_scale, axis.major_unit = 100, 10
    days = chart.category_axis
    days.tick_labels.number_format, days.tick_labels.number_format_is_linked = "mmm yyyy", False
    days.format.line.color.rgb = rgb(palette.LINE)
    _every_months(chart, MONTHS_A_LABEL)
    _lay_out(chart, *_ROOM_AT_THE_END)


def _side_by_side(block: Sides) -> ChartData:
    values = _values("0")
    values.categories = [pair.label for pair in block.pairs]
    _add_series(values, f"{block.sponsor} rates", [pair.sponsor for pair in block.pairs])
    _add_series(values, f"{block.provider} rates", [pair.provider for pair in block.pairs])
    return values


def _finish_sides(chart: Chart) -> None:
    chart.has_legend = True
    chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    chart.plots[0].gap_width, chart.plots[0].overlap = 60, 0
    for series, colour in zip(chart.plots[0].series, (palette.SPONSOR, palette.INK_3), strict=True):
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = rgb(colour)
        labels = series.data_labels
        labels.show_value, labels.position = True, XL_LABEL_POSITION.OUTSIDE_END
        labels.number_format, labels.number_format_is_linked = "0", False
        labels.font.size, labels.font.color.rgb = Pt(11), rgb(palette.INK)
    axis = _quiet(chart.value_axis)
    axis.minimum_scale, axis.maximum_scale, axis.visible = 0, 105, False
    _downwards(chart)


def _values(form: str) -> ChartData:
    return ChartData(number_format=form)  # type: ignore[no-untyped-call]


def _add_series(to: ChartData, name: str, values: Sequence[float | None]) -> None:
    to.add_series(name, values)  # type: ignore[no-untyped-call]


def _downwards(chart: Chart) -> None:
    """The first category at the top, as it is read."""
    axis = chart.category_axis
    axis.reverse_order, axis.major_tick_mark = True, XL_TICK_MARK.NONE
    axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    axis.format.line.color.rgb = rgb(palette.LINE)


def _quiet(axis: AnyAxis) -> AnyAxis:
    axis.has_major_gridlines = False
    axis.format.line.fill.background()
    axis.major_tick_mark = XL_TICK_MARK.NONE
    return axis


# What python-pptx has no interface for.


def _every_months(chart: Chart, months: int) -> None:
    """Label the axis of dates every so many months."""
    element = chart.element.chart.plotArea.find(qn("c:dateAx"))
    for name in ("c:majorUnit", "c:majorTimeUnit"):
        for known in element.findall(qn(name)):
            element.remove(known)
    for name, value in (("majorUnit", months), ("majorTimeUnit", "months")):
        element.append(parse_xml(f'<c:{name} {nsdecls("c")} val="{value}"/>'))


def _lay_out(chart: Chart, x: float, y: float, width: float, height: float) -> None:
    area = chart.element.chart.plotArea
    for known in area.findall(qn("c:layout")):
        area.remove(known)
    edges = "".join(f'<c:{name} val="{value}"/>' for name, value in zip("xywh", (x, y, width, height), strict=True))
    inner = '<c:layoutTarget val="inner"/><c:xMode val="edge"/><c:yMode val="edge"/>'
    area.insert(0, parse_xml(f"<c:layout {nsdecls('c')}><c:manualLayout>{inner}{edges}</c:manualLayout></c:layout>"))


def rgb(colour: str) -> RGBColor:
    made: RGBColor = RGBColor.from_string(colour)  # type: ignore[no-untyped-call]
    return made
