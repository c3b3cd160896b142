"""The ledger by state, by unit, as lists and by meeting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from html import escape

import streamlit as st

from components.look import notices, plain
from components.look.panel import panel
from components.meeting import follow_up_card
from components.meeting.ledger import Book, concerns
from components.shell import selection
from kpi.follow_ups import (
    FOLLOW_UPS_CLOSED,
    STATE_NAMES,
    STATE_SHAPES,
    Meeting,
    Role,
    Standing,
    State,
)
from kpi.scope import Permission
from kpi.vocabulary import Division
from kpi.wording import wording

VIEW = "view"
VIEWS = {"state": "按状态", "unit": "按单位", "overdue": "逾期清单", "mine": "本单位事项", "meetings": "历次会议"}
COLUMNS: tuple[tuple[State, ...], ...] = ((State.RAISED, State.ASSIGNED), (State.IN_PROGRESS,),
                                          (State.EXTENDED,), (State.OVERDUE,), (State.VERIFYING,),
                                          (State.CLOSED,))
_SOON = timedelta(days=7)

Minutes = Callable[[Meeting], bytes]


def summary(book: Book) -> None:
    """The ledger's day; how many are open, to be checked, overdue, due within a week; and the
    closing rate.
    """
    shown = book.shown
    soon = sum(one.status.is_open and book.day <= one.status.due <= book.day + _SOON
               for one in shown)
    line = book.view.card.line(FOLLOW_UPS_CLOSED, book.view.place) if _has_rate(book) else None
    rate = (
        wording.ABSENT
        if line is None or line.value is None
        else (
            f"{wording.percent(line.value)}<small>{wording.count(line.numerator)}/{wording.count(line.denominator)}</small>"
        )
    )
    # with the newest figures the ledger is shown as it is today, which is later than the figures
    # are
    numbers = (("台账截至", f"<small class='lg-fu-day'>{book.day}</small>", ""),
               ("在办", str(sum(one.status.is_open for one in shown)), ""),
               ("逾期", str(_count(shown, State.OVERDUE)), "lg-fu-overdue"
                if _count(shown, State.OVERDUE) else ""), ("7日内到期", str(soon), ""),
               ("待核查", str(_count(shown, State.VERIFYING)), ""),
               ("已销号", str(_count(shown, State.CLOSED)), ""), ("按期办结率", rate, ""))
    cells = "".join(f"<li><span>{name}</span><b class='{style}'>{value}</b></li>"
                    for name, value, style in numbers)
    st.html(f'<ul class="lg-fu-sum" aria-label="督办概况">{cells}</ul>')


def choose_view() -> str:
    """Which way the ledger is shown; kept in the address."""
    key = "fu-view"
    asked = st.query_params.get(VIEW, "state")
    st.session_state[key] = asked if asked in VIEWS else "state"

    def changed() -> None:
        st.query_params[VIEW] = st.session_state[key]

    return str(st.segmented_control("查看方式", list(VIEWS), key=key, required=True,
                                    format_func=VIEWS.__getitem__, on_change=changed,
                                    label_visibility="collapsed"))


def show(book: Book, chosen: str, minutes: Minutes) -> None:
    """The chosen way of looking at the ledger. `minutes` makes a meeting's document when it is
    asked for.
    """
    if not book.all and chosen != "meetings":
        notices.empty("台账里还没有事项", "先登记会议，再点“新建事项”立项，或用模板导入上次会议的事项。")
    elif chosen == "meetings":
        _meetings(book, minutes)
    elif chosen == "unit":
        _units(book)
    elif chosen == "overdue":
        late = sorted((one for one in book.shown if one.status.state == State.OVERDUE),
                      key=lambda one: -one.status.days_overdue)
        _list(book, late, "逾期清单", "逾期最久的在前", "没有逾期的事项。")
    elif chosen == "mine":
        _mine(book)
    else:
        _states(book)


def _states(book: Book) -> None:
    with st.container(key="lg-fu-board"):
        for number, states in enumerate(COLUMNS):
            mine = sorted((one for one in book.shown if one.status.state in states), key=_order)
            with st.container(key=f"lg-fu-column-{number}{'' if mine else '-empty'}", gap="small"):
                names = " · ".join(f"{STATE_SHAPES[state]} {STATE_NAMES[state]}"
                                   for state in states)
                st.html(f'<div class="lg-fu-head"><h2>{names}</h2><span>{len(mine)}</span></div>')
                for one in mine:
                    follow_up_card.card(book, one)


def _order(standing: Standing) -> tuple[bool, int]:
    """What is due first on top; closed ones newest first."""
    closed = standing.status.closed_on
    return (closed is not None, standing.status.due.toordinal() if closed is None
            else -closed.toordinal())


def _units(book: Book) -> None:
    view = book.view
    with panel("fu-units", "各单位办理情况", "点一行，只看该单位的事项"), st.container(key="lg-fu-units", gap=None):
        names = "".join(f"<span>{STATE_NAMES[state]}</span>" for states in COLUMNS
                        for state in states)
        st.html(
            f'<div class="lg-fu-unit lg-fu-unit-head"><span>单位</span>{names}<span>按期办结率</span></div>'
        )
        for place in (view.geography.city, *view.members):
            mine = (
                [one for one in book.all if concerns(one.item, place)]
                if place != view.geography.city
                else book.all
            )
            with st.container(key=f"lg-fu-place-{place.code}", gap=None):
                st.html(_unit_html(book, place, mine))
                st.button(f"只看{plain(place.name)}", key=f"lg-choose-fu-place-{place.code}",
                          on_click=_only, args=(None if place == view.geography.city
                                                else place.code,))


def _only(code: str | None) -> None:
    st.query_params[VIEW] = "state"
    selection.choose(division=code)


def _unit_html(book: Book, place: Division, mine: Sequence[Standing]) -> str:
    counts = Counter(one.status.state for one in mine)
    cells = "".join(
        f"<span class='{'lg-fu-' + state.value.replace('_', '-') if counts[state] else 'lg-fu-none'}'>"
        f"{counts[state] or '·'}</span>"
        for states in COLUMNS
        for state in states
    )
    line = book.view.card.line(FOLLOW_UPS_CLOSED, place) if _has_rate(book) else None
    rate = wording.ABSENT if line is None else wording.percent(line.value)
    return f'<div class="lg-fu-unit"><span><b>{escape(place.name)}</b></span>{cells}<span>{rate}</span></div>'


def _has_rate(book: Book) -> bool:
    return any(item.code == FOLLOW_UPS_CLOSED for item in book.view.plan.indicators)


def _mine(book: Book) -> None:
    if book.actor.role == Role.UNIT:
        own = [one for one in book.all if book.actor.concerned(one.item)]
        _list(book, sorted(own, key=_order), "本单位事项", "本账户承办的全部事项", "没有由本单位承办的事项。")
        return
    place = book.view.place
    _list(book, sorted(book.shown, key=_order), f"{place.name}的事项", "本账户负责全部事项；在上方“单位”中选择要看的单位",
          f"{place.name}没有事项。")


def _list(book: Book, standings: Sequence[Standing], title: str, note: str, nothing: str) -> None:
    with panel("fu-list", title, note):
        if not standings:
            st.html(f'<p class="lg-calm">● {escape(nothing)}</p>')
        for one in standings:
            follow_up_card.row(book, one)


def _meetings(book: Book, minutes: Minutes) -> None:
    if not book.meetings:
        notices.empty("还没有登记会议", "点“登记会议”记下会议日期、主持岗位和参会单位，再在该次会议下立项。")
    for meeting in book.meetings:
        given = [one for one in book.all if one.item.meeting == meeting.held_on]
        open_ones = sum(one.status.is_open for one in given)
        note = f"主持：{meeting.chair_post} · 议定 {len(given)} 项，在办 {open_ones} 项"
        with panel(f"fu-meeting-{meeting.held_on}",
                   wording.chinese_date(meeting.held_on, with_year=True), note):
            if book.view.may(Permission.EXPORT):
                _download(book, meeting, minutes)
            for one in given:
                follow_up_card.row(book, one)


def _download(book: Book, meeting: Meeting, minutes: Minutes) -> None:
    name = f"联席会议纪要-{meeting.held_on}.docx"
    st.download_button(
        "下载纪要",
        data=book.view.handing_out(name, partial(minutes, meeting)),
        on_click="ignore",
        file_name=name,
        key=f"fu-minutes-{meeting.held_on}",
        mime="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    )


def _count(standings: Sequence[Standing], state: State) -> int:
    return sum(standing.status.state == state for standing in standings)
