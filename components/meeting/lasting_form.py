"""Long-standing cards put to the ledger together: one item for each, with what the alert says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import streamlit as st

from components.look import notices, plain
from components.meeting.ledger import Book
from kpi.alerts import Card, division_of
from kpi.follow_ups import FOLLOW_UPS_CLOSED, Item
from kpi.vocabulary import InputError, Rollup

_DAYS = 60
_NO_MEETING = "不属于某次会议"


def ask(book: Book, cards: Sequence[Card]) -> None:
    """The form, over the page."""
    st.dialog("长期未解除的预警立项督办", width="large")(_form)(book, tuple(cards))


def _form(book: Book, cards: tuple[Card, ...]) -> None:
    names = {card.key: title(book, card) for card in cards}
    by_key = {card.key: card for card in cards}
    with st.form("lasting", enter_to_submit=False):
        chosen = st.multiselect(
            "立项的预警（每项一个督办事项）",
            list(names),
            default=list(names),
            format_func=lambda key: names[key],
            key="lasting-cards",
        )
        left, right = st.columns(2)
        post = left.text_input(
            "责任岗位（写岗位，不写姓名）", value="牵头单位主要负责人", max_chars=50
        )
        due = right.date_input(
            "办结期限",
            value=book.day + timedelta(days=_DAYS),
            min_value=book.view.now().date(),
            format="YYYY-MM-DD",
        )
        meeting = left.selectbox(
            "会议",
            [None, *(one.held_on for one in book.meetings)],
            index=1 if book.meetings else 0,
            format_func=lambda day: _NO_MEETING if day is None else day.isoformat(),
        )
        assign = st.checkbox("同时交办", value=True)
        if st.form_submit_button("立项", type="primary"):
            try:
                items = tuple(
                    item_of(book, by_key[key], post, due or date.min, meeting) for key in chosen
                )
                if not items:
                    raise InputError("没有选中任何预警；请至少选一项。")
                raised = book.raise_items(items, assign=assign)
            except InputError as error:
                notices.card("error", "没有立项", str(error))
                return
            st.toast(f"已立项 {len(raised)} 项：{plain(raised[0].number)} 起")
            st.rerun()


def title(book: Book, card: Card) -> str:
    """What the item is about: “泗洪县发布零工岗位”."""
    return f"{division_of(card, book.view.geography).name}{book.view.plan.indicator(card.indicator).name}"


def item_of(book: Book, card: Card, post: str, due: date, meeting: date | None) -> Item:
    """The item a card becomes: the city's by the lead unit, a unit's by itself; checked by the
    card's indicator.
    """
    place, plan = division_of(card, book.view.geography), book.view.plan.indicator(card.indicator)
    lead = plan.lead_unit if place.rollup == Rollup.CITY and plan.lead_unit else place.name
    indicator = None if card.indicator == FOLLOW_UPS_CLOSED else card.indicator
    return Item(
        f"{title(book, card)}补进度",
        place.rollup,
        place.code,
        lead,
        post,
        due,
        plan.co_units,
        indicator,
        None,
        meeting,
        "".join(line.evidence for line in card.lines),
    )
