"""本单位今日三件事: what an account of one unit should look at first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

import streamlit as st

from components.meeting import alert_cards
from components.meeting.ledger import Book, open_book
from components.shell import View, onward
from kpi.alerts import Card
from kpi.follow_ups import STATE_NAMES, State
from kpi.scorecard.comparison import Comparison, compare
from kpi.sentences import sentence, worst_first
from kpi.vocabulary import Division
from kpi.wording import wording


@dataclass(frozen=True)
class _Thing:
    """One of the three: what it is about, the sentence, and the screen that has more of it."""

    head: str
    text: str
    label: str
    address: str
    choice: dict[str, str]


def own(view: View) -> Division | None:
    """The unit an account is limited to; None of an account that sees the whole city, or several
    units.
    """
    members = view.members
    return members[0] if view.geography.partial and len(members) == 1 else None


def show(view: View) -> None:
    """The weekly need furthest behind, the worst alert, and the item that is due first; nothing for
    an account of the whole city, and nothing is asked for any more once the plan has ended.
    """
    place = own(view)
    if place is None or view.card.final:
        return
    with st.container(key="lg-own"):
        st.html(f'<h2 class="lg-own-head">{escape(place.name)} · 今日三件事</h2>')
        with st.container(key="lg-own-three"):
            for number, thing in enumerate(_things(view, place), start=1):
                with st.container(key=f"lg-own-{number}", gap=None):
                    st.html(f'<div class="lg-own-thing"><h3>{number} {escape(thing.head)}</h3>'
                            f"<p>{escape(thing.text)}</p></div>")
                    onward.link(thing.label, thing.address, **thing.choice)


def _things(view: View, place: Division) -> Iterator[_Thing]:
    yield _figure(view, place)
    yield _alert(view, place)
    yield _item(view, place)


def _figure(view: View, place: Division) -> _Thing:
    by_code = {one.item.code: one for one in compare(view.card, place)}
    behind = worst_first(view.plan, [one.line for one in by_code.values()
                                     if one.missing is not None and one.missing > 0])
    if not behind:
        return _Thing("还差的指标", "各项计数指标均已达到目标，继续巩固。", "看本单位", "county",
                      {"division": place.code})
    worst = by_code[behind[0].indicator]
    text = sentence(worst.line, worst.item, place.short_name).rstrip("。") + _need(worst)
    return _Thing("差距最大的指标", f"{text}。", "看本单位", "county",
                  {"division": place.code, "indicator": worst.item.code})


def _need(one: Comparison) -> str:
    """“；还差207家，每周需完成24家，近四周每周13家”."""
    unit, weekly = one.item.indicator.unit, one.line.needed_per_week
    if weekly is None or one.item.indicator.is_share:
        return f"；还差{wording.shortfall(one.missing or 0.0, '处' if unit == '%' else unit)}"
    recent = "" if one.recent_per_week is None else (
        f"，近四周每周{wording.count(one.recent_per_week)}{unit}")
    return (f"；还差{wording.shortfall(one.missing or 0.0, unit)}，"
            f"每周需完成{wording.shortfall(weekly, unit)}{recent}")


def _alert(view: View, place: Division) -> _Thing:
    counted: tuple[Card, ...] = alert_cards.of_unit(view, place).counted
    choice = {"division": place.code}
    if not counted:
        return _Thing("预警", "本单位当前没有需要处理的预警。", "看预警", "alerts", choice)
    worst = counted[0].lines[0]
    remedy = worst.suggestion.split("；")[0]
    more = f"；{remedy}" if remedy else ""
    return _Thing(f"最重的预警（共{len(counted)}项）",
                  f"{worst.evidence.split('；')[0].rstrip('。')}{more}。", "看预警", "alerts", choice)


def _item(view: View, place: Division) -> _Thing:
    book: Book = open_book(view)
    waiting = sorted((one for one in book.shown if one.status.state != State.CLOSED),
                     key=lambda one: one.status.due)
    if not waiting:
        return _Thing("督办事项", "本单位没有在办的督办事项。", "看督办", "follow_ups", {})
    first = waiting[0]
    late = f"逾期{first.status.days_overdue}天" if first.status.days_overdue else (
        f"{wording.chinese_date(first.status.due)}到期，{STATE_NAMES[first.status.state]}")
    return _Thing(f"最急的督办事项（在办{len(waiting)}项）", f"{first.item.title.rstrip('。')}：{late}。",
                  "看这一项", "follow_ups", {"item": first.item.number})
