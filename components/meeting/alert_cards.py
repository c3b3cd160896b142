"""The alerts as cards: what asks for something on top, counties under the city's card, and one
click to a follow-up item.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from html import escape

import streamlit as st

from components.look import severity_mark
from components.meeting import alert_desk, alert_list, follow_up_forms, lasting_form, shelving_form
from components.meeting.ledger import Book, open_book
from components.shell import View, cached_per_view, onward
from components.shell.carded import carded
from kpi.alerts import RULE_NAMES, Alert, Card, Cards, CardState, division_of, meeting_day
from kpi.follow_ups import State, shelving_of
from kpi.scope import Permission
from kpi.scorecard.card_sets import cards_of, unit_cards
from kpi.sentences import (
    count_words,
    long_standing_words,
    news_words,
    rest_words,
    scope_words,
    state_words,
    under_words,
)
from kpi.vocabulary import Division, Rollup

_MOST = 4  # cards where a page shows more than alerts
_DAY = re.compile(r"^(截至[^，]+|距截止还有\d+天)，")
_RESTING = (CardState.IMPROVING, CardState.SOURCE)


@cached_per_view(64)
def of(view: View, since: date | None = None) -> Cards:
    """The cards of the city and the chosen roll-up; news counted from `since`, the 1st of the month
    when left out.
    """
    return cards_of(view.figures, view.card, view.selection.rollup, since, view.current.shelved)


@cached_per_view(128)
def of_unit(view: View, place: Division, since: date | None = None) -> Cards:
    """The cards of one unit for itself."""
    return unit_cards(view.figures, view.card, place, since, view.current.shelved)


def scope(view: View) -> str:
    """Whose alerts the number counts."""
    return (
        view.place.name
        if view.geography.partial
        else scope_words(view.geography, view.selection.rollup)
    )


def note(view: View, place: Division | None = None) -> str:
    """“全市和5个县区共11项，最严重的在前”; of one unit “泗洪县共3项，…”."""
    if view.card.final and not of(view).counted:
        return "方案已到期"
    if place is None:
        return f"{scope(view)}共{len(of(view).counted)}项，最严重的在前"
    cards = of_unit(view, place)
    rest = f"；{rest_words(cards)}" if rest_words(cards) else ""
    return f"{place.name}共{len(cards.counted)}项{rest}"


def show_short(view: View, place: Division | None = None) -> None:
    """The cards on top in a few lines each, of the page's scope or of one unit, for a page that
    shows more than alerts: what is wrong, what would mend it, the way to the unit or the figures
    and to an item. The first few of many; all are on 预警. A calm sentence without any.
    """
    cards = of(view) if place is None else of_unit(view, place)
    if not cards.counted:
        _nothing(view, cards)
        return
    with st.container(key="lg-short", gap=None):
        for number, card in enumerate(cards.counted[:_MOST]):
            with st.container(key=f"lg-short-{number}", gap=None):
                st.html(_brief(view, cards, card, remedy=place is not None))
                _onward(view, card, place)


def show_list(view: View) -> None:
    """The cards on top as a list that scrolls and leads nowhere, for an area of areas: what can be
    done about them is in their own pages.
    """
    cards = of(view)
    if not cards.counted:
        _nothing(view, cards)
        return
    st.html('<div class="lg-fade" tabindex="0" role="region" aria-label="预警列表"><ul class="lg-alerts">'
            f"{_listed(view)}</ul></div>")


def _nothing(view: View, cards: Cards) -> None:
    rest = f"{rest_words(cards)}。" if rest_words(cards) else ""
    calm, text = alert_list.nothing(view)
    said = f"{'●' if calm else '○'} 没有需要处理的预警；{escape(rest)}" if rest else text
    st.html(
        f'<p class="{"lg-calm" if calm else "lg-calm-note"}">{said}</p>'
    )


def _brief(view: View, cards: Cards, card: Card, *, remedy: bool) -> str:
    """The first clause of the evidence, since when, and on request what would close the gap."""
    worst = card.lines[0]
    step = worst.suggestion.split("；")[0] if remedy else ""
    advice = f'<p class="lg-short-do">{escape(step)}</p>' if "即可" in step else ""
    return (
        f'<div class="lg-alert-head">{severity_mark(cards.grade(card))}<b>{escape(_title(view, card))}</b></div>'
        f'<p class="lg-short-why">{escape(worst.evidence.split("；")[0].rstrip("。"))}。'
        f"<small>自 {card.since.isoformat()}</small></p>{advice}"
    )


def _onward(view: View, card: Card, place: Division | None) -> None:
    """To the unit, or to the figures where the unit is what is looked at; and to an item."""
    name, city = "-".join(card.key), card.rollup == Rollup.CITY
    with st.container(key=f"lg-short-do-{name}", horizontal=True, gap="small"):
        if place is None and not city:
            unit = division_of(card, view.geography).short_name
            onward.link(f"看{unit}", "county", division=card.division, indicator=card.indicator)
        else:
            onward.link("看指标", "indicator", indicator=card.indicator,
                        division=onward.WHOLE if city else card.division)
        if view.may(Permission.LEDGER) and st.button("立项督办", key=f"short-raise-{name}",
                                                     type="tertiary"):
            follow_up_forms.from_alert(open_book(view), card.lines[0])


@cached_per_view(64)
def _listed(view: View) -> str:
    cards = of(view)
    return "".join(_entry(view, cards, card) for card in cards.counted)


def _entry(view: View, cards: Cards, card: Card) -> str:
    lead = card.lines[0].lead_unit
    duty = f"<p class='lg-alert-duty'>牵头：{escape(lead)}</p>" if lead else ""
    under = under_words(cards, card, view.geography)
    return (
        f"<li><div class='lg-alert-head'>{severity_mark(cards.grade(card))}<b>{escape(_title(view, card))}</b>"
        f"<span>自 {card.since.isoformat()}</span></div><p>{escape(card.lines[0].evidence)}"
        f"{escape(under)}{'。' if under else ''}</p>{duty}</li>"
    )


def _title(view: View, card: Card) -> str:
    return f"{division_of(card, view.geography).short_name} · {view.plan.indicator(card.indicator).name}"


def show(view: View) -> None:
    """All cards: those that ask for something with what can be done about them, then the lasting
    ones, then the others.
    """
    book = open_book(view)
    held = [meeting.held_on for meeting in book.meetings]
    since = meeting_day(view.card.as_of, held)
    cards = _shown(view, since)
    news = news_words(cards, meeting=since in held)
    st.html(
        f'<p class="lg-cards-said">{escape(count_words(cards, _scope(view)))}{escape(news)}。</p>')
    for number, card in enumerate(cards.counted):
        with st.container(key=f"lg-alert-card-{number}", gap=None):
            st.html(_html(view, cards, card, unfolded=alert_desk.unfolded()))
            _actions(view, card)
    _lasting(view, book, cards)
    _shelved(view, cards)
    resting = cards.of_state(*_RESTING)
    if resting:
        st.html(
            '<details class="lg-cards-more"><summary>○ 未计入上面条数的 '
            f'{len(resting)} 项：好转中或数据停更</summary>'
            f'{"".join(_html(view, cards, card, unfolded=True) for card in resting)}</details>'
        )


def _shown(view: View, since: date | None = None) -> Cards:
    return of(view, since) if view.selection.division is None else of_unit(view, view.place, since)


def _scope(view: View) -> str:
    return scope(view) if view.selection.division is None else view.place.name


def show_of_members(view: View) -> None:
    """The cards of an area's members, each judged by its own plan: they are followed up there, not
    here.
    """
    cards = of(view)
    st.html(f'<p class="lg-cards-said">{escape(count_words(cards, scope(view)))}</p>')
    for card in cards.counted:
        st.html(_html(view, cards, card, unfolded=True))
    resting = cards.of_state(*_RESTING, CardState.SHELVED)
    if resting:
        st.html('<details class="lg-cards-more"><summary>○ 未计入上面条数的 '
                f'{len(resting)} 项：好转中、搁置或数据停更</summary>'
                f'{"".join(_html(view, cards, card, unfolded=True) for card in resting)}</details>')


def _lasting(view: View, book: Book, cards: Cards) -> None:
    """One line for what has stood for half a year without anybody following it up, and the way to
    put it to the meeting.
    """
    followed = {(one.item.indicator or "", one.item.division) for one in book.all
                if one.status.state != State.CLOSED}
    lasting = cards.long_standing(followed)
    if not lasting:
        return
    listed = "".join(
        f"<li>{escape(_title(view, card))}：自 {card.since} 起，已 {card.days(cards.as_of)} 天</li>"
        for card in lasting)
    with st.container(key="lg-cards-lasting", gap=None):
        st.html(
            f'<details class="lg-cards-more"><summary>▲ {escape(long_standing_words(lasting))}，请立项督办</summary>'
            f"<ul>{listed}</ul></details>"
        )
        if view.may(Permission.LEDGER) and st.button(
            f"一并立项（{len(lasting)} 项）", key="cards-lasting", type="tertiary"
        ):
            lasting_form.ask(book, lasting)


def _shelved(view: View, cards: Cards) -> None:
    """What has been put aside: by whom, why and until when, with the way back."""
    shelved = cards.of_state(CardState.SHELVED)
    if not shelved:
        return
    st.html(f'<p class="lg-cards-shelved">○ 搁置 {len(shelved)} 项：不计入条数，到期或加重后自动恢复</p>')
    for number, card in enumerate(shelved):
        given = shelving_of(card, view.current.shelvings, cards.as_of)
        if given is None:
            continue
        with st.container(key=f"lg-alert-card-aside-{number}", gap=None):
            st.html(_html(view, cards, card, f"搁置到 {given.until}；理由：{given.reason}（{given.account}，"
                                             f"{given.at:%Y-%m-%d} 登记）"))
            if view.may(Permission.LEDGER) and view.access.scope.everything:
                st.button("恢复", key=f"unshelve-{'-'.join(card.key)}", type="tertiary",
                          args=(view, card, given.until, given.reason),
                          on_click=carded(shelving_form.record), kwargs={"withdrawn": True})


def _actions(view: View, card: Card) -> None:
    if not view.may(Permission.LEDGER):
        return
    name = "-".join(card.key)
    with st.container(key=f"lg-card-do-{name}", horizontal=True, gap="small"):
        if st.button("立项督办", key=f"card-raise-{name}", type="tertiary"):
            follow_up_forms.from_alert(open_book(view), card.lines[0])
        if shelving_form.offered(view) and st.button(
            "搁置", key=f"card-shelve-{name}", type="tertiary"
        ):
            shelving_form.ask(view, card, escape(_title(view, card)))


def _html(view: View, cards: Cards, card: Card, about: str = "", *, unfolded: bool = False) -> str:
    """A line or two for the card, its evidence folded behind them; `about` is always in sight."""
    under = under_words(cards, card, view.geography)
    folded = cards.under(card)
    inner = (
        ""
        if not folded
        else (
            f'<details class="lg-cards-under"><summary>{escape(under)}（展开 {len(folded)} 项）</summary>'
            f'{"".join(_lines(view, one) for one in folded)}</details>'
        )
    )
    return (
        f'<details class="lg-alert"{" open" if unfolded else ""}><summary>'
        f'<span class="lg-alert-head">{severity_mark(cards.grade(card))}'
        f'<b>{escape(_title(view, card))}</b><em>{escape(state_words(card, cards.as_of))}</em>'
        f'<span>自 {card.since} 起，已 {card.days(cards.as_of)} 天</span></span>'
        f'<span class="lg-alert-short">{escape(_first_clause(card))}</span></summary>'
        f'{_evidence(card.lines)}{inner}</details>'
        f'{f"<p class=lg-alert-duty>{escape(about)}</p>" if about else ""}'
    )


def _first_clause(card: Card) -> str:
    """What is wrong, in the fewest words: up to the first semicolon and without the day, which heads
    the page, with how much more there is.
    """
    clause = _DAY.sub("", card.lines[0].evidence).split("；")[0].rstrip("。")
    more = len(card.lines) - 1
    return f"{clause}（另有{more}条预警）" if more else clause


def _lines(view: View, card: Card) -> str:
    return (
        f'<div class="lg-cards-line">{severity_mark(card.severity)} <b>{escape(_title(view, card))}</b>'
        f"{_evidence(card.lines)}</div>"
    )


def _evidence(lines: Sequence[Alert]) -> str:
    return "".join(f"<p><i>{RULE_NAMES[line.rule]}</i>　{escape(line.evidence)}</p>"
                   for line in lines)
