"""The most pressing step of the whole city in one line, with the item for it one click away."""

from __future__ import annotations

from html import escape

import streamlit as st

from components.meeting import alert_cards, follow_up_forms
from components.meeting.ledger import open_book
from components.shell import View, cached_per_view, onward
from kpi.alerts import Alert
from kpi.scope import Permission
from kpi.vocabulary import Rollup

_CLOSES = "即可"


@cached_per_view(128)
def of(view: View) -> Alert | None:
    """The first alert on top whose suggestion says how much of what closes the gap; None without.
    """
    lines = (line for card in alert_cards.of(view).counted for line in card.lines)
    return next((line for line in lines if _CLOSES in line.suggestion), None)


def show(view: View) -> None:
    """“苏心聘用工主体：泗洪每周多登记13家…即可按期完成”, the way to the unit it asks most of, and 立项督办;
    nothing where nothing closes a gap, or to an account that has things of its own to look at.
    """
    alert = None if view.geography.partial else of(view)
    if alert is None:
        return
    with st.container(key="lg-next", horizontal=True, vertical_alignment="center", gap="small"):
        st.html(f'<p class="lg-next"><b>下一步</b>{escape(words(view, alert))}</p>')
        unit = _asked(view, alert)
        if unit:
            code, name = unit
            onward.link(f"看{name}", "county", division=code, indicator=alert.indicator)
        if view.may(Permission.LEDGER) and st.button("立项督办", key="next-raise"):
            follow_up_forms.from_alert(open_book(view), alert)


def words(view: View, alert: Alert) -> str:
    """What is to be done, said of the indicator."""
    return f"{view.plan.indicator(alert.indicator).name}：{alert.suggestion.split('；')[0]}"


def _asked(view: View, alert: Alert) -> tuple[str, str] | None:
    """Code and name of the unit the step begins with."""
    if alert.rollup != Rollup.CITY:
        unit = view.geography.division(view.selection.rollup, alert.division)
        return unit.code, unit.short_name
    return next(((member.code, member.short_name) for member in view.members
                 if alert.suggestion.startswith(member.short_name)), None)
