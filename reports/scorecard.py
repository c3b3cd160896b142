"""The scorecard as JSON, for other systems: the same lines the screen shows, unrounded, absent as null."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kpi.alerts.alerts import Alert
from kpi.counting.facts import DatasetQuality, Source
from kpi.forecast.forecast import Forecast
from kpi.judging.interval import Interval
from kpi.plan.plan import Comparator
from kpi.ranking.ranking import Ranking
from kpi.scorecard.scorecard import Scorecard, ScorecardLine


@dataclass(frozen=True)
class SnapshotNote:
    """Which reading the figures rest on; printed on every export."""

    id: str
    read_at: datetime
    sample: bool
    sources: Mapping[str, Source]


def to_json(card: Scorecard, note: SnapshotNote) -> str:
    """The scorecard as a JSON text, keys in a fixed order."""
    return json.dumps(to_mapping(card, note), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def to_mapping(card: Scorecard, note: SnapshotNote) -> dict[str, Any]:
    plan = card.plan
    return {
        "as_of": card.as_of.isoformat(),
        "plan": {"id": plan.id, "start": plan.window.start.isoformat(), "deadline": plan.window.deadline.isoformat()},
        "snapshot": {"id": note.id, "read_at": note.read_at.isoformat(timespec="seconds"), "sample": note.sample,
                     "sources": {name: _source(source) for name, source in note.sources.items()}},
        "lines": [_line(line) for line in card.lines],
        "ranking": [_ranking(row) for row in card.ranking],
        "alerts": [_alert(alert) for alert in card.alerts],
        "quality": [_quality(quality) for quality in card.quality.values()],
    }


def _source(source: Source) -> dict[str, Any]:
    return {"state": source.state.value, "latest": None if source.latest is None else source.latest.isoformat()}


def _line(line: ScorecardLine) -> dict[str, Any]:
    basis = None if line.basis is None else {"rows": line.basis.rows, "excluded": dict(line.basis.excluded)}
    return {
        "indicator": line.indicator, "division": line.division, "rollup": line.rollup, "value": _number(line.value),
        "numerator": _number(line.numerator), "denominator": _number(line.denominator),
        "target": _number(line.target), "comparator": (line.comparator if line.target is not None
                                                       else Comparator.AT_LEAST).value,
        "completion": line.completion, "expected": line.expected, "gap": line.gap, "light": line.light.value,
        "needed_per_day": line.needed_per_day, "forecast": _forecast(line.forecast), "interval": _interval(line.interval),
        "basis": basis,
    }


def _forecast(forecast: Forecast | None) -> dict[str, Any] | None:
    """None where nothing is forecast; a forecast that says nothing yet (待数据) has nulls."""
    if forecast is None:
        return None
    return {"p10": forecast.p10, "p50": forecast.p50, "p90": forecast.p90, "probability": forecast.probability,
            "state": forecast.state.value,
            "landing": None if forecast.landing is None else forecast.landing.isoformat()}


def _interval(interval: Interval | None) -> dict[str, Any] | None:
    if interval is None:
        return None
    return {"low": interval.low, "high": interval.high, "cases": interval.cases, "size": interval.size.value}


def _number(value: float | None) -> float | int | None:
    """Counts as whole numbers: 46800, not 46800.0."""
    return int(value) if value is not None and float(value).is_integer() else value


def _ranking(row: Ranking) -> dict[str, Any]:
    return {"group": row.group, "division": row.division, "score": row.score, "place": row.place,
            "place_interval": None if row.place_interval is None else list(row.place_interval)}


def _alert(alert: Alert) -> dict[str, Any]:
    return {"rule": alert.rule.value, "severity": alert.severity.value, "indicator": alert.indicator,
            "rollup": alert.rollup, "division": alert.division, "since": alert.since.isoformat(),
            "evidence": alert.evidence, "lead_unit": alert.lead_unit}


def _quality(quality: DatasetQuality) -> dict[str, Any]:
    return {"dataset": quality.dataset, "read": quality.read, "counted": quality.counted,
            "excluded": dict(quality.excluded), "division_conflict": quality.division_conflict}
