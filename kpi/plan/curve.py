"""How much of a target is due by a day: in proportion to time, month by month, or by dated stages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any

from kpi.plan.plan_values import read
from kpi.vocabulary import InputError, Window


class CurveKind(StrEnum):
    """`LINEAR`: calendar days. `MONTH_STEP`: nothing new is due before a month is over. `STAGED`:
    dated points.
    """

    LINEAR = "linear"
    MONTH_STEP = "month_step"
    STAGED = "staged"


CURVE_NAMES = {CurveKind.LINEAR: "按天均匀推进", CurveKind.MONTH_STEP: "按月推进（月末到期）",
               CurveKind.STAGED: "按分阶段计划推进"}


@dataclass(frozen=True)
class StagePoint:
    """From the end of day `on` the `share` (0–1) of the target is due, until the next point."""

    on: date
    share: float


@dataclass(frozen=True)
class Curve:
    """`points` only for `STAGED`, in order of time; before the first nothing is due, at the
    deadline everything.
    """

    kind: CurveKind = CurveKind.LINEAR
    points: tuple[StagePoint, ...] = ()

    def due_share(self, window: Window, day: date) -> float:
        """Share of the target due by the end of `day`, 0–1; 1 from the deadline on whatever the
        kind.
        """
        if day >= window.deadline:
            return 1.0
        if self.kind == CurveKind.STAGED:
            return max((point.share for point in self.points if point.on <= day), default=0.0)
        if self.kind == CurveKind.MONTH_STEP:
            ends = _month_ends(window)
            return sum(end <= day for end in ends) / len(ends)
        return window.elapsed_share(day)


    def day_weights(self, window: Window) -> tuple[float, ...] | None:
        """How much of the usual work the plan wants on each day of the window: the slope of what is
        due, mean 1.

        Between two dates with a share of their own the work is spread evenly. Between
        `LEAST_WEIGHT` and `MOST_WEIGHT`, because a day on which nothing falls due is still a day on
        which something may happen. None for `LINEAR`.
        """
        if self.kind == CurveKind.LINEAR:
            return None
        weights: list[float] = []
        day, share = window.start - timedelta(days=1), 0.0
        for on, due in self._dated_shares(window):
            days = (on - day).days
            slope = (due - share) / days * window.days
            weights += [min(max(slope, LEAST_WEIGHT), MOST_WEIGHT)] * days
            day, share = on, due
        return tuple(weights)

    def _dated_shares(self, window: Window) -> list[tuple[date, float]]:
        if self.kind == CurveKind.MONTH_STEP:
            ends = _month_ends(window)
            return [(end, (number + 1) / len(ends)) for number, end in enumerate(ends)]
        before = [(point.on, point.share) for point in self.points if point.on < window.deadline]
        return [*before, (window.deadline, 1.0)]


LINEAR = Curve()
LEAST_WEIGHT, MOST_WEIGHT = 0.1, 10.0


def _month_ends(window: Window) -> list[date]:
    """Last days of the months the window touches; the deadline stands for its own month."""
    ends = []
    year, month = window.start.year, window.start.month
    while (year, month) < (window.deadline.year, window.deadline.month):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        ends.append(date(year, month, 1) - timedelta(days=1))
    return [*ends, window.deadline]


def curve_from(entry: Mapping[str, Any], window: Window, where: str) -> Curve:
    """The `curve` table of an indicator; linear when it is left out. Raises InputError naming what
    to mend.
    """
    if "curve" not in entry:
        return LINEAR
    where = f"{where}.curve"
    table = read.optional_table(entry, "curve", where)
    try:
        kind = CurveKind(table.get("kind", CurveKind.LINEAR))
    except ValueError:
        raise InputError(
            f"plan.toml 的 [{where}] kind 只能是 \"linear\"（按天）、\"month_step\"（按月）或 \"staged\"（分阶段）；"
            f"现为 {table['kind']!r}。") from None
    points = tuple(StagePoint(read.day(point, "on", where), read.number(point, "share", where))
                   for point in read.entries(table.get("points"), f"{where}.points"))
    _check(kind, points, window, where)
    return Curve(kind, points)


def _check(kind: CurveKind, points: tuple[StagePoint, ...], window: Window, where: str) -> None:
    if (kind == CurveKind.STAGED) != bool(points):
        wanted = (
            "缺少 points；请列出各阶段的日期和比例"
            if kind == CurveKind.STAGED
            else "不用 points；请删去或把 kind 改为 staged"
        )
        raise InputError(
            f"plan.toml 的 [{where}] {wanted}，例如 points = [{{ on = 2025-12-31, share = 0.6 }}]。")
    for point in points:
        if not window.start <= point.on <= window.deadline:
            raise InputError(
                f"plan.toml 的 [{where}] 阶段日期 {point.on} 不在方案期 {window.start} 至 {window.deadline} 之内；请改正。"
            )
        if not 0 < point.share <= 1:
            raise InputError(f"plan.toml 的 [{where}] 阶段比例 {point.share:g} 应大于 0 且不超过 1（60% 写 0.6）。")
    for earlier, later in pairwise(points):
        if later.on <= earlier.on or later.share < earlier.share:
            raise InputError(
                f"plan.toml 的 [{where}] 阶段应按日期先后排列且比例不减少；请核对 {earlier.on} 与 {later.on} 两行。")
