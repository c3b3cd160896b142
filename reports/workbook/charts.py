"""Native charts: completion of every unit against what is due, and the city month by month."""

from __future__ import annotations

from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.chart.axis import ChartLines
from openpyxl.chart.data_source import StrRef
from openpyxl.chart.series import SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties

from kpi.plan import IndicatorPlan
from reports.workbook import style
from reports.workbook.judged import Col
from reports.workbook.months import MonthTable
from reports.workbook.names import cell_name, remote
from reports.workbook.page import Page

BAR, LINE, GRIDLINE = "7C9CC4", "A3123A", "E1E6EC"
_HEIGHT = 7.6


def add_charts(page: Page, item: IndicatorPlan, rows: dict[tuple[str, str], int], months: MonthTable, top: int) -> None:
    """Two charts side by side below row `top`."""
    shown = page.content.managing
    head, first, last = rows[page.content.city.key] - 1, rows[shown[0].key], rows[shown[-1].key]
    page.sheet.add_chart(_completion(page, head, first, last), cell_name(top, 1))
    page.sheet.add_chart(_monthly(page, item, months), cell_name(top, Col.COMPLETION + 1))


def _completion(page: Page, head: int, first: int, last: int) -> BarChart:
    chart = BarChart()
    chart.type, chart.gapWidth = "col", 60
    _dress(chart, "各管理单位完成率与应达进度", "管理单位", "完成率（%）", "0%", width=16.5)
    chart.add_data(_reference(page, Col.COMPLETION, first, last), titles_from_data=False)
    chart.set_categories(Reference(page.sheet, min_col=Col.NAME, min_row=first, max_row=last))
    _name(chart, page, Col.COMPLETION, head)
    chart.series[0].graphicalProperties = GraphicalProperties(solidFill=BAR)
    chart.y_axis.scaling.min = 0
    line = LineChart()
    line.add_data(_reference(page, Col.DUE, first, last), titles_from_data=False)
    _name(line, page, Col.DUE, head)
    line.series[0].graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=LINE, w=19050))
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
    said = "分月新增" if months.adds_up else "月末值"
    _dress(chart, f"全市{item.name}{said}", "月份", f"{said}（{unit}）", "0%" if unit == "%" else "#,##0", width=16.5)
    chart.add_data(Reference(page.sheet, min_col=3, max_col=months.last_column, min_row=row), from_rows=True,
                   titles_from_data=False)
    chart.set_categories(Reference(page.sheet, min_col=3, max_col=months.last_column, min_row=months.head_row))
    _name(chart, page, 1, row)
    if months.adds_up:
        chart.series[0].graphicalProperties = GraphicalProperties(solidFill=BAR)
    else:
        chart.series[0].graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=style.INK, w=22225))
        chart.series[0].smooth = False
        chart.series[0].marker.symbol = "circle"
        chart.series[0].marker.size = 5
    chart.y_axis.scaling.min = 0
    chart.legend = None
    return chart


def _dress(chart: BarChart | LineChart, title: str, x_title: str, y_title: str, number: str, *, width: float) -> None:
    chart.title, chart.x_axis.title, chart.y_axis.title = title, x_title, y_title
    chart.style = 10
    chart.width, chart.height = width, _HEIGHT  # type: ignore[assignment]  # centimetres, fractions are fine
    # without this, newer programs hide the axes of charts written by openpyxl
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.number_format = chart.y_axis.numFmt.formatCode = number
    chart.y_axis.majorGridlines = ChartLines(spPr=GraphicalProperties(ln=LineProperties(solidFill=GRIDLINE)))
    chart.x_axis.tickLblPos = chart.y_axis.tickLblPos = "low"
    if chart.legend is not None:
        chart.legend.position = "t"


