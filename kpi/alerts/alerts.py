"""The alerts in force on a day: grade and duration from the history, evidence from the lines of
that day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kpi.alerts.evidence import Case, evidence
from kpi.alerts.history import Active
from kpi.alerts.meetings import held_meanwhile
from kpi.alerts.rules import (
    RULE_NAMES,
    SEVERITY_NAMES,
    SEVERITY_OF,
    SEVERITY_ORDER,
    Flip,
    Rule,
    Severity,
)
from kpi.alerts.today import Standing
from kpi.alerts.watch import history_of
from kpi.figures import Figures, is_stale
from kpi.forecast import LineKey, line_key
from kpi.judging import ScorecardLine
from kpi.vocabulary import Division, Rollup

__all__ = ["RULE_NAMES", "SEVERITY_NAMES", "Alert", "Flip", "Rule", "Severity", "alerts_at",
           "sort_alerts"]

_SUSPENDED_WHEN_STALE = (Rule.BEHIND_PACE, Rule.SUDDEN_STOP, Rule.DEADLINE_NEAR)
_CITY_WIDE = (Rule.SOURCE_STALE, Rule.EXCLUDED_JUMP, Rule.MEETING_OVERDUE)


@dataclass(frozen=True)
class Alert:
    """`since`: first day of the unbroken run of days with this alert, of whatever grade, that
    reaches as_of.

    `points`: completion − due in percentage points, None when nothing is judged. `evidence`: one
    sentence with its numbers. `suggestion`: the next step. `places`: the townships and villages it
    is about, by name.
    """

    rule: Rule
    severity: Severity
    indicator: str
    rollup: str
    division: str
    since: date
    points: float | None
    evidence: str
    lead_unit: str
    suggestion: str = ""
    places: tuple[str, ...] = ()


def alerts_at(figures: Figures, lines: Mapping[LineKey, ScorecardLine], as_of: date,
              today: Sequence[Standing] = (), *, final: bool = False,
              real_day: date | None = None) -> tuple[Alert, ...]:
    """The alerts in force at the end of `as_of`; pace alerts on a source that cannot be read are
    suspended.

    `today`: what stands on the real day; it takes the place of what the history has of the same
    rule and line. `final`: the plan has ended; there is a result and nothing left to warn of, but
    for what stands on the real day. `real_day`: given where `as_of` is the newest day; a meeting
    recorded by then ends the wait for one.
    """
    city = figures.facts.geography.city
    replaced = {(one.rule, *line_key(one.item.code, city)) for one in today}
    return sort_alerts([*(_of_today(one, city) for one in today),
                        *(_alert(figures, lines, active, as_of)
                          for active in (() if final else history_of(figures).active(as_of))
                          if not _suspended(figures, active, as_of)
                          and not (active.rule == Rule.MEETING_OVERDUE
                                   and held_meanwhile(figures, real_day))
                          and (active.rule, *active.key) not in replaced)])


def _of_today(standing: Standing, city: Division) -> Alert:
    return Alert(standing.rule, SEVERITY_OF[standing.level], standing.item.code, city.rollup.value,
                 city.code, standing.since, None, standing.sentence, standing.item.lead_unit,
                 standing.suggestion)


def _suspended(figures: Figures, active: Active, as_of: date) -> bool:
    return active.rule in _SUSPENDED_WHEN_STALE and is_stale(
        figures.facts, figures.plan.indicator(active.key[0]), as_of)


def _alert(figures: Figures, lines: Mapping[LineKey, ScorecardLine], active: Active,
           as_of: date) -> Alert:
    code, rollup, division = active.key
    item, line = figures.plan.indicator(code), lines[active.key]
    text = evidence(active.rule, Case(figures, lines, item,
                                      figures.facts.geography.division(Rollup(rollup), division),
                                      line, as_of))
    points = None if active.rule in _CITY_WIDE else line.gap_points
    return Alert(active.rule, SEVERITY_OF[active.level], code, rollup, division, active.since,
                 points, text.sentence, item.lead_unit, text.suggestion, text.places)


def sort_alerts(alerts: Iterable[Alert]) -> tuple[Alert, ...]:
    """Red first, then yellow, blue, grey; the city first, then the furthest behind."""
    rules = list(Rule)
    return tuple(sorted(alerts, key=lambda a: (SEVERITY_ORDER.index(a.severity),
                                               a.rollup != Rollup.CITY, 0.0 if a.points is None
                                               else a.points, rules.index(a.rule), a.indicator,
                                               a.rollup, a.division)))
