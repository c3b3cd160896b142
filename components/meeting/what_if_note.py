"""What was tried out, written down on a follow-up item of the same indicator."""

from __future__ import annotations

from html import escape

import streamlit as st

from components.look import notices, plain
from components.meeting.ledger import Book, open_book
from components.shell import View
from kpi.follow_ups import EventKind, Standing, allowed
from kpi.vocabulary import InputError

_MARK = "【试算】"


def offer(view: View, text: str) -> None:
    """A button to record it, for an account that may enter progress on an item of the indicator;
    nothing is supposed, nothing is offered."""
    if not text:
        return
    st.html(f'<p class="lg-movement-said">{escape(text)}</p>')
    book = open_book(view)
    if book.day < view.now().date():
        return  # an earlier ledger is for reading only
    items = _open_items(book)
    if not items:
        st.html('<p class="lg-none">○ 本指标没有您可填报的督办事项；立项交办后可把试算记入。</p>')
        return
    if st.button("记入督办事项", key="what-if-note", type="secondary"):
        st.dialog("把试算记入督办事项", width="medium")(_form)(book, items, text)


def _open_items(book: Book) -> tuple[Standing, ...]:
    """Items of the indicator the account may report on, those of the chosen unit first."""
    view = book.view
    items = [
        one
        for one in book.all
        if one.item.indicator == view.item.code
        and EventKind.PROGRESS in allowed(one.item, one.status, book.actor)
    ]
    return tuple(
        sorted(items, key=lambda one: (one.item.division != view.place.code, one.item.number))
    )


def _form(book: Book, items: tuple[Standing, ...], note_text: str) -> None:
    with st.form("what-if-note", enter_to_submit=False):
        chosen = st.selectbox(
            "督办事项",
            items,
            key="what-if-item",
            format_func=lambda one: f"{one.item.number} · {one.item.title}",
        )
        text = st.text_area(
            "记录内容（作为一条进展）", value=f"{_MARK}{note_text}", max_chars=2000, height=120
        )
        if st.form_submit_button("记入", type="primary"):
            try:
                book.act(chosen.item.number, chosen.case.version, EventKind.PROGRESS, text)
            except InputError as error:
                notices.card("error", "没有记下", str(error))
                return
            st.toast(f"已记入 {plain(chosen.item.number)}")
            st.rerun()
