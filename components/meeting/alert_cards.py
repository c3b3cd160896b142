"""The alerts as cards: what asks for something on top, counties under the city's card, and one click to a follow-up item."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape

import streamlit as st

from components.look import severity_mark
from components.meeting import alert_list, follow_up_forms
from components.meeting.ledger import Book, open_book
from components.shell import View, cached_per_view
from kpi.alerts import (
    RULE_NAMES,
    Alert,
    Card,
    Cards,
    CardState,
    Desk,
    cards_at,
    division_of,
    history_of,
    meeting_day,
)
from kpi.follow_ups import State
from kpi.scope import Permission
from kpi.sentences import (
    count_words,
    long_standing_words,
    news_words,
    rest_words,
    scope_words,
    state_words,
    under_words,
)
from kpi.vocabulary import Rollup

_RESTING = (CardState.IMPROVING, CardState.SHELVED, CardState.SOURCE)


@cached_per_view(64)
def of(view: View, since: date | None = None) -> Cards:
    """The cards of the city and the chosen roll-up; news counted from `since`, the 1st of the month when left out."""
    if since is None and view.selection.rollup == Rollup.COUNTY:
        return Cards(view.card.as_of, meeting_day(view.card.as_of), view.card.cards)  # the scorecard has made them
    desk = Desk(view.card.alerts, view.card.by_key, view.plan, view.geography, history_of(view.figures), view.card.as_of)
    return cards_at(desk, view.selection.rollup, since)


def scope(view: View) -> str:
    """Whose alerts the number counts."""
    return view.place.name if view.geography.partial else scope_words(view.geography, view.selection.rollup)


def note(view: View) -> str:
    """“全市和5个县区共11项，最严重的在前”."""
    return f"{scope(view)}共{len(of(view).counted)}项，最严重的在前"


def show_short(view: View) -> None:
    """The cards on top as a short list, for a page that shows more than alerts; a calm sentence without any."""
    cards = of(view)
    if not cards.counted:
        calm, said = alert_list.nothing(view)
        rest = rest_words(cards)
        st.html(f'<p class="{"lg-calm" if calm else "lg-calm-note"}">'
                f'{f"● 没有需要处理的预警；{escape(rest)}。" if rest else said}</p>')
        return
    st.html('<div class="lg-fade" tabindex="0" role="region" aria-label="预警列表"><ul class="lg-alerts">'
            f"{_short(view)}</ul></div>")


@cached_per_view(64)
def _short(view: View) -> str:
    cards = of(view)
    return "".join(_entry(view, cards, card) for card in cards.counted)


def _entry(view: View, cards: Cards, card: Card) -> str:
    lead = card.lines[0].lead_unit
    duty = f"<p class='lg-alert-duty'>牵头：{escape(lead)}</p>" if lead else ""
    under = under_words(cards, card, view.geography)
    return (f"<li><div class='lg-alert-head'>{severity_mark(cards.grade(card))}<b>{escape(_title(view, card))}</b>"
            f"<span>自 {card.since.isoformat()}</span></div><p>{escape(card.lines[0].evidence)}"
            f"{escape(under)}{'。' if under else ''}</p>{duty}</li>")


def _title(view: View, card: Card) -> str:
    return f"{division_of(card, view.geography).short_name} · {view.plan.indicator(card.indicator).name}"


def show(view: View) -> None:
    """All cards: those that ask for something with the way to a follow-up item, then the lasting ones, then the others."""
    book = open_book(view)
    cards = of(view, meeting_day(view.card.as_of, [meeting.held_on for meeting in book.meetings]))
    st.html(f'<p class="lg-cards-said">{escape(count_words(cards, scope(view)))}{escape(news_words(cards))}。</p>')
    for number, card in enumerate(cards.counted):
        with st.container(key=f"lg-alert-card-{number}", gap=None):
            st.html(_html(view, cards, card))
            _raise(view, card)
    _lasting(view, book, cards)
    resting = cards.of_state(*_RESTING)
    if resting:
        st.html('<details class="lg-cards-more"><summary>○ 未计入上面条数的 '
                f'{len(resting)} 项：好转中、搁置或数据停更</summary>{"".join(_html(view, cards, card) for card in resting)}</details>')


def show_of_members(view: View) -> None:
    """The cards of an area's members, each judged by its own plan: they are followed up there, not here."""
    cards = of(view)
    st.html(f'<p class="lg-cards-said">{escape(count_words(cards, scope(view)))}</p>')
    for card in cards.counted:
        st.html(_html(view, cards, card))
    resting = cards.of_state(*_RESTING)
    if resting:
        st.html('<details class="lg-cards-more"><summary>○ 未计入上面条数的 '
                f'{len(resting)} 项：好转中、搁置或数据停更</summary>'
                f'{"".join(_html(view, cards, card) for card in resting)}</details>')


def _lasting(view: View, book: Book, cards: Cards) -> None:
    """One line for what has stood for half a year without anybody following it up."""
    followed = {(one.item.indicator or "", one.item.division) for one in book.all if one.status.state != State.CLOSED}
    found = cards.long_standing(followed)
    if found:
        listed = "".join(f"<li>{escape(_title(view, card))}：自 {card.since} 起，已 {card.days(cards.as_of)} 天</li>"
                         for card in found)
        st.html(f'<details class="lg-cards-more"><summary>▲ {escape(long_standing_words(found))}，请立项督办</summary>'
                f"<ul>{listed}</ul></details>")


def _raise(view: View, card: Card) -> None:
    name = f"{card.indicator}-{card.rollup}-{card.division}"
    if view.may(Permission.LEDGER) and st.button("立项督办", key=f"card-raise-{name}", type="tertiary"):
        follow_up_forms.from_alert(open_book(view), card.lines[0])


def _html(view: View, cards: Cards, card: Card) -> str:
    under = under_words(cards, card, view.geography)
    folded = cards.under(card)
    inner = "" if not folded else (f'<details class="lg-cards-under"><summary>{escape(under)}（展开 {len(folded)} 项）</summary>'
                                   f'{"".join(_lines(view, one) for one in folded)}</details>')
    return (f'<div class="lg-alert"><div class="lg-alert-head">{severity_mark(cards.grade(card))}<b>{escape(_title(view, card))}</b>'
            f'<em>{escape(state_words(card, cards.as_of))}</em><span>自 {card.since} 起，已 {card.days(cards.as_of)} 天</span></div>'
            f"{_evidence(card.lines)}{inner}</div>")


def _lines(view: View, card: Card) -> str:
    return (f'<div class="lg-cards-line">{severity_mark(card.severity)} <b>{escape(_title(view, card))}</b>'
            f"{_evidence(card.lines)}</div>")


def _evidence(lines: Sequence[Alert]) -> str:
    return "".join(f"<p><i>{RULE_NAMES[line.rule]}</i>　{escape(line.evidence)}</p>" for line in lines)
