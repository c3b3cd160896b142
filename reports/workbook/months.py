"""An indicator month by month: what each month added (counts since the start), or how it stood at
each month's end.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from kpi.definitions import Kind
from kpi.plan import IndicatorPlan
from kpi.vocabulary import Division, Rollup
from kpi.wording import chinese_date
from reports.content import Content, label
from reports.workbook import formats, style
from reports.workbook.names import cell_name
from reports.workbook.page import Page

_FIRST = 3
"""Column of the first month; before it the name and what was there before."""


@dataclass(eq=False)
class MonthTable:
    """Where the months stand. `adds_up`: the months are additions, and the total is the indicator's
    value.
    """

    adds_up: bool
    head_row: int
    months: int
    rows: dict[tuple[str, str], int] = field(default_factory=dict)
    unassigned_row: int | None = None
    additions: dict[tuple[str, str], float] = field(default_factory=dict)

    @property
    def last_row(self) -> int:
        return self.unassigned_row or max(self.rows.values())

    @property
    def last_column(self) -> int:
        return _FIRST + self.months - 1

    def total_cell(self, division: Division) -> str | None:
        """The cell that holds the indicator's value; None where the months do not add up to it."""
        return cell_name(self.rows[division.key], self.last_column + 1) if self.adds_up else None

    @property
    def unassigned_total(self) -> str | None:
        if not self.adds_up or self.unassigned_row is None:
            return None
        return cell_name(self.unassigned_row, self.last_column + 1)

    def latest_addition(self, division: Division) -> tuple[str, float]:
        """Formula and value of what the running month added."""
        row, last = self.rows[division.key], self.last_column
        latest = cell_name(row, last)
        before = cell_name(row, last - 1)
        return latest if self.adds_up else f"{latest}-N({before})", self.additions[division.key]


def write_months(page: Page, item: IndicatorPlan, top: int,
                 value_cells: dict[tuple[str, str], str]) -> MonthTable:
    """The month table with its heading from row `top` on. `value_cells`: where the upper table
    holds each value.
    """
    content = page.content
    adds_up = item.indicator.kind == Kind.CUMULATIVE and not content.absent(item)
    table = MonthTable(adds_up, top + 1, len(content.month_ends))
    page.across(top, _caption(content, adds_up), style.SUBTITLE, height=22)
    page.head(top + 1, _heads(content, adds_up))
    for number, division in enumerate(content.divisions):
        table.rows[division.key] = top + 2 + number
    if content.whole_city and adds_up:
        table.unassigned_row = top + 2 + len(content.divisions)
        _write_unassigned(page, item, table)
    for division in content.divisions:
        _write_row(page, item, division, table, value_cells[division.key])
    return table


def _caption(content: Content, adds_up: bool) -> str:
    kind = "分月新增" if adds_up else "月末值"
    return f"{kind}（末月截至{chinese_date(content.as_of)}）"


def _heads(content: Content, adds_up: bool) -> list[str]:
    months = [f"{end.year}-{end.month:02d}" for end in content.month_ends]
    return ["区划", "此前累计" if adds_up else "此前月末", *months, *(["累计"] if adds_up else [])]


def _write_row(page: Page, item: IndicatorPlan, division: Division, table: MonthTable,
               value_cell: str) -> None:
    row = table.rows[division.key]
    page.put(row, 1, label(division), style.TEXT.but(bold=division.rollup == Rollup.CITY))
    points = _values(page.content, item, division)
    if table.adds_up:
        _write_additions(page, item, division, table, points)
        return
    for number, value in enumerate(points[:-1]):
        page.put(row, 2 + number, value, _month_look(item, value))
    page.formula(row, table.last_column, value_cell, points[-1], _month_look(item, points[-1]))
    before = points[-2] if len(points) > 1 else None
    table.additions[division.key] = (points[-1] or 0) - (before or 0)


def _values(content: Content, item: IndicatorPlan, division: Division) -> list[float | None]:
    """The value the day before the first month, then at each month's end."""
    days = (content.before_months, *content.month_ends)
    return [content.figures.measure(item.code, division, day).value for day in days]


def _month_look(item: IndicatorPlan, value: float | None) -> style.Look:
    number = "#,##0" if not item.indicator.is_share else formats.share(value)
    return style.NUMBER.but(number=number)


def _write_additions(page: Page, item: IndicatorPlan, division: Division, table: MonthTable,
                     points: list[float | None]) -> None:
    row, content = table.rows[division.key], page.content
    # nothing is known of this one: not nothing happened there
    if content.line(item, division).value is None:
        for column in range(2, table.last_column + 2):
            page.put(row, column, None, style.NUMBER)
        return
    values = [value or 0.0 for value in points]
    cells = [values[0], *(after - before for before, after in pairwise(values))]
    for column, value in enumerate(cells, start=2):
        formula = _sum_formula(content, division, table, column)
        if formula is None:
            page.put(row, column, value, style.NUMBER.but(ink=style.INPUT_INK))
        else:
            page.formula(row, column, formula, value)
    table.additions[division.key] = cells[-1]
    _write_total(page, item, table, row, content.line(item, division).value)


def _write_total(page: Page, item: IndicatorPlan, table: MonthTable, row: int,
                 value: float | None) -> None:
    first, last = cell_name(row, 2), cell_name(row, table.last_column)
    page.formula(row, table.last_column + 1, f"SUM({first}:{last})", value,
                 style.NUMBER.but(bold=True))


def _sum_formula(content: Content, division: Division, table: MonthTable,
                 column: int) -> str | None:
    if content.is_leaf(division) or (division.rollup == Rollup.CITY and not content.whole_city):
        return None
    if division.rollup == Rollup.CITY:
        first, last = table.rows[content.leaves[0].key], table.last_row
        return f"SUM({cell_name(first, column)}:{cell_name(last, column)})"
    rows = [table.rows.get((Rollup.MANAGING.value, code)) for code in division.units]
    cells = [cell_name(row, column) for row in rows if row is not None]
    # the zones inside a county may be out of the reader's sight
    return f"SUM({','.join(cells)})" if len(cells) == len(rows) else None


def _write_unassigned(page: Page, item: IndicatorPlan, table: MonthTable) -> None:
    series, row = page.content.figures.series[item.code], table.unassigned_row
    if series is None or row is None:
        return
    page.put(row, 1, page.content.names.unassigned)
    values = [_unassigned(page.content, item, day)
              for day in (page.content.before_months, *page.content.month_ends)]
    cells = [values[0], *(after - before for before, after in pairwise(values))]
    for column, value in enumerate(cells, start=2):
        page.put(row, column, value, style.NUMBER.but(ink=style.INPUT_INK))
    _write_total(page, item, table, row, values[-1])


def _unassigned(content: Content, item: IndicatorPlan, day: date) -> float:
    series = content.figures.series[item.code]
    return series.unassigned(day) if series is not None and series.axis.position(day) >= 0 else 0.0


