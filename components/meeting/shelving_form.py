"""Putting a card aside and taking that back: a date and a reason, by the office, in the audit log.
"""

from __future__ import annotations

from datetime import date, timedelta

import streamlit as st

from components.look import notices
from components.shell import View, account
from data_access.accounts import Action
from data_access.ledger.shelvings import shelvings
from kpi.alerts import Card
from kpi.follow_ups import Shelving, check_shelving, latest_end
from kpi.scope import Permission
from kpi.vocabulary import InputError

_USUAL_DAYS = 30


def offered(view: View) -> bool:
    """Whether the account may put cards aside as of the day shown: never one that sees a part of
    the city only.
    """
    return (
        view.may(Permission.LEDGER)
        and view.access.scope.everything
        and latest_end(view.card.as_of, view.plan.window) is not None
    )


def ask(view: View, card: Card, title: str) -> None:
    """The form, over the page."""
    st.dialog("搁置预警", width="medium")(_form)(view, card, title)


def _form(view: View, card: Card, title: str) -> None:
    as_of, last = view.card.as_of, latest_end(view.card.as_of, view.plan.window)
    assert last is not None
    st.html(
        f'<p class="lg-muted">{title}。到期、级别加重或解除后再出现时自动恢复；搁置期间列在“搁置”一栏，不计入条数。</p>'
    )
    with st.form("shelve", enter_to_submit=False):
        until = st.date_input(
            "搁置到（含当日）",
            value=min(as_of + timedelta(days=_USUAL_DAYS), last),
            min_value=as_of + timedelta(days=1),
            max_value=last,
            format="YYYY-MM-DD",
            key="shelve-until",
        )
        reason = st.text_input(
            "理由",
            max_chars=200,
            placeholder="例如：第三方平台接口改造，11月底恢复报送",
            key="shelve-reason",
        )
        if st.form_submit_button("搁置", type="primary"):
            try:
                record(view, card, until or date.min, reason)
            except InputError as error:
                notices.card("error", "没有搁置", str(error))
                return
            st.toast("已搁置")
            st.rerun()


def record(view: View, card: Card, until: date, reason: str, *, withdrawn: bool = False) -> None:
    """Write that the acting account puts the card aside, or takes that back. Raises InputError when
    it may not.
    """
    now = view.permit.require(Permission.LEDGER)
    if not now.scope.everything:
        raise InputError("只有面向全市的账号可以搁置预警；这一步没有执行。")
    one = check_shelving(
        Shelving(
            *card.key,
            card.severity,
            view.card.as_of,
            until,
            reason,
            account.acting(now).account,
            view.now(),
            withdrawn,
        ),
        view.plan.window,
    )
    what = "·".join(card.key)
    # first: what leaves no trace is not done
    view.permit.record(
        Permission.LEDGER, Action.SHELVED, what, "恢复" if withdrawn else f"搁置到 {until}"
    )
    shelvings(view.current.settings).append(one)
