"""One core indicator: its table of divisions, its months, its charts.

The managing units' figures are what a clerk can change; counties, the city and everything judged
follow by formula.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kpi.definitions import Judged, Kind
from kpi.judging import ScorecardLine
from kpi.plan import IndicatorPlan, TargetOrigin
from kpi.vocabulary import AreaNames, Division, Rollup
from kpi.wording import ABSENT, chinese_date, target_words
from reports.content import Content, label, rollup_label
from reports.workbook import charts, formats, outlook, style
from reports.workbook.judged import COMPARATORS, HEADS, WIDTHS, Col, looks, write_judged
from reports.workbook.months import MonthTable, write_months
from reports.workbook.names import cell_name
from reports.workbook.page import Page

_ORIGINS = {TargetOrigin.PLAN: "各县区目标与全市相同", TargetOrigin.QUOTA: "各县区目标为方案分解任务",
            TargetOrigin.APPORTIONED: "方案未列分解任务，各县区目标按常住人口用最大余额法分解"}


@dataclass(eq=False)
class Layout:
    """Where the rows of a sheet are. `rows`: row by division key; `unassigned`: the row 市本级（未分县区）,
    if any.
    """

    rows: dict[tuple[str, str], int] = field(default_factory=dict)
    unassigned: int | None = None


def page_widths() -> tuple[float, ...]:
    """The month table below is narrower: two columns of names and bases, twelve months, a total."""
    return (14.5, 13, 9.5, 9.5, *WIDTHS, *outlook.WIDTHS)


def lay_out(content: Content, first: int) -> Layout:
    layout = Layout({division.key: first + number
                     for number, division in enumerate(content.divisions)})
    if content.whole_city:
        layout.unassigned = first + len(content.divisions)
    return layout


def write_indicator(page: Page, item: IndicatorPlan) -> Layout:
    """Fill the sheet; gives where each division's row is, for the sheets that link here."""
    content = page.content
    top = page.open(item.name, _unit_line(item))
    page.across(top, _note(content, item), style.NOTE_WRAPPED)
    page.head(top + 1, ("区划", "口径", *_part_heads(item, content.names), *HEADS, *outlook.HEADS))
    layout = lay_out(content, top + 2)
    charts_top = (layout.unassigned or max(layout.rows.values())) + 2
    # table and chart are the meeting's page; what the table leaves of it is the chart's
    rows, _ = charts.rows_below(page, (1, charts_top - 1))
    months_top = charts_top + rows
    page.break_after(months_top - 1)  # the months and their chart have a page of their own
    months = write_months(page, item, months_top, _value_cell(layout))
    for division in content.divisions:
        _write_row(page, item, division, layout, months)
    if layout.unassigned is not None:
        _write_unassigned(page, item, layout.unassigned, months)
    charts.add_completion(page, layout.rows, charts_top, rows)
    charts.add_monthly(page, item, months, months.last_row + 2)
    page.freeze(top + 2, 2)
    page.print_on_a4((1, top - 1), one_page=True,
                     areas=[f"A1:{cell_name(months_top - 1, outlook.PRINTED)}"])
    return layout


def _value_cell(layout: Layout) -> dict[tuple[str, str], str]:
    return {key: cell_name(row, Col.VALUE) for key, row in layout.rows.items()}


def _unit_line(item: IndicatorPlan) -> str:
    return "单位：%、个百分点" if item.indicator.is_share else f"单位：{item.indicator.unit}"


def _note(content: Content, item: IndicatorPlan) -> str:
    target = content.line(item, content.city).target
    goal = (
        f"{chinese_date(content.plan.window.deadline, with_year=True)}前{content.names.whole}目标{COMPARATORS[item.comparator]}"
        f"{target_words(target, item.indicator.unit, item.comparator).lstrip('≥>')}"
    )
    origins = {content.line(item, division).target_origin for division in content.divisions
               if division.rollup != Rollup.CITY}
    text = "；".join(content.names.adapted(_ORIGINS[origin]) for origin in TargetOrigin
                    if origin in origins)
    parts = [f"口径：{item.indicator.formula}", goal, *([text] if text else []),
             f"出处：{item.clause}", f"牵头：{item.lead_unit}"]
    return "。".join(part for part in parts if part.split("：")[-1]) + "。" + (
        "" if item.indicator.judged == Judged.FLOOR else outlook.note(content.card))


def _part_heads(item: IndicatorPlan, names: AreaNames) -> tuple[str, str]:
    if item.indicator.is_share:
        return (item.indicator.numerator, item.indicator.denominator or "")
    return (f"占{names.whole}比重", "本月新增" if item.indicator.kind == Kind.CUMULATIVE else "本月净增")


def _write_row(page: Page, item: IndicatorPlan, division: Division, layout: Layout,
               months: MonthTable) -> None:
    content, row = page.content, layout.rows[division.key]
    line = content.line(item, division)
    page.put(row, Col.NAME, label(division), style.TEXT.but(bold=division.rollup == Rollup.CITY))
    page.put(row, Col.ROLLUP, rollup_label(division, content.names), style.CENTRED)
    if item.indicator.is_share:
        _write_share(page, item, division, line, layout)
    else:
        _write_count(page, item, division, line, layout, months)
    _write_target(page, item, division, line, layout)
    write_judged(page, row, item, line, place=content.place(item, division),
                 peers=_peers(content, division, layout))
    outlook.write_outlook(page, row, item, line)


def _peers(content: Content, division: Division, layout: Layout) -> tuple[int, int] | None:
    """Rows of the peer group when all of it is on the sheet."""
    if not content.whole_city:
        return None
    group = {Rollup.COUNTY: content.counties}.get(division.rollup, content.zones)
    if division.rollup == Rollup.CITY or division not in group:
        return None
    return layout.rows[group[0].key], layout.rows[group[-1].key]


