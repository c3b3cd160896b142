"""月报 on the page 数据: which units have reported which month, of the units an account sees."""

from __future__ import annotations

from html import escape

import streamlit as st

from components.look import notices
from components.look.panel import panel
from components.shell import View
from data_access.ledger.returns import recorded_returns
from data_access.site.return_file import load_return_form
from data_access.snapshots import today_of
from kpi.returns import STANDING_NAMES, Coverage, ReturnForm, ReturnState, coverage, months_of
from kpi.vocabulary import InputError, Rollup

_WAITING = (ReturnState.RETURNED, ReturnState.REOPENED, ReturnState.WAITING)


def show(view: View) -> None:
    """A panel with the months that are not all approved, newest first; nothing where the site asks
    for no returns or the account sees no unit's.
    """
    try:
        form = load_return_form(view.current.settings, tuple(view.geography.unit_by_code))
        listed = () if form is None else _coverage(view, form)
    except InputError as error:
        with panel("returns", "月报"):
            notices.card("warning", "月报读不出来", str(error))
        return
    if listed:
        with panel("returns", "月报", listed[0].words(_names(view))):
            st.html(_html(view, listed))


def _coverage(view: View, form: ReturnForm) -> tuple[Coverage, ...]:
    settings = view.current.settings
    months = months_of(view.plan.window, today_of(settings, view.plan))[::-1]
    if view.access.only_department:
        return ()
    units = tuple(unit.code for unit in view.geography.members(Rollup.MANAGING))
    if not any(form.of(unit) for unit in units):
        return ()
    return coverage(form, months, units, recorded_returns(settings))


def _names(view: View) -> dict[str, str]:
    return {unit.code: unit.name for unit in view.geography.members(Rollup.MANAGING)}


def _html(view: View, listed: tuple[Coverage, ...]) -> str:
    open_, done = [one for one in listed if not one.complete], sum(one.complete for one in listed)
    rest = f'<p class="lg-none">{"其余" if open_ else "全部"} {done} 个月都已审。</p>' if done else ""
    if not open_:
        return rest
    names, today = _names(view), today_of(view.current.settings, view.plan)
    heads = "".join(f'<th scope="col">{head}</th>' for head in (
        "月份", *STANDING_NAMES.values(), "期限"))
    rows = []
    for one in open_:
        owed = any(state in one.units for state in _WAITING) and today > one.due
        cells = "".join(f"<td>{_cell(one, state, names)}</td>" for state in STANDING_NAMES)
        late = f"（已过 {(today - one.due).days} 天）" if owed else ""
        rows.append(f'<tr><th scope="row">{one.month:%Y-%m}</th>{cells}<td>{one.due}{late}</td></tr>')
    return ('<div class="lg-table-box lg-data-scroll" tabindex="0" role="region" aria-label="各月月报报送情况">'
            f'<table class="lg-table lg-plain"><thead><tr>{heads}</tr></thead>'
            f"<tbody>{''.join(rows)}</tbody></table></div>{rest}")


def _cell(one: Coverage, state: ReturnState, names: dict[str, str]) -> str:
    units = one.units.get(state, ())
    if state == ReturnState.APPROVED or not units:
        return f"{len(units)}"
    return f"{len(units)} <small>{escape('、'.join(names[unit] for unit in units))}</small>"
