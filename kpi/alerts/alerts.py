"""The alerts in force on a day: grade and duration from the history, evidence from the lines of that day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from kpi.alerts.evidence import Case, evidence
from kpi.alerts.history import Active
from kpi.alerts.rules import RULE_NAMES, SEVERITY_NAMES, SEVERITY_OF, SEVERITY_ORDER, Flip, Rule, Severity
from kpi.figures.figures import Figures, is_stale
from kpi.forecast.panel import LineKey
from kpi.judging.line import ScorecardLine
from kpi.vocabulary.division import Rollup

__all__ = ["RULE_NAMES", "SEVERITY_NAMES", "Alert", "Flip", "Rule", "Severity", "alerts_at", "sort_alerts"]

_SUSPENDED_WHEN_STALE = (Rule.BEHIND_PACE, Rule.SUDDEN_STOP, Rule.DEADLINE_NEAR)
_CITY_WIDE = (Rule.SOURCE_STALE, Rule.EXCLUDED_JUMP)


@dataclass(frozen=True)
class Alert:
    """`since`: first day of the unbroken run of days with this alert, of whatever grade, that reaches as_of.

    `points`: completion − due in percentage points, None when nothing is judged. `evidence`: one sentence with its
    numbers. `suggestion`: the next step. `places`: the townships and villages it is about, by name.
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


def alerts_at(known: Figures, lines: Mapping[LineKey, ScorecardLine], as_of: date) -> tuple[Alert, ...]:
    """The alerts in force at the end of `as_of`; pace alerts on a source that cannot be read are suspended."""
    return sort_alerts(_alert(known, lines, active, as_of) for active in known.history.active(as_of)
                       if not _suspended(known, active))


def _suspended(known: Figures, active: Active) -> bool:
    return active.rule in _SUSPENDED_WHEN_STALE and is_stale(known.facts, known.plan.indicator(active.key[0]))


def _alert(known: Figures, lines: Mapping[LineKey, ScorecardLine], active: Active, as_of: date) -> Alert:
    code, rollup, division = active.key
    item, line = known.plan.indicator(code), lines[active.key]
    said = evidence(active.rule, Case(known, lines, item, known.facts.geography.division(Rollup(rollup), division), line,
                                      as_of))
    points = None if active.rule in _CITY_WIDE else line.gap_points
    return Alert(active.rule, SEVERITY_OF[active.level], code, rollup, division, active.since, points, said.sentence,
                 item.lead_unit, said.suggestion, said.places)


def sort_alerts(alerts: Iterable[Alert]) -> tuple[Alert, ...]:
    """Red first, then yellow, blue, grey; the city first, then the furthest behind."""
    rules = list(Rule)
    return tuple(sorted(alerts, key=lambda a: (SEVERITY_ORDER.index(a.severity), a.rollup != Rollup.CITY,
                                               0.0 if a.points is None else a.points, rules.index(a.rule), a.indicator,
                                               a.rollup, a.division)))
