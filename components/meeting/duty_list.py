"""任务清单: every duty of the plan with its state, and recording what shows that it is done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from html import escape

import streamlit as st

from components.look import notices
from components.meeting import recorded
from components.shell import View, account, page_params
from data_access.accounts import Action
from data_access.ledger.duty_entries import duty_entries
from data_access.site.duty_file import load_duties
from kpi.duties import (
    BY_NAMES,
    STATE_NAMES,
    By,
    DutyEntry,
    DutyStanding,
    DutyState,
    check_entry,
    stand,
)
from kpi.scope import Permission
from kpi.vocabulary import InputError

_ALL = "全部"
_HEADS = ("序号", "任务", "出处", "牵头单位", "看什么", "情况", "期限", "状态")


def standings(view: View) -> tuple[DutyStanding, ...]:
    """Every duty as of the view's day."""
    settings = view.current.settings
    return stand(load_duties(settings), view.card, duty_entries(settings).all())


def show(view: View, all_: Sequence[DutyStanding]) -> None:
    """The filters, how many are in which state, and a row per duty."""
    leads = list(dict.fromkeys(one.duty.lead for one in all_))
    lead = page_params.one("lead", [_ALL, *leads], _ALL)
    state = page_params.one("state", [_ALL, *DutyState], _ALL)
    with st.container(key="lg-duty-bar", horizontal=True, gap="medium",
                      vertical_alignment="bottom"):
        st.session_state["duty-lead"] = lead
        st.selectbox("牵头单位", [_ALL, *leads], key="duty-lead", on_change=lambda: page_params.put(
            "lead", st.session_state["duty-lead"], _ALL))
        of_lead = [one for one in all_ if lead in (_ALL, one.duty.lead)]
        counts = Counter(one.state for one in of_lead)
        st.session_state["duty-state"] = state
        st.segmented_control(
            "状态", [_ALL, *(state.value for state in DutyState)], key="duty-state", required=True,
            format_func=lambda value: f"{_ALL} {len(of_lead)}" if value == _ALL else
            f"{STATE_NAMES[DutyState(value)]} {counts[DutyState(value)]}",
            on_change=lambda: page_params.put("state", st.session_state["duty-state"], _ALL))
        if _may_record(view):
            _record_button(view, all_)
    shown = [one for one in of_lead if state in (_ALL, one.state.value)]
    if not shown:
        st.html('<p class="lg-calm-note">○ 没有这样的任务。</p>')
        return
    heads = "".join(f'<th scope="col">{head}</th>' for head in _HEADS)
    st.html('<div class="lg-table-box" tabindex="0" role="region" aria-label="任务清单">'
            f'<table class="lg-table lg-duties"><thead><tr>{heads}</tr></thead>'
            f'<tbody>{"".join(_row(one) for one in shown)}</tbody></table></div>')


def _row(one: DutyStanding) -> str:
    duty = one.duty
    lit = f' <span class="lg-duty-light">{one.lit}</span>' if one.lit else ""
    co = f'<small>配合：{escape("、".join(duty.co))}</small>' if duty.co else ""
    return (f'<tr><td>{escape(duty.id)}</td><th scope="row">{escape(duty.text)}</th>'
            f"<td>{escape(duty.clause)}</td><td>{escape(duty.lead)}{co}</td>"
            f"<td>{BY_NAMES[duty.by]}</td><td>{escape(one.shows)}{lit}</td><td>{one.due}</td>"
            f'<td class="lg-duty-{one.state.value}">{" ".join(one.state_words)}</td></tr>')


def _may_record(view: View) -> bool:
    return view.may(Permission.LEDGER) and view.access.scope.everything


def _record_button(view: View, all_: Sequence[DutyStanding]) -> None:
    by_entries = [one for one in all_ if one.duty.by != By.INDICATOR]
    if by_entries and st.button("登记材料", key="duty-record"):
        st.dialog("登记材料", width="medium")(_form)(view, by_entries)


def _form(view: View, listed: Sequence[DutyStanding]) -> None:
    names = {one.duty.id: f"{one.duty.id} {one.duty.text}" for one in listed}
    with st.form("duty", enter_to_submit=False):
        chosen = st.selectbox("任务", list(names), format_func=lambda one: names[one],
                              key="duty-of")
        on = st.date_input("日期", value=view.now().date(), max_value=view.now().date(),
                           format="YYYY-MM-DD", key="duty-on")
        document = st.text_input("文号或材料名称", max_chars=120, key="duty-document",
                                 placeholder="例如：宿人社发〔2025〕12号")
        back = st.checkbox("收回登记错的（任务、日期、文号须一致）", key="duty-back")
        if st.form_submit_button("登记", type="primary"):
            try:
                record(view, chosen, on or date.min, document, withdrawn=back)
            except InputError as error:
                notices.card("error", "没有登记", str(error))
                return
            st.toast(recorded.words(view, on or date.min))
            st.rerun()


def record(view: View, duty: str, on: date, document: str, *, withdrawn: bool = False) -> None:
    """Write that the acting account records a document for a duty, or takes it back. Raises
    InputError when it may not, or the entry cannot be.
    """
    now = view.permit.require(Permission.LEDGER)
    if not now.scope.everything:
        raise InputError("只有面向全市的账号可以登记材料；这一步没有执行。")
    settings = view.current.settings
    entry = check_entry(DutyEntry(duty, on, document.strip(), account.acting(now).account,
                                  view.now(), withdrawn), load_duties(settings),
                        view.now().date())
    # first: what leaves no trace is not done
    view.permit.record(Permission.LEDGER, Action.LEDGER, f"任务 {duty}",
                       f"{'收回' if withdrawn else '登记'} {on} {entry.document}")
    duty_entries(settings).append(entry)
