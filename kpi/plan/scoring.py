"""How one indicator's progress becomes points of a score: the `[ranking]` part of the plan file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any

from kpi.plan.plan_values import read
from kpi.vocabulary import InputError


class ScoreMethod(StrEnum):
    """How points follow from ρ = completion ÷ due. `PEER` and `PLACES` depend on the other units
    too.
    """

    CAPPED = "capped"
    BONUS = "bonus"
    EFFICACY = "efficacy"
    PEER = "peer"
    PLACES = "places"
    STEPS = "steps"


METHOD_NAMES = {
    ScoreMethod.CAPPED: "完成比例（封顶）", ScoreMethod.BONUS: "超额加分", ScoreMethod.EFFICACY: "功效系数",
    ScoreMethod.PEER: "组内极差", ScoreMethod.PLACES: "争先进位", ScoreMethod.STEPS: "扣分分档",
}


@dataclass(frozen=True)
class ScoreRules:
    """The method in force and the numbers of all, so that any of them can be shown beside it.

    `bonus` points at most are added for ρ from 1 to 1 + `bonus_range`. `low` and `high`: the ρ that
    earn 60 and 100 points (不允许值、满意值). `place_step`: points lost with each place. `steps`: (ρ from,
    points) from the best down; below the last nothing.
    """

    method: ScoreMethod = ScoreMethod.CAPPED
    bonus: float = 5.0
    bonus_range: float = 0.2
    low: float = 0.8
    high: float = 1.1
    place_step: float = 5.0
    steps: tuple[tuple[float, float], ...] = ((1.0, 100.0), (0.95, 60.0), (0.9, 20.0))


CAPPED = ScoreRules()
_NUMBERS = ("bonus", "bonus_range", "low", "high", "place_step")


def scoring_from(data: Mapping[str, Any]) -> ScoreRules:
    """The `[ranking]` part of the plan file; what is left out keeps its default. Raises InputError
    naming what to mend.
    """
    entry, usual = read.optional_table(data, "ranking"), CAPPED
    read.only(entry, "ranking", sorted(("method", "steps", *_NUMBERS)))
    try:
        method = ScoreMethod(entry.get("method", usual.method))
    except ValueError:
        listed = "、".join(f'"{one}"（{name}）' for one, name in METHOD_NAMES.items())
        raise InputError(
            f"plan.toml 的 [ranking] method 只能是{listed}；现为 {entry['method']!r}，请改正。") from None
    numbers = {name: read.number(entry, name, "ranking", getattr(usual, name), least=0)
               for name in _NUMBERS}
    if numbers["high"] <= numbers["low"]:
        raise InputError(
            f"plan.toml 的 [ranking] high = {numbers['high']:g} 应大于 low = {numbers['low']:g}；请改正。")
    if numbers["bonus_range"] <= 0:
        raise InputError("plan.toml 的 [ranking] bonus_range 应大于 0；不想加分请写 bonus = 0。")
    return ScoreRules(method, **numbers, steps=_steps(entry, usual))


def _steps(entry: Mapping[str, Any], usual: ScoreRules) -> tuple[tuple[float, float], ...]:
    if "steps" not in entry:
        return usual.steps
    listed = read.entries(entry["steps"], "ranking.steps")
    steps = tuple((read.number(step, "from", "ranking.steps", least=0),
                   read.number(step, "points", "ranking.steps", least=0)) for step in listed)
    if not steps or any(
        later[0] >= earlier[0] or later[1] > earlier[1] for earlier, later in pairwise(steps)
    ):
        raise InputError("plan.toml 的 [[ranking.steps]] 应至少一档，从高到低排列，from 逐档减小、points 不增加；请改正。")
    return steps
