"""What the departments have collected, as the feeds give it: one object per department and count."""

from __future__ import annotations

from typing import Any

from kpi.departments import Collected, collected, shared_counts
from kpi.figures import Figures
from kpi.plan import IndicatorPlan
from kpi.scorecard import Scorecard
from reports.line_objects import forecast_object, number


def department_objects(figures: Figures, card: Scorecard) -> list[dict[str, Any]]:
    """Every collecting department's part of every count they share, what belongs to none with
    `department` null; empty where the plan names no departments.
    """
    return [_object(one, item) for item in shared_counts(card.plan)
            for one in collected(figures, card, item)]


def _object(one: Collected, item: IndicatorPlan) -> dict[str, Any]:
    line, plan = one.line, one.department
    return {"indicator": item.code, "department": None if plan is None else plan.key,
            "name": one.name, "sectors": [] if plan is None else list(plan.sectors),
            "value": number(line.value), "target": number(line.target),
            "completion": line.completion, "expected": line.expected, "gap": line.gap,
            "light": line.light.value, "needed_per_day": line.needed_per_day,
            "forecast": forecast_object(line.forecast), "place": one.place,
            "by_sector": {part.name: number(part.value) for part in one.sectors},
            "units": [{"rollup": unit.rollup, "division": unit.division,
                       "value": number(unit.value)} for unit in one.units]}
