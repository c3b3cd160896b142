"""Putting an alert aside for a while: by name, with a reason, until a date; it returns by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from kpi.alerts import SEVERITY_ORDER, Card, Severity, Shelved
from kpi.follow_ups.follow_up import clean
from kpi.forecast import LineKey
from kpi.vocabulary import InputError, Window

MOST_DAYS = 60    # how long a card may be put aside
LAST_DAYS = 60    # before the deadline nothing may be
_REASON_LIMIT = 200


@dataclass(frozen=True)
class Shelving:
    """Somebody put the card of an indicator and unit aside as of `as_of`, up to and including
    `until`, or took that back.

    `severity`: the card's grade then. `account`: who; `at`: local time it was recorded.
    """

    indicator: str
    rollup: str
    division: str
    severity: Severity
    as_of: date
    until: date
    reason: str
    account: str
    at: datetime
    withdrawn: bool = False

    @property
    def key(self) -> LineKey:
        return (self.indicator, self.rollup, self.division)


def check_shelving(shelving: Shelving, window: Window) -> Shelving:
    """The shelving with its reason cleaned. Raises InputError on a date out of bounds or without a
    reason.
    """
    reason = clean(shelving.reason.replace("\n", " "), "搁置理由", _REASON_LIMIT)
    if shelving.withdrawn:
        return replace(shelving, reason=reason)
    last = window.deadline - timedelta(days=LAST_DAYS)
    if shelving.as_of > last:
        raise InputError(f"距截止不足{LAST_DAYS}天，预警不能再搁置；请立项督办。")
    if shelving.until <= shelving.as_of:
        raise InputError(f"搁置到 {shelving.until} 不晚于截至日期 {shelving.as_of}；请选以后的日期。")
    if shelving.until > shelving.as_of + timedelta(days=MOST_DAYS):
        raise InputError(f"最多搁置{MOST_DAYS}天（到 {shelving.as_of + timedelta(days=MOST_DAYS)}）；请改早一些。")
    if shelving.until > last:
        raise InputError(f"截止前{LAST_DAYS}天内不能搁置，最晚到 {last}；请改早一些。")
    return replace(shelving, reason=reason)


def latest_end(as_of: date, window: Window) -> date | None:
    """The last day a card may be put aside until; None when it may not be any more."""
    last = min(as_of + timedelta(days=MOST_DAYS), window.deadline - timedelta(days=LAST_DAYS))
    return last if last > as_of else None


def shelving_of(card: Card, given: Iterable[Shelving], as_of: date) -> Shelving | None:
    """The shelving a card rests on as of a day; None when there is none, or it has run out, or the
    card is worse by now.

    It holds for the run of days it was given in: a card raised anew after it had cleared is not put
    aside.
    """
    mine = [one for one in given if one.key == card.key and card.since <= one.as_of <= as_of]
    latest = max(mine, key=lambda one: one.at, default=None)
    if latest is None or latest.withdrawn or latest.until < as_of:
        return None
    worse = SEVERITY_ORDER.index(card.severity) < SEVERITY_ORDER.index(latest.severity)
    return None if worse else latest


def shelved_by(given: Iterable[Shelving]) -> Shelved:
    """Whether a card has been put aside on a day, for `kpi.alerts.cards.cards_at`."""
    all_ = tuple(given)
    return lambda card, day: shelving_of(card, all_, day) is not None
