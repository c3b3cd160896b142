"""Native charts: completion of every unit against what is due, and the city month by month."""

from __future__ import annotations

from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.chart.axis import ChartLines
from openpyxl.chart.data_source import StrRef
from openpyxl.chart.series import SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.drawing.text import (
    CharacterProperties,
    Paragraph,
    ParagraphProperties,
    RegularTextRun,
)

from kpi.plan import IndicatorPlan
from reports.workbook import style
from reports.workbook.judged import Col
from reports.workbook.months import MonthTable
from reports.workbook.names import remote
from reports.workbook.page import ROW, TALLEST, Page

BAR, LINE, GRIDLINE = "7C9CC4", "A3123A", "E1E6EC"
ROWS = 17
"""Sheet rows a chart takes at most, with the empty one below it."""
_FEWEST = 9
_TITLE, _SMALL = 1200, 1000
"""Font sizes in hundredths of a point."""


def rows_below(page: Page, *above: tuple[int, int]) -> tuple[int, bool]:
    """Rows there are for a chart below the rows `above`, and whether it fits with them on one
    printed page.
    """
    left = int((TALLEST - sum(page.height(*rows) for rows in above)) / ROW)
    return min(max(left, _FEWEST), ROWS), left >= _FEWEST


def add_completion(page: Page, rows: dict[tuple[str, str], int], top: int, high: int) -> None:
    """Completion of every managing unit against what is due, from row `top` on, `high` rows high.
    """
    content = page.content
    city, last = rows[content.city.key], rows[content.leaves[-1].key]
    units = "各管理单位" if content.card.geography.subdivided else content.names.members
    # one division alone makes no comparison, so it is drawn beside the city
    first = rows[content.leaves[0].key] if content.whole_city else city
    title = (f"{units}完成率与应达进度" if content.whole_city
             else f"完成率与应达进度（与{content.names.whole}对照）")
    place(page, _completion(page, title, city - 1, first, last), top, high=high)


def add_monthly(page: Page, item: IndicatorPlan, months: MonthTable, top: int) -> None:
    """The city month by month."""
    place(page, _monthly(page, item, months), top)


def _completion(page: Page, title: str, head: int, first: int, last: int) -> BarChart:
    chart = BarChart(gapWidth=60)
    dress(chart, title, "区划", "完成率（%）", "0%")
    chart.add_data(_reference(page, Col.COMPLETION, first, last), titles_from_data=False)
    chart.set_categories(Reference(page.sheet, min_col=Col.NAME, min_row=first, max_row=last))
    _name(chart, page, Col.COMPLETION, head)
    chart.series[0].graphicalProperties = GraphicalProperties(solidFill=BAR)
    line = LineChart()
    line.add_data(_reference(page, Col.DUE, first, last), titles_from_data=False)
    _name(line, page, Col.DUE, head)
    line.series[0].graphicalProperties = GraphicalProperties(
        ln=LineProperties(solidFill=LINE, w=19050))
    line.series[0].marker.symbol = "none"
    line.series[0].smooth = False
    chart += line
    return chart


def _reference(page: Page, column: int, first: int, last: int) -> Reference:
    return Reference(page.sheet, min_col=column, min_row=first, max_row=last)


def _name(chart: BarChart | LineChart, page: Page, column: int, head: int) -> None:
    chart.series[0].tx = SeriesLabel(strRef=StrRef(f=remote(page.title, head, column)))


def _monthly(page: Page, item: IndicatorPlan, months: MonthTable) -> BarChart | LineChart:
    row = months.rows[page.content.city.key]
    unit = "%" if item.indicator.is_share else item.indicator.unit
    chart = BarChart(gapWidth=60) if months.adds_up else LineChart()
    text = "分月新增" if months.adds_up else "月末值"
    dress(chart, f"{page.content.names.whole}{item.name}{text}", "月份", f"{text}（{unit}）", "0%"
          if unit == "%" else "#,##0")
    chart.add_data(Reference(page.sheet, min_col=3, max_col=months.last_column, min_row=row),
                   from_rows=True, titles_from_data=False)
    chart.set_categories(Reference(page.sheet, min_col=3, max_col=months.last_column,
                                   min_row=months.head_row))
    _name(chart, page, 1, row)
    if months.adds_up:
        chart.series[0].graphicalProperties = GraphicalProperties(solidFill=BAR)
    else:
        chart.series[0].graphicalProperties = GraphicalProperties(
            ln=LineProperties(solidFill=style.INK, w=22225))
        chart.series[0].smooth = False
        chart.series[0].marker.symbol = "circle"
        chart.series[0].marker.size = 5
    chart.legend = None
    if unit == "%" and (page.content.card.city_line(item.code).value or 0) > 0.8:
        # a share cannot pass it; the automatic scale would run to 120 %
        chart.y_axis.scaling.max = 1
    return chart


def place(page: Page, chart: BarChart | LineChart, top: int, *, first: int = 1,
          last: int | None = None, high: int = ROWS) -> None:
    """Put the chart over whole cells, so that it is as wide as the table whatever the font: `high`
    rows from `top` on.
    """
    begin = AnchorMarker(col=first - 1, row=top - 1)
    end = AnchorMarker(col=last or page.columns, row=top + high - 2)
    chart.anchor = TwoCellAnchor(editAs="oneCell", _from=begin, to=end)  # type: ignore[assignment]
    page.sheet.add_chart(chart)


def dress(chart: BarChart | LineChart, title: str, x_title: str, y_title: str, number: str) -> None:
    """Titles, axes, gridlines and sizes every chart has. Bars and lines start at zero."""
    chart.title = _text(title, _TITLE)
    chart.x_axis.title, chart.y_axis.title = _text(x_title, _SMALL), _text(y_title, _SMALL)
    for axis in (chart.x_axis, chart.y_axis):
        # without this, newer programs hide the axes of charts written by openpyxl
        axis.delete = False
        axis.tickLblPos = "low"
        axis.txPr = RichText(p=[Paragraph(pPr=_font(_SMALL, bold=False),
                                          endParaRPr=CharacterProperties())])
    chart.y_axis.number_format = number
    chart.y_axis.numFmt.sourceLinked = False
    chart.y_axis.scaling.min = 0
    chart.y_axis.majorGridlines = ChartLines(
        spPr=GraphicalProperties(ln=LineProperties(solidFill=GRIDLINE)))
    if chart.legend is not None:
        chart.legend.position = "r"


def _text(text: str, size: int) -> Title:
    run = RegularTextRun(t=text, rPr=CharacterProperties(sz=size, b=size == _TITLE))
    rich = RichText(p=[Paragraph(pPr=_font(size, bold=size == _TITLE), r=[run])])
    return Title(tx=Text(rich=rich), overlay=False)


def _font(size: int, *, bold: bool) -> ParagraphProperties:
    return ParagraphProperties(defRPr=CharacterProperties(sz=size, b=bold))
