"""The model practices as the feeds give them: one object per model, its adoptions within."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kpi.models import AdoptionStanding, ModelStanding, Pair
from reports.line_objects import number


def model_objects(models: Sequence[ModelStanding]) -> list[dict[str, Any]]:
    """Newest first; empty where none is recorded."""
    return [{"title": one.model.title, "unit": one.model.unit, "name": one.name,
             "day": one.model.on.isoformat(), "document": one.model.document,
             "indicator": one.model.indicator,
             "adoptions": [_adoption(adoption) for adoption in one.adoptions]} for one in models]


def _adoption(one: AdoptionStanding) -> dict[str, Any]:
    """What the scope does not see is null."""
    seen = one.effect
    return {"unit": one.adoption.unit, "name": one.name, "day": one.adoption.on.isoformat(),
            "document": None if seen is None else one.adoption.document,
            "days": None if seen is None else seen.days,
            **_pair("own", None if seen is None else seen.own),
            **_pair("alike", None if seen is None else seen.alike),
            "units_alike": None if seen is None else 0 if seen.alike is None else seen.alike.peers}


def _pair(name: str, pair: Pair | None) -> dict[str, Any]:
    return {f"{name}_before": None if pair is None else number(pair.before),
            f"{name}_after": None if pair is None else number(pair.after)}
