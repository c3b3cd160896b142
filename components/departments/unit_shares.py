"""One department's part by unit and, where it has several, by sector."""

from __future__ import annotations

from html import escape

import streamlit as st

from components.departments import collected_table
from components.shell import View
from kpi.departments import Collected
from kpi.plan import DepartmentPlan, IndicatorPlan, sector_names
from kpi.vocabulary import Division
from kpi.wording import wording


def show(view: View, department: DepartmentPlan, item: IndicatorPlan) -> None:
    """A row per unit of the chosen roll-up: what the department collected there, its share of the
    department's, and what all departments collected there.
    """
    one = next(part for part in collected_table.parts(view, item) if part.department == department)
    rows = "".join(_row(view, item, one, division) for division in view.members)
    rest = _rest(view, item, one)
    st.html(_sectors(view, one) + '<div class="lg-table-box" tabindex="0" role="region" '
            'aria-label="本部门分单位情况"><table class="lg-table lg-department-units"><thead><tr>'
            '<th scope="col">单位</th><th scope="col">本部门征集</th><th scope="col">占本部门</th>'
            '<th scope="col">本月</th><th scope="col">单位合计（含未归部门）</th></tr></thead>'
            f"<tbody>{rows}{rest}</tbody></table></div>")


def _row(view: View, item: IndicatorPlan, one: Collected, division: Division) -> str:
    line = next(line for line in one.units if (line.rollup, line.division) == division.key)
    return _cells(division.name, line.value, one, one.added.get(division.key),
                  view.card.line(item.code, division).value, item.indicator.unit)


def _rest(view: View, item: IndicatorPlan, one: Collected) -> str:
    """What is of none of the units shown; nothing where they add up to the department's."""
    shown = {division.key for division in view.members}
    units = sum(line.value or 0.0 for line in one.units if (line.rollup, line.division) in shown)
    whole = view.card.city_line(item.code).value or 0.0
    all_ = sum(view.card.line(item.code, division).value or 0.0 for division in view.members)
    left = (one.line.value or 0.0) - units
    name = "其他单位" if view.geography.partial else view.geography.names.unassigned
    return "" if left == 0 else _cells(name, left, one, None, whole - all_, item.indicator.unit)


def _cells(name: str, value: float | None, one: Collected, added: float | None,
           whole: float | None, unit: str) -> str:
    total = one.line.value
    share = value / total if value is not None and total else None
    texts = (wording.count(value), wording.percent(share),
             wording.ABSENT if added is None else wording.signed(added, unit), wording.count(whole))
    return (f'<tr><th scope="row">{escape(name)}</th>'
            f'{"".join(f"<td>{escape(text)}</td>" for text in texts)}</tr>')


def _sectors(view: View, one: Collected) -> str:
    if len(one.sectors) < 2:
        return ""
    listed = sector_names(view.plan.definitions)
    texts = [f"{listed.get(part.name, part.name)}{wording.count(part.value)}"
             f"（{wording.percent(part.share)}）" for part in one.sectors]
    return f'<p class="lg-departments-said">{escape("、".join(texts))}</p>'