def _sum_of(content: Content, division: Division, layout: Layout, column: int) -> str | None:
    """The formula that adds a division up from its managing units; None where its parts are not on
    the sheet.
    """
    if content.is_leaf(division) or (division.rollup == Rollup.CITY and not content.whole_city):
        return None
    if division.rollup == Rollup.CITY:
        first, last = layout.rows[content.leaves[0].key], layout.unassigned or 0
        return f"SUM({cell_name(first, column)}:{cell_name(last, column)})"
    rows = [layout.rows.get((Rollup.MANAGING.value, code)) for code in division.units]
    cells = [cell_name(row, column) for row in rows if row is not None]
    # the zones inside a county may be out of the reader's sight
    return f"SUM({','.join(cells)})" if len(cells) == len(rows) else None


def _write_share(page: Page, item: IndicatorPlan, division: Division, line: ScorecardLine,
                 layout: Layout) -> None:
    row = layout.rows[division.key]
    for column, value in ((Col.PART, line.numerator), (Col.WHOLE, line.denominator)):
        formula = _sum_of(page.content, division, layout, column)
        if formula is None or value is None:
            page.put(row, column, value, _input(page.content, division))
        else:
            page.formula(row, column, formula, value)
    part, whole = cell_name(row, Col.PART), cell_name(row, Col.WHOLE)
    page.formula(row, Col.VALUE, f'IF(N({whole})>0,{part}/{whole},"{ABSENT}")', line.value,
                 looks(item, line)[Col.VALUE])


def _input(content: Content, division: Division) -> style.Look:
    """Blue figures are the ones to change; black ones follow from them."""
    return style.NUMBER.but(ink=style.INPUT_INK) if content.is_leaf(division) else style.NUMBER


def _write_count(page: Page, item: IndicatorPlan, division: Division, line: ScorecardLine,
                 layout: Layout, months: MonthTable) -> None:
    row, look = layout.rows[division.key], looks(item, line)[Col.VALUE]
    if line.value is None:
        page.put(row, Col.VALUE, None, look)
        page.put(row, Col.PART, None)
        page.put(row, Col.WHOLE, None)
        return
    source = months.total_cell(division)
    formula = source or _sum_of(page.content, division, layout, Col.VALUE)
    if formula is None:
        page.put(row, Col.VALUE, line.value, look.but(ink=style.INPUT_INK))
    else:
        page.formula(row, Col.VALUE, formula, line.value, look)
    _write_weight(page, item, division, line, layout)
    added, value = months.latest_addition(division)
    page.formula(row, Col.WHOLE, added, value,
                 style.NUMBER.but(number="#,##0" if item.indicator.kind == Kind.CUMULATIVE
                                  else formats.gap(item, named=False)))


def _write_weight(page: Page, item: IndicatorPlan, division: Division, line: ScorecardLine,
                  layout: Layout) -> None:
    city = page.content.line(item, page.content.city)
    own, whole = (cell_name(layout.rows[key], Col.VALUE)
                  for key in (division.key, page.content.city.key))
    share = line.value / city.value if line.value is not None and city.value else None
    page.formula(layout.rows[division.key], Col.PART, f'IF(N({whole})>0,{own}/{whole},"{ABSENT}")',
                 share, style.NUMBER.but(number="0.0%"))


def _write_target(page: Page, item: IndicatorPlan, division: Division, line: ScorecardLine,
                  layout: Layout) -> None:
    row, look, city_row = layout.rows[division.key], looks(item, line)[Col.TARGET], layout.rows[
        page.content.city.key]
    if division.rollup == Rollup.CITY or line.target is None:
        page.put(row, Col.TARGET, line.target, look.but(ink=style.INPUT_INK))
    elif item.indicator.is_share and page.content.card.geography.subdivided:
        page.formula(row, Col.TARGET, cell_name(city_row, Col.TARGET).replace("F", "F$"),
                     line.target, look)
    elif division.rollup == Rollup.COUNTY and _parts_add_up(page.content, item, division, line):
        page.formula(row, Col.TARGET, _sum_of(page.content, division, layout, Col.TARGET) or "",
                     line.target, look)
    else:
        page.put(row, Col.TARGET, line.target, look.but(ink=style.INPUT_INK))


def _parts_add_up(content: Content, item: IndicatorPlan, county: Division,
                  line: ScorecardLine) -> bool:
    parts = [content.line(item, unit).target for unit in content.managing
             if unit.code in county.units]
    return None not in parts and sum(part or 0 for part in parts) == line.target


def _write_unassigned(page: Page, item: IndicatorPlan, row: int, months: MonthTable) -> None:
    """What only the city knows; for coverage that is the city's own place (the “1” of 1+5+N)."""
    content, series = page.content, page.content.figures.series[item.code]
    page.put(row, Col.NAME, content.names.unassigned)
    page.put(row, Col.ROLLUP, "市级", style.CENTRED)
    for column in range(Col.PART, Col.DAILY + 1):
        page.put(row, column, "", style.TEXT)
    outlook.blank(page, row)
    if series is None:
        return
    position = series.axis.position(content.as_of)
    look = style.NUMBER.but(ink=style.INPUT_INK)
    if series.denominator is not None:
        page.put(row, Col.PART, float(series.numerator[-1, position]), look)
        page.put(row, Col.WHOLE, float(series.denominator[-1, position]), look)
    elif months.unassigned_total is not None:
        page.formula(row, Col.VALUE, months.unassigned_total, float(series.numerator[-1, position]))
    else:
        page.put(row, Col.VALUE, float(series.numerator[-1, position]),
                 look.but(number="#,##0"))


