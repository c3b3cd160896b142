"""The scorecard as JSON, for other systems: the same lines the screen shows, unrounded, absent as
null.
"""

from __future__ import annotations

import json
from typing import Any

from kpi.alerts import Alert, Card, Cards, Severity, meeting_day, of_connection
from kpi.counting import DatasetQuality, Source, SourceState
from kpi.duties import DutyStanding
from kpi.judging import Interval, ScorecardLine
from kpi.plan import Comparator
from kpi.ranking import Ranking
from kpi.scorecard import Scorecard
from kpi.vocabulary import Remark
from reports.departments import department_objects
from reports.line_objects import forecast_object, number
from reports.models import model_objects
from reports.paper import Paper, PaperSource, on_records
from reports.snapshot_note import SnapshotNote

__all__ = ["SCORECARD", "SnapshotNote", "scorecard_object", "to_json", "to_mapping"]


def to_json(card: Scorecard, note: SnapshotNote) -> str:
    """The scorecard as a JSON text, keys in a fixed order."""
    return _text(to_mapping(card, note))


def scorecard_object(source: PaperSource) -> dict[str, Any]:
    """The scorecard with what the departments have collected, how the plan's duties stand, and the
    model practices; all are empty where there are none.
    """
    return {**to_mapping(source.card, source.note),
            "departments": department_objects(source.figures, source.card),
            "duties": [_duty(one) for one in source.duties],
            "models": model_objects(source.models)}


def _text(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def to_mapping(card: Scorecard, note: SnapshotNote) -> dict[str, Any]:
    plan, cards = card.plan, Cards(card.as_of, meeting_day(card.as_of), card.cards)
    return {
        "as_of": card.as_of.isoformat(),
        "plan": {
            "id": plan.id,
            "start": plan.window.start.isoformat(),
            "deadline": plan.window.deadline.isoformat(),
        },
        "snapshot": {
            "id": note.id,
            "read_at": note.read_at.isoformat(timespec="seconds"),
            "sample": note.sample,
            "sources": {name: _source(source, card) for name, source in note.sources.items()},
            "remarks": [{"dataset": remark.dataset, **_remark(remark)} for remark in note.remarks],
        },
        "lines": [_line(line) for line in card.lines],
        "ranking": [_ranking(row) for row in card.ranking],
        "alerts": [_alert(alert) for alert in card.alerts],
        "alert_cards": [_card(one, cards.grade(one)) for one in card.cards],
        "quality": [_quality(quality, card) for quality in card.quality.values()],
    }


def _duty(one: DutyStanding) -> dict[str, Any]:
    duty = one.duty
    return {"id": duty.id, "clause": duty.clause, "text": duty.text, "lead": duty.lead,
            "co": list(duty.co), "by": duty.by.value, "indicator": duty.indicator or None,
            "due": one.due.isoformat(), "state": one.state.value, "shows": one.shows}


def _source(source: Source, card: Scorecard) -> dict[str, Any]:
    """`newest`, `age` (working days) and `fresh` are of the dataset that speaks for the source, on
    the real day.
    """
    one = of_connection(card.freshness, source.name)
    newest = None if one is None or one.newest is None else one.newest.isoformat()
    return {"state": source.state.value, "latest": None if source.latest is None
            else source.latest.isoformat(), "newest": newest, "age": None if one is None
            else one.age, "fresh": None if one is None else one.fresh}


def _line(line: ScorecardLine) -> dict[str, Any]:
    basis = (
        None
        if line.basis is None
        else {"rows": line.basis.rows, "excluded": dict(line.basis.excluded)}
    )
    return {
        "indicator": line.indicator,
        "division": line.division,
        "rollup": line.rollup,
        "value": number(line.value),
        "numerator": number(line.numerator),
        "denominator": number(line.denominator),
        "target": number(line.target),
        "comparator": (line.comparator if line.target is not None else Comparator.AT_LEAST).value,
        "completion": line.completion,
        "expected": line.expected,
        "gap": line.gap,
        "light": line.light.value,
        "needed_per_day": line.needed_per_day,
        "forecast": forecast_object(line.forecast),
        "interval": _interval(line.interval),
        "basis": basis,
    }


def _interval(interval: Interval | None) -> dict[str, Any] | None:
    if interval is None:
        return None
    return {"low": interval.low, "high": interval.high, "cases": interval.cases,
            "size": interval.size.value}


def _ranking(row: Ranking) -> dict[str, Any]:
    return {"group": row.group, "division": row.division, "score": row.score, "place": row.place,
            "place_interval": None if row.place_interval is None else list(row.place_interval)}


def _alert(alert: Alert) -> dict[str, Any]:
    return {"rule": alert.rule.value, "severity": alert.severity.value,
            "indicator": alert.indicator, "rollup": alert.rollup, "division": alert.division,
            "since": alert.since.isoformat(), "evidence": alert.evidence,
            "lead_unit": alert.lead_unit}


def _card(card: Card, grade: Severity) -> dict[str, Any]:
    """One card; its alerts are those of `alerts` with the same rule, indicator, roll-up and
    division. `grade`: what it is shown with, the worst of those folded under it too.
    """
    return {"indicator": card.indicator, "rollup": card.rollup, "division": card.division,
            "severity": card.severity.value, "grade": grade.value, "state": card.state.value,
            "since": card.since.isoformat(), "share": card.share, "folded": card.folded,
            "counted": card.counted, "rules": [[alert.rule.value, alert.indicator]
                                               for alert in card.lines]}


def _quality(quality: DatasetQuality, card: Scorecard) -> dict[str, Any]:
    return {"dataset": quality.dataset, "read": quality.read, "counted": quality.counted,
            "excluded": dict(quality.excluded), "division_conflict": quality.division_conflict,
            "remarks": [_remark(remark) for remark in quality.remarks],
            "state": card.states.get(quality.dataset, SourceState.OK).value}


def _remark(remark: Remark) -> dict[str, Any]:
    return {"code": remark.code, "count": remark.count, "where": remark.where, "text": remark.text}


def _made(source: PaperSource) -> bytes:
    return _text(scorecard_object(source)).encode("utf-8")


# not among a meeting's papers: freezing keeps the scorecard by itself, as scorecard.json
SCORECARD = Paper(
    key="scorecard", command="scorecard", title="得分数据（JSON）", about="供其他系统读取", suffix=".json",
    file_name=lambda as_of, _scope: f"零工归宿_得分_{as_of:%Y%m%d}.json", make=_made, feed=True,
    depends_on=on_records)
