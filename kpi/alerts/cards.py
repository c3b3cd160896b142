"""Alerts people can act on: a card per indicator and unit, county cards folded under the city's,
and where each stands.

A card loses nothing: every alert in force is a line of exactly one card.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from kpi.alerts.alerts import Alert
from kpi.alerts.history import History
from kpi.alerts.rules import SEVERITY_ORDER, Rule, Severity
from kpi.figures import projected_shortfall
from kpi.forecast import LineKey
from kpi.judging import ScorecardLine
from kpi.plan import Plan
from kpi.vocabulary import Division, Geography, Rollup

LIKELY = 0.5          # a chance from which on a pace alert is improving
# a county with at least this share of the city's shortfall is named on the city's card
VISIBLE_SHARE = 0.10
LASTING_DAYS = 180    # a card this old without a follow-up item is put to the meeting
STOPPED_DAYS = 90     # records silent this long are how the source is, no news
_OUTLOOK = (Rule.BEHIND_PACE, Rule.DEADLINE_NEAR)


class CardState(StrEnum):
    """Where a card stands. Only the first three ask for something and are counted.

    `IMPROVING`: likely to be met, or ahead of what is due. `SHELVED`: put aside until a date, with
    a reason. `SOURCE`: the source has been silent so long that this is how it is (停更).
    """

    NEW = "new"
    WORSE = "worse"
    LASTING = "lasting"
    IMPROVING = "improving"
    SHELVED = "shelved"
    SOURCE = "source"


STATE_WORDS = {CardState.NEW: "新增", CardState.WORSE: "加重", CardState.LASTING: "持续",
               CardState.IMPROVING: "好转中", CardState.SHELVED: "搁置", CardState.SOURCE: "数据停更"}
_COUNTED = (CardState.NEW, CardState.WORSE, CardState.LASTING)


@dataclass(frozen=True)
class Card:
    """What is wrong with one indicator of one unit. `lines`: its alerts, worst first; `severity`
    the worst grade.

    `since`: the first day any of them has been in force. `share` of the city's projected shortfall
    (0–1), None for the city and where nothing can be apportioned. `folded`: shown only under the
    card of the city.
    """

    indicator: str
    rollup: str
    division: str
    lines: tuple[Alert, ...]
    state: CardState
    share: float | None = None
    folded: bool = False

    @property
    def key(self) -> LineKey:
        return (self.indicator, self.rollup, self.division)

    @property
    def severity(self) -> Severity:
        return self.lines[0].severity

    @property
    def since(self) -> date:
        return min(alert.since for alert in self.lines)

    @property
    def counted(self) -> bool:
        """Whether it is one of the alerts that are counted: it asks for something and is not folded
        away.
        """
        return self.state in _COUNTED and not self.folded

    def days(self, as_of: date) -> int:
        return (as_of - self.since).days + 1


@dataclass(frozen=True, eq=False)
class Cards:
    """The cards of the city and of one roll-up as of a day, in the order of what they cost the
    city.

    `since`: the meeting day news are counted from.
    """

    as_of: date
    since: date
    all: tuple[Card, ...]

    @property
    def counted(self) -> tuple[Card, ...]:
        """The cards on top: what is said to be the number of alerts."""
        return tuple(card for card in self.all if card.counted)

    def of_state(self, *states: CardState) -> tuple[Card, ...]:
        """The cards of these states that are not folded."""
        return tuple(card for card in self.all if card.state in states and not card.folded)

    @property
    def folded(self) -> tuple[Card, ...]:
        return tuple(card for card in self.all if card.folded)

    def of_division(self, rollup: str, division: str) -> Cards:
        """The cards of one unit for itself: none of its own is folded under the city's."""
        return replace(self, all=tuple(replace(card, folded=False) for card in self.all
                                       if (card.rollup, card.division) == (rollup, division)))

    def under(self, card: Card) -> tuple[Card, ...]:
        """The cards folded under the city's card of an indicator, the largest share of its
        shortfall first.
        """
        if card.rollup != Rollup.CITY:
            return ()
        under = [one for one in self.all if one.folded and one.indicator == card.indicator]
        return tuple(sorted(under, key=lambda one: -(one.share or 0.0)))

    def named(self, card: Card) -> tuple[Card, ...]:
        """Those of them that make up enough of the shortfall to be named on the card."""
        return tuple(one for one in self.under(card) if (one.share or 0.0) >= VISIBLE_SHARE)

    def grade(self, card: Card) -> Severity:
        """The worst grade of a card and of those folded under it: no red is hidden below a yellow.
        """
        return min((one.severity for one in (card, *self.under(card))), key=SEVERITY_ORDER.index)

    def long_standing(self, followed: Collection[tuple[str, str]] = ()) -> tuple[Card, ...]:
        """The lasting cards nobody follows up. `followed`: (indicator, division code) of open
        follow-up items.
        """
        return tuple(card for card in self.of_state(CardState.LASTING)
                     if card.days(self.as_of) >= LASTING_DAYS
                     and (card.indicator, card.division) not in followed)


