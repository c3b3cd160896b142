"""How many alerts there are, in one way for screen and paper: the cards that ask for something,
with the scope said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from kpi.alerts import (
    LASTING_DAYS,
    SEVERITY_NAMES,
    SEVERITY_ORDER,
    STATE_WORDS,
    Card,
    Cards,
    CardState,
)
from kpi.vocabulary import Division, Geography, Rollup
from kpi.wording import wording


def scope_words(geography: Geography, rollup: Rollup) -> str:
    """“全市和5个县区”, “全市和9个管理单位”: whose alerts are counted."""
    members = geography.members(rollup)
    names = geography.names
    if not geography.subdivided:
        return f"{len(members)}个{names.member}"
    return f"{names.whole}和{len(members)}个{names.member if rollup == Rollup.COUNTY else '管理单位'}"


def grades_words(cards: Cards) -> str:
    """“红色3项、黄色7项、蓝色1项” of the cards counted; a card has the worst grade of those folded under it.
    """
    counts = Counter(cards.grade(card) for card in cards.counted)
    return "、".join(f"{SEVERITY_NAMES[grade]}{counts[grade]}项" for grade in SEVERITY_ORDER
                    if counts[grade])


def count_words(cards: Cards, scope: str, *, rest: bool = True) -> str:
    """“全市和5个县区共有预警11项（红色3项、黄色7项、蓝色1项）；另有7项并入全市、3项好转中。” `rest`: with what is not counted."""
    if not cards.all:
        return f"{scope}没有预警。"
    grades = grades_words(cards)
    text = f"{scope}共有预警{len(cards.counted)}项" + (f"（{grades}）" if grades else "")
    others = rest_words(cards) if rest else ""
    return f"{text}；{others}。" if others else f"{text}。"


def rest_words(cards: Cards) -> str:
    """“另有7项并入全市、3项好转中”: the cards that are there and not counted; empty without any."""
    parts = [f"{len(cards.folded)}项并入全市"] if cards.folded else []
    for state in (CardState.IMPROVING, CardState.SHELVED, CardState.SOURCE):
        number = len(cards.of_state(state))
        parts += [f"{number}项{STATE_WORDS[state]}"] if number else []
    return f"另有{'、'.join(parts)}" if parts else ""


def news_words(cards: Cards, *, meeting: bool = False) -> str:
    """“自10月1日以来新增4项、加重1项”; “自上次会议（10月1日）以来没有新增或加重” when the day is that of a `meeting`."""
    day = wording.chinese_date(cards.since, with_year=cards.since.year != cards.as_of.year)
    head = f"自上次会议（{day}）以来" if meeting else f"自{day}以来"
    parts = [f"{STATE_WORDS[state]}{len(state_cards)}项"
             for state in (CardState.NEW, CardState.WORSE)
             if (state_cards := cards.of_state(state))]
    return head + ("、".join(parts) or "没有新增或加重")


def long_standing_words(cards: Sequence[Card]) -> str:
    """“长期未解除8项（持续180天以上，尚未立项督办）”; empty without any."""
    return f"长期未解除{len(cards)}项（持续{LASTING_DAYS}天以上，尚未立项督办）" if cards else ""


def under_words(cards: Cards, card: Card, geography: Geography) -> str:
    """“其中泗洪占缺口31%（红色）、宿豫29%（红色）；另含1个单位” of a card of the city; empty when nothing is under it."""
    under, named = cards.under(card), cards.named(card)
    if not under:
        return ""
    parts = [
        f"{_name(one, geography)}{'占缺口' if number == 0 else ''}{one.share or 0.0:.0%}（{SEVERITY_NAMES[one.severity]}）"
        for number, one in enumerate(named)
    ]
    rest = [_name(one, geography) for one in under if one not in named]
    text = f"其中{'、'.join(parts)}" if parts else ""
    also = f"另含{'、'.join(rest)}" if rest else ""
    return "；".join(part for part in (text, also) if part)


def state_words(card: Card, as_of: date) -> str:
    """“新增”, “持续250天”, …."""
    return f"持续{card.days(as_of)}天" if card.state == CardState.LASTING else STATE_WORDS[card.state]


def _name(card: Card, geography: Geography) -> str:
    division: Division = geography.division(Rollup(card.rollup), card.division)
    return division.short_name
