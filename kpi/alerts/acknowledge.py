"""Whether somebody has taken note of an alert, and whether it has grown worse since."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from kpi.alerts.alerts import Alert
from kpi.alerts.rules import SEVERITY_ORDER, Flip, Rule, Severity

AlertKey = tuple[Rule, str, str, str]
"""(rule, indicator, roll-up, division code)"""


@dataclass(frozen=True)
class Acknowledgement:
    """Somebody took note of an alert of that grade as of `as_of`, or took that back (`withdrawn`).

    `side`: for whom it counts, "" for the city's leaders and office, else the divisions of the unit
    that took note.
    """

    rule: Rule
    indicator: str
    rollup: str
    division: str
    severity: Severity
    as_of: date
    account: str
    at: datetime
    withdrawn: bool = False
    side: str = ""

    @property
    def key(self) -> AlertKey:
        return (self.rule, self.indicator, self.rollup, self.division)


class Noted(StrEnum):
    """`WORSENED`: noted, but raised to a worse grade afterwards, so it is to be noted again."""

    OPEN = "open"
    NOTED = "noted"
    WORSENED = "worsened"


@dataclass(frozen=True)
class Receipt:
    """How an alert stands; `by` is the acknowledgement it rests on, None when `OPEN`."""

    state: Noted
    by: Acknowledgement | None = None


def alert_key(alert: Alert) -> AlertKey:
    return (alert.rule, alert.indicator, alert.rollup, alert.division)


def receipt(alert: Alert, given: Iterable[Acknowledgement], flips: Iterable[Flip],
            as_of: date) -> Receipt:
    """How the alert stands as of a day. An acknowledgement holds for the run of days it was given
    in, not for the next.

    `given` may be of any alert; only those as of a day from `alert.since` to `as_of` are looked at,
    the newest decides.
    """
    mine = [one for one in given if one.key == alert_key(alert)
            and alert.since <= one.as_of <= as_of]
    latest = max(mine, key=lambda one: one.at, default=None)
    if latest is None or latest.withdrawn:
        return Receipt(Noted.OPEN)
    worse = _worse(alert.severity, latest.severity) or any(
        _worse(flip.after, flip.before)
        for flip in flips
        if (flip.rule, flip.indicator, flip.rollup, flip.division) == latest.key
        and latest.as_of < flip.day <= as_of
    )
    return Receipt(Noted.WORSENED if worse else Noted.NOTED, latest)


def _worse(now: Severity | None, before: Severity | None) -> bool:
    return now is not None and (
        before is None or SEVERITY_ORDER.index(now) < SEVERITY_ORDER.index(before)
    )
