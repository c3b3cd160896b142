"""What moved a figure as JSON: every way to take it apart, with the sentence the screen shows, for
other programs.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from kpi.explaining import BY_UNIT, Movement, ways
from kpi.explaining.movement import movement
from kpi.figures import Figures
from kpi.sentences import movement_words
from kpi.vocabulary import Division, InputError, Rollup
from reports.snapshot_note import SnapshotNote


def usual_start(figures: Figures, as_of: date) -> date:
    """The end of the month before, or the plan's first day in its first month."""
    return max(as_of.replace(day=1) - timedelta(days=1), figures.plan.window.start)


def to_json(
    figures: Figures,
    note: SnapshotNote,
    code: str,
    division: Division,
    since: date,
    as_of: date,
    then: Figures | None = None,
) -> str:
    """The movement of one indicator; shares are 0–1, parts add up to `change`. `then`: the figures
    as frozen on `since`.

    Raises InputError on an indicator the plan does not have, or a day outside what was read.
    """
    codes = [item.code for item in figures.plan.indicators]
    if code not in codes:
        raise InputError(f"方案中没有指标“{code}”；可用的有：{'、'.join(codes)}。")
    figures.plan.window.check(since, figures.facts.read_on)
    parts = [
        movement(figures, code, division, since, as_of, way, then=then)
        for way in ways(figures, code, division, Rollup.COUNTY)
    ]
    item = figures.plan.indicator(code)
    result = {
        "indicator": code,
        "rollup": division.rollup.value,
        "division": division.code,
        "since": since.isoformat(),
        "as_of": as_of.isoformat(),
        "snapshot": note.id,
        "sample": note.sample,
        "ways": [
            _way(one, movement_words(one, item, by_unit=one.way == BY_UNIT))
            for one in parts
            if one is not None
        ],
    }
    return json.dumps(result, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _way(moved: Movement, sentence: str) -> dict[str, Any]:
    return {
        "way": moved.way,
        "before": _number(moved.before),
        "after": _number(moved.after),
        "change": _number(moved.change),
        "as_read_then": moved.then_read,
        "sentence": sentence,
        "parts": [
            {"kind": part.kind.value, "name": part.name, "value": _number(part.value)}
            for part in moved.parts
        ],
    }


def _number(value: Fraction) -> float | int:
    return value.numerator if value.denominator == 1 else float(value)
