"""供需: the figures by unit, unfilled posts by sector and unit, and occupations."""

from __future__ import annotations

from kpi.figures import Market, market
from kpi.plan import IndicatorPlan
from kpi.sentences import fill_words, market_sentences, people, undated_words
from kpi.vocabulary import Division, Rollup
from reports.content import Content, label, rollup_label
from reports.workbook import formats, style
from reports.workbook.names import cell_name
from reports.workbook.page import Page

PAGE_WIDTHS = (18, 13.5, *(12 for _ in range(10)))


def write_matching(page: Page) -> None:
    """Raises AssertionError where posts are 未接入; the sheet is then left out."""
    content = page.content
    shown = content.city if content.scope is None else content.scope
    known = market(content.figures, shown, content.as_of)
    assert known is not None
    row = top = page.open("供需", "单位：个、人、天")
    for text in (*market_sentences(known, shown), undated_words(known)):
        if text:
            page.across(row, text, style.Look(grid=False, wrap=True, size=10.5))
            row += 1
    row = _write_units(page, row + 1) + 1
    row = _write_occupations(page, row, known) + 1
    _write_unfilled(page, row, known)
    page.freeze(top - 1)
    page.print_on_a4((1, top - 1))


def _items(content: Content) -> list[IndicatorPlan]:
    rule = content.plan.definitions.matching
    named = () if rule is None else rule.indicators
    return [item for item in content.plan.indicators if item.code in named]


def _write_units(page: Page, top: int) -> int:
    content, items = page.content, _items(page.content)
    page.across(top, "各单位", style.SUBTITLE, height=24)
    page.head(top + 1, ("单位", "类别", *(item.name for item in items)))
    for row, division in enumerate(content.distinct, start=top + 2):
        page.put(row, 1, label(division),
                 style.TEXT.but(bold=division.rollup == Rollup.CITY))
        page.put(row, 2, rollup_label(division, content.names), style.CENTRED)
        for column, item in enumerate(items, start=3):
            _write_figure(page, row, column, item, division)
    return top + 2 + len(content.distinct)


def _write_figure(page: Page, row: int, column: int, item: IndicatorPlan,
                  division: Division) -> None:
    line = page.content.line(item, division)
    if line.value is None and item.indicator.matching is not None and item.indicator.unit == "天":
        known = market(page.content.figures, division, page.content.as_of)
        page.put(row, column, None if known is None else fill_words(known), style.CENTRED)
        return
    number = "0.0" if item.indicator.unit == "天" else formats.count(item)
    page.put(row, column, line.value, style.NUMBER.but(number=number))


def _write_occupations(page: Page, top: int, known: Market) -> int:
    page.across(top, "分工种：近 90 天岗位、求职，年内培训", style.SUBTITLE, height=24)
    page.head(top + 1, ("工种", "岗位", "求职", "缺口（岗位－求职）", "年内培训"))
    row = top + 2
    for one in known.occupations:
        page.put(row, 1, one.name)
        page.put(row, 2, one.jobs, style.NUMBER)
        for column, value in ((3, one.seekers), (5, one.trained)):
            exact = value is None or people(value) == f"{value:,.0f}"
            if exact:
                page.put(row, column, value, style.NUMBER)
            else:
                page.put(row, column, people(value), style.CENTRED)
        if one.seekers is None or people(one.seekers) != f"{one.seekers:,.0f}":
            page.put(row, 4, None)
        else:
            page.formula(row, 4, f"{cell_name(row, 2)}-{cell_name(row, 3)}", one.short)
        row += 1
    return row


def _write_unfilled(page: Page, top: int, known: Market) -> int:
    content = page.content
    page.across(top, "三十天未招满岗位：30 至 120 天前发布的，行业×单位", style.SUBTITLE, height=24)
    table = known.by_sector or {}
    named = [unit for unit in content.managing if any(unit.code in row for row in table.values())]
    rest = {code for row in table.values() for code in row} - {unit.code for unit in named}
    heads = [unit.short_name for unit in named] + ([content.names.unassigned] if rest else [])
    page.head(top + 1, ("行业", "合计", *heads))
    row = top + 2
    for name, amounts in sorted(table.items(), key=lambda pair: -sum(pair[1].values())):
        page.put(row, 1, known.sectors.get(name, name) or "没有行业")
        values = [amounts.get(unit.code, 0.0) for unit in named]
        values += [sum(amounts.get(code, 0.0) for code in rest)] if rest else []
        for column, value in enumerate(values, start=3):
            page.put(row, column, value, style.NUMBER)
        if values:
            cells = f"{cell_name(row, 3)}:{cell_name(row, 2 + len(values))}"
            page.formula(row, 2, f"SUM({cells})", sum(values), style.NUMBER.but(bold=True))
        row += 1
    return row