@dataclass(frozen=True, eq=False)
class Desk:
    """What cards are made from: the day's alerts and lines, the plan, the divisions, and the
    history of alerts.
    """

    alerts: Sequence[Alert]
    lines: Mapping[LineKey, ScorecardLine]
    plan: Plan
    geography: Geography
    history: History
    as_of: date


Levels = Mapping[tuple[Rule, LineKey], int]
Shelved = Callable[[Card, date], bool]


def none_shelved(_card: Card, _day: date) -> bool:
    """For `cards_at` where nothing has been put aside."""
    return False


def meeting_day(as_of: date, meetings: Iterable[date] = ()) -> date:
    """The day news are counted from: that of the last meeting before the day, the 1st of its month
    without any.
    """
    held = [day for day in meetings if day < as_of]
    return max(held, default=as_of.replace(day=1))


def cards_at(desk: Desk, rollup: Rollup, since: date | None = None,
             shelved: Shelved = none_shelved) -> Cards:
    """The cards of the city and of one roll-up's units. `shelved`: whether a card has been put
    aside on a day.
    """
    begin = meeting_day(desk.as_of) if since is None else since
    wanted = [alert for alert in desk.alerts if alert.rollup in (Rollup.CITY, rollup)]
    grouped = _grouped(wanted, desk.plan)
    before = desk.history.levels_on(begin)
    made = [_card(desk, key, lines, before, shelved) for key, lines in grouped.items()]
    # whoever sees some units only knows no share of the whole, and their own cards are what they
    # came for
    partial = desk.geography.partial
    city = {card.indicator for card in made if card.rollup == Rollup.CITY and card.state in _COUNTED
            and not partial}
    shares = {code: {} if partial else _shares(desk, code, rollup)
              for code in {card.indicator for card in made}}
    placed = [_placed(card, shares[card.indicator], card.indicator in city) for card in made]
    order = {item.code: number for number, item in enumerate(desk.plan.indicators)}
    weights = {item.code: item.weight for item in desk.plan.indicators}
    unordered = Cards(desk.as_of, begin, tuple(placed))
    return replace(unordered,
                   all=tuple(sorted(placed,
                                    key=lambda card: (card.folded, card.state not in _COUNTED,
                                                      SEVERITY_ORDER.index(unordered.grade(card)),
                                                      card.rollup != Rollup.CITY,
                                                      -_cost(card, weights[card.indicator]),
                                                      order[card.indicator], card.division))))


def _cost(card: Card, weight: float) -> float:
    """How much of the city's shortfall a card stands for, times the weight of its indicator in the
    ranking.
    """
    return weight * (1.0 if card.rollup == Rollup.CITY else card.share or 0.0)


def _parts(plan: Plan) -> Mapping[str, tuple[str, ...]]:
    """Of each indicator whose places are those of others, these others: its alerts are lines of
    their cards.
    """
    alone = {(served.places, served.venue): item.code for item in plan.indicators
             if len(item.indicator.coverage) == 1 for served in item.indicator.coverage}
    return {item.code: tuple(alone[served.places, served.venue]
                             for served in item.indicator.coverage
                             if (served.places, served.venue) in alone) for item in plan.indicators
            if len(item.indicator.coverage) > 1}


