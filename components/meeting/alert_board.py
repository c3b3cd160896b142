"""The list of alerts: evidence, duty, next step, and what can be done about each."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import streamlit as st

from components.look import severity_mark
from components.meeting import alert_cards, alert_desk, alert_list, follow_up_forms
from components.meeting.alert_desk import NOTED_NAMES, Desk
from components.meeting.ledger import open_book
from components.shell import View, cached_per_view
from components.shell.carded import carded
from kpi.alerts import RULE_NAMES, SEVERITY_ORDER, Alert, Noted, Receipt, Severity
from kpi.scope import Permission
from kpi.vocabulary import Rollup
from kpi.wording import wording

_SCROLLED = "alerts.scrolled"


def summary(desk: Desk) -> None:
    """How many of each grade, and how many nobody has taken note of."""
    grades = "".join(f"<li>{severity_mark(grade)}<b>{number}</b></li>"
                     for grade, number in _grades(desk).items())
    waiting = sum(one.state != Noted.NOTED for one in desk.receipts.values())
    st.html(f'<div class="lg-headline lg-alert-sum"><h1>预警</h1><ul>{grades}</ul>'
            f"<p>逐条共 <b>{len(desk.scope)}</b> 条，其中 <b>{waiting}</b> 条待确认；截至 {desk.view.card.as_of}。"
            "确认只表示已知悉，不解除预警；数据好转后自动解除，加重后须再次确认。</p></div>")


def _grades(desk: Desk) -> Mapping[Severity, int]:
    """How many of the cards counted have each grade."""
    view = desk.view
    cards = (
        alert_cards.of(view)
        if view.selection.division is None
        else alert_cards.of_unit(view, view.place)
    )
    return {grade: sum(cards.grade(card) == grade for card in cards.counted)
            for grade in SEVERITY_ORDER}


def show(desk: Desk) -> None:
    """The alerts of the page shown, each with its actions, and the way to further pages."""
    if not desk.scope:
        calm, said = alert_list.nothing(desk.view)
        st.html(f'<p class="{"lg-calm" if calm else "lg-calm-note"}">{said}</p>')
        return
    if not desk.shown:
        st.html('<p class="lg-calm-note">○ 没有符合筛选条件的预警；请放宽上面的筛选条件。</p>')
        return
    asked, unfolded = alert_desk.asked_for(desk), alert_desk.unfolded()
    for number, alert in enumerate(alert_desk.on_page(desk)):
        with st.container(key=f"lg-alert-{number}", gap=None):
            st.html(_html(desk.view, alert, desk.receipts[alert], unfolded or alert == asked))
            _actions(desk, alert)
    _pager(desk)
    if asked is not None:
        _scroll_to(asked)


def _scroll_to(alert: Alert) -> None:
    """Bring the alert the address names into sight, once per visit to that address."""
    name = alert_desk.name_of(alert)
    if st.session_state.get(_SCROLLED) != name:
        st.session_state[_SCROLLED] = name
        st.html(f"<script>setTimeout(() => document.getElementById('alert-{name}')"
                "?.scrollIntoView({block: 'center'}), 300)</script>",
                unsafe_allow_javascript=True)


def _actions(desk: Desk, alert: Alert) -> None:
    noted = desk.receipts[alert].state == Noted.NOTED
    name = alert_desk.name_of(alert)
    with st.container(key=f"lg-alert-do-{name}", horizontal=True, gap="small",
                      vertical_alignment="center"):
        if desk.view.may(Permission.NOTE):
            st.button("撤销确认" if noted else "确认知悉", key=f"note-{name}", on_click=carded(desk.note),
                      args=(alert,), kwargs={"withdrawn": noted}, type="tertiary" if noted
                      else "secondary")
        if desk.view.may(Permission.LEDGER) and st.button(
            "立项督办", key=f"raise-{name}", type="tertiary"
        ):
            follow_up_forms.from_alert(open_book(desk.view), alert)


@cached_per_view(512)
def _html(view: View, alert: Alert, given: Receipt, unfolded: bool) -> str:
    division, item = view.geography.division(Rollup(alert.rollup),
                                             alert.division), view.plan.indicator(alert.indicator)
    days = (view.card.as_of - alert.since).days + 1
    duty = [
        f"牵头：{alert.lead_unit or wording.ABSENT}",
        f"责任：{division.name if alert.rollup != Rollup.CITY else '、'.join(item.co_units) or wording.ABSENT}",
    ]
    places = (
        ""
        if len(alert.places) <= 6
        else (
            f'<details class="lg-alert-places"><summary>全部 {len(alert.places)} 处</summary>'
            f"<p>{escape('、'.join(alert.places))}</p></details>"
        )
    )
    return (
        f'<details class="lg-alert" id="alert-{alert_desk.name_of(alert)}"'
        f'{" open" if unfolded else ""}><summary><span class="lg-alert-head">'
        f'{severity_mark(alert.severity)}<b>{escape(division.short_name)} · '
        f'{escape(item.name)}</b><em>{RULE_NAMES[alert.rule]}</em>{_receipt(given)}'
        f"<span>自 {alert.since} 起，已 {days} 天</span></span></summary>"
        f"<p>{escape(alert.evidence)}</p>{places}"
        f'<p class="lg-alert-next"><b>建议</b>{escape(alert.suggestion)}</p>'
        f'<p class="lg-alert-duty">{escape("；".join(duty))}</p></details>'
    )


def _receipt(receipt: Receipt) -> str:
    who = (
        ""
        if receipt.by is None
        else f"：{escape(receipt.by.account)} {receipt.by.at:%Y-%m-%d %H:%M}"
    )
    shape = {Noted.OPEN: "○", Noted.NOTED: "✓", Noted.WORSENED: "▲"}[receipt.state]
    return f'<i class="lg-noted lg-noted-{receipt.state}">{shape} {NOTED_NAMES[receipt.state]}{who}</i>'


def _pager(desk: Desk) -> None:
    number, pages = alert_desk.page_of(desk)
    if pages == 1:
        return
    with st.container(key="lg-pager", horizontal=True, vertical_alignment="center", gap="small"):
        st.button("‹ 上一页", key="page-before", disabled=number == 1, on_click=alert_desk.turn_to,
                  args=(number - 1,))
        st.html(f"<span>第 {number} / {pages} 页，共 {len(desk.shown)} 条</span>", width="content")
        st.button("下一页 ›", key="page-after", disabled=number == pages, on_click=alert_desk.turn_to,
                  args=(number + 1,))
