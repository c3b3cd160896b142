"""One item of the ledger on a card or in a row, both opening it."""

from __future__ import annotations

from html import escape

import streamlit as st

from components.meeting.ledger import Book
from kpi.follow_ups import (
    STATE_NAMES,
    STATE_SHAPES,
    Item,
    Standing,
    State,
    closing,
    deadline,
    expectation,
    place_name,
    topic,
    values_of,
)
from kpi.wording import wording

ITEM = "item"  # the open item's name in the address


def state_mark(state: State) -> str:
    """HTML of a state: shape, word and colour together."""
    return f'<span class="lg-fu-state lg-fu-{state.value.replace("_", "-")}">{STATE_SHAPES[state]} {STATE_NAMES[state]}</span>'


def card(book: Book, standing: Standing) -> None:
    """The item as a card of the board."""
    _pressable(standing, _card_html(book, standing), "card")


def row(book: Book, standing: Standing) -> None:
    """The item as a line of a list."""
    _pressable(standing, _row_html(book, standing), "row")


def open_item(number: str | None) -> None:
    """Name the open item in the address, so that a link opens it; None closes it. For callbacks."""
    if number is None:
        st.query_params.pop(ITEM, None)
    else:
        st.query_params[ITEM] = number


def current_value(book: Book, item: Item) -> str:
    """“35.6%”: the figure the item is judged by as of the chosen day; “—” without one."""
    if item.indicator is None:
        return wording.ABSENT
    plan = next((indicator for indicator in book.view.plan.indicators
                 if indicator.code == item.indicator), None)
    if plan is None:
        return wording.ABSENT
    value = values_of(book.view.figures)(item.indicator, item.rollup, item.division,
                                         book.view.selection.as_of)
    return wording.figure(value, plan.indicator.unit, item.expected, plan.comparator)


def _pressable(standing: Standing, html: str, kind: str) -> None:
    number = standing.item.number
    with st.container(key=f"lg-fu-{kind}-{number}", gap=None):
        st.html(html)
        st.button(f"打开事项{number}", key=f"lg-choose-fu-{kind}-{number}", on_click=open_item,
                  args=(number,))


def _card_html(book: Book, standing: Standing) -> str:
    item, now = standing.item, standing.status
    value = (
        ""
        if item.indicator is None
        else (
            f"<p class='lg-fu-value'>现值 <b>{current_value(book, item)}</b><span>{escape(_short(book, item))}</span></p>"
        )
    )
    again = f"<span class='lg-fu-again'>↺ 重办{now.reopened}次</span>" if now.reopened else ""
    ended = closing(standing) if now.closed_on else deadline(now)
    return (
        f'<div class="lg-fu-card lg-fu-edge-{now.state.value.replace("_", "-")}"><div class="lg-fu-top">{state_mark(now.state)}'
        f"<span>{escape(item.number)}</span></div><b class='lg-fu-title'>{escape(item.title)}</b>"
        f"<p>{escape(place_name(item, book.view.geography))} · {escape(topic(item, book.view.plan))}</p>{value}"
        f"<div class='lg-fu-foot'><span class='lg-fu-when'>{ended}</span>{again}</div></div>"
    )


def _short(book: Book, item: Item) -> str:
    return f"要求{expectation(item, book.view.plan)}"


def _row_html(book: Book, standing: Standing) -> str:
    item, now = standing.item, standing.status
    ended = closing(standing) if now.closed_on else f"{now.due.isoformat()} · {deadline(now)}"
    texts = [event.text for event in standing.case.events if event.text]
    last = f"<p class='lg-fu-last'>{escape(texts[-1])}</p>" if texts else ""
    return (
        f"<div class='lg-fu-line'><div>{state_mark(now.state)}<small>{escape(item.number)}</small></div>"
        f"<div><b>{escape(item.title)}</b>{last}</div>"
        f"<div>{escape(place_name(item, book.view.geography))}<small>{escape(topic(item, book.view.plan))}</small></div>"
        f"<div>{escape(item.lead_unit)}<small>{escape(item.post)}</small></div><div class='lg-fu-when'>{ended}</div></div>"
    )
