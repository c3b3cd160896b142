"""Which month, how the units stand with it, and which unit's return is open."""

from __future__ import annotations

from collections import Counter
from html import escape

import streamlit as st

from components.look import notices
from components.returns.desk import MONTH, NOTHING, UNIT, Desk, month_value
from components.shell import page_params
from kpi.returns import RETURN_STATE_NAMES, MonthlyReturn, ReturnState, Step
from kpi.scope import Permission
from kpi.vocabulary import Division
from reports.returns_overview import returns_overview

SHAPES = {ReturnState.WAITING: "○", ReturnState.FILED: "◎", ReturnState.RETURNED: "▲",
          ReturnState.APPROVED: "●", ReturnState.REOPENED: "◆"}
_HEADS = ("单位", "状态", "报送时间", "审核时间", "期限", "迟报")
_OPEN = (ReturnState.WAITING, ReturnState.RETURNED, ReturnState.REOPENED)


def none() -> None:
    """Why there is nothing here, and what would change that."""
    notices.empty("没有要报的月报", "没有设定各单位每月要报的项目，或还没有到报送的月份，或本账号没有要报的单位。"
                  "设定的写法见《月报》，由系统管理员放进配置文件夹。")


def choose(desk: Desk) -> Division:
    """The pickers of month and unit; the unit whose return is open."""
    months = [month_value(month) for month in desk.months]
    units = {unit.code: unit for unit in desk.units}
    default = next((code for code in units
                    if desk.one(code).state == ReturnState.FILED), next(iter(units)))
    with st.container(key="lg-returns-bar", horizontal=True, gap="small",
                      vertical_alignment="bottom"):
        st.session_state["returns-month"] = month_value(desk.month)
        st.selectbox("月份", months, key="returns-month", width=135,
                     format_func=lambda one: f"{one[:4]}年{one[5:]}月",
                     on_change=lambda: page_params.put(
                         MONTH, st.session_state["returns-month"], months[0]))
        chosen = page_params.one(UNIT, list(units), default)
        if len(units) > 1:
            st.session_state["returns-unit"] = chosen
            st.selectbox("单位", list(units), key="returns-unit", width=215,
                         format_func=lambda code: f"{units[code].name}（{mark(desk.one(code))}）",
                         on_change=lambda: page_params.put(
                             UNIT, st.session_state["returns-unit"], ""))
        if desk.view.current.snapshot.sample:
            st.html('<p class="lg-returns-sample"><span class="lg-sample">演示数据</span></p>')
    return units[chosen]


def mark(one: MonthlyReturn) -> str:
    """Shape and name of a return's state."""
    return f"{SHAPES[one.state]} {RETURN_STATE_NAMES[one.state]}"


def note(desk: Desk) -> str:
    """How many units are in which state, and until when it is due."""
    counts = Counter(desk.one(unit.code).state for unit in desk.units)
    reopened = counts[ReturnState.REOPENED]
    again = f"更正中 {reopened} 个、" if reopened else ""
    return (f"已审 {counts[ReturnState.APPROVED]} 个、已报待审 {counts[ReturnState.FILED]} 个、"
            f"退回 {counts[ReturnState.RETURNED]} 个、{again}未报 {counts[ReturnState.WAITING]} 个，"
            f"截止 {desk.form.due(desk.month)}")


def overview(desk: Desk) -> None:
    """The download of all units' returns of the month, for whoever may hand out papers."""
    if not desk.view.access.scope.everything or not desk.view.may(Permission.EXPORT):
        return
    name = f"月报汇总-{month_value(desk.month)}.xlsx"
    st.download_button("下载本月汇总（Excel）", desk.view.handing_out(
        name, lambda: returns_overview(
            desk.form, desk.month, desk.units, tuple(desk.returns.values()),
            sample=desk.view.current.settings.sample), Permission.EXPORT),
        file_name=name, on_click="ignore", key="returns-overview")


def show(desk: Desk, chosen: Division) -> None:
    """A row per unit."""
    heads = "".join(f'<th scope="col">{head}</th>' for head in _HEADS)
    rows = "".join(_row(desk, unit, here=unit == chosen) for unit in desk.units)
    st.html('<div class="lg-table-box" tabindex="0" role="region" aria-label="各单位月报">'
            f'<table class="lg-table lg-returns"><thead><tr>{heads}</tr></thead>'
            f"<tbody>{rows}</tbody></table></div>")


def _row(desk: Desk, unit: Division, *, here: bool) -> str:
    one = desk.one(unit.code)
    corrected = (" <small>更正</small>"
                 if one.corrected and one.state != ReturnState.REOPENED else "")
    return (f'<tr{" class=lg-here" if here else ""}><th scope="row">{escape(unit.name)}</th>'
            f'<td class="lg-return-{one.state.value}">{mark(one)}{corrected}</td>'
            f"<td>{_when(one, Step.FILE)}</td><td>{_when(one, Step.APPROVE)}</td>"
            f"<td>{desk.form.due(desk.month)}</td><td>{late(desk, one)}</td></tr>")


def _when(one: MonthlyReturn, step: Step) -> str:
    at = next((event.at for event in reversed(one.events) if event.step == step), None)
    return NOTHING if at is None else f"{at:%Y-%m-%d %H:%M}"


def late(desk: Desk, one: MonthlyReturn) -> str:
    """How many days too late it was filed first, or is not filed by now; a dash when it is in
    time.
    """
    due = desk.form.due(desk.month)
    first = next((event.at.date() for event in one.events if event.step == Step.FILE), None)
    if first is not None and first > due:
        return f"迟报 {(first - due).days} 天"
    if one.state in _OPEN and desk.today > due:
        return f"已逾期 {(desk.today - due).days} 天"
    return NOTHING