def _grouped(alerts: Sequence[Alert], plan: Plan) -> Mapping[LineKey, tuple[Alert, ...]]:
    """The alerts by the card they are lines of, in the order of the alerts."""
    parts = _parts(plan)
    there = {(alert.indicator, alert.rollup, alert.division) for alert in alerts}
    grouped: dict[LineKey, list[Alert]] = {}
    for alert in alerts:
        home = next((part for part in parts.get(alert.indicator, ())
                     if (part, alert.rollup, alert.division) in there), alert.indicator)
        grouped.setdefault((home, alert.rollup, alert.division), []).append(alert)
    # the card's own alerts first among those of one grade
    return {key: tuple(sorted(lines, key=lambda alert: (SEVERITY_ORDER.index(alert.severity),
                                                        alert.indicator != key[0])))
            for key, lines in grouped.items()}


def _card(desk: Desk, key: LineKey, lines: tuple[Alert, ...], before: Levels,
          shelved: Shelved) -> Card:
    card = Card(*key, lines, CardState.LASTING)
    if shelved(card, desk.as_of):
        return replace(card, state=CardState.SHELVED)
    if (
        all(alert.rule == Rule.SUDDEN_STOP for alert in lines)
        and card.days(desk.as_of) > STOPPED_DAYS
    ):
        return replace(card, state=CardState.SOURCE)
    if _improving(desk, lines):
        return replace(card, state=CardState.IMPROVING)
    return replace(card, state=_news(lines, before))


def _improving(desk: Desk, lines: Sequence[Alert]) -> bool:
    """Only of forecasts: a missed share, a place without a venue or a silent source are as they
    are.
    """
    return all(alert.rule in _OUTLOOK and _likely(desk, alert) for alert in lines)


def _likely(desk: Desk, alert: Alert) -> bool:
    forecast = desk.lines[(alert.indicator, alert.rollup, alert.division)].forecast
    chance = None if forecast is None else forecast.probability
    ahead = alert.severity == Severity.BLUE and alert.points is not None and alert.points >= 0
    return ahead or (chance is not None and chance >= LIKELY)


def _news(lines: Sequence[Alert], before: Levels) -> CardState:
    """Against the end of the meeting day (`before`): `NEW` when nothing was raised then, `WORSE`
    when the worst grade is worse now."""
    grades = [before.get((alert.rule, (alert.indicator, alert.rollup, alert.division)), 0)
              for alert in lines]
    if not any(grades):
        return CardState.NEW
    return CardState.WORSE if _level(lines[0].severity) > max(grades) else CardState.LASTING


def _level(severity: Severity) -> int:
    return len(SEVERITY_ORDER) - SEVERITY_ORDER.index(severity)


def _placed(card: Card, shares: Mapping[str, float], under_city: bool) -> Card:
    if card.rollup == Rollup.CITY:
        return card
    silent = card.state in (CardState.SHELVED, CardState.SOURCE)
    return replace(card, share=shares.get(card.division), folded=under_city and not silent)


def _shares(desk: Desk, indicator: str, rollup: Rollup) -> Mapping[str, float]:
    """Each unit's share of what the units of a roll-up are expected to lack at the deadline, by
    division code.
    """
    short = {division.code: _lacking(desk.lines[(indicator, *division.key)])
             for division in desk.geography.members(rollup)
             if (indicator, *division.key) in desk.lines}
    total = sum(short.values())
    return {code: lack / total for code, lack in short.items()} if total > 0 else {}


def _lacking(line: ScorecardLine) -> float:
    """max(target − median, 0) in counts, cases or places; a share judged at any time lacks what it
    lacks now.
    """
    short = projected_shortfall(line)
    if short is None and line.target is not None and line.value is not None:
        short = line.target - line.value
    return max(short or 0.0, 0.0) * (1.0 if line.denominator is None else line.denominator)


def division_of(card: Card, geography: Geography) -> Division:
    """The unit a card is about."""
    return geography.division(Rollup(card.rollup), card.division)
