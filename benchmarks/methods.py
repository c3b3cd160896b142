"""`python -m benchmarks.methods` – what forecasts, alerts and scorecards cost beside reading the
cube.

Reads the current snapshot (made on first use, like any command). Prints medians of processor time,
so that other work on the machine counts for little, their ratios, and the scorecard beside its
goal.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from data_access.current import Current, load_or_refresh
from data_access.running import run, show_progress
from data_access.site import load_settings
from data_access.snapshots import snapshot as snapshots
from kpi.alerts import history_of
from kpi.figures.figures import figures
from kpi.forecast import project
from kpi.scorecard.scorecard import scorecard

ROUNDS = 5
GOAL_MILLISECONDS = 40  # of an unseen day's scorecard of 25 × 15 lines


@dataclass(frozen=True)
class Timed:
    """Median processor seconds of one piece of work over `ROUNDS`."""

    name: str
    seconds: float


def timed(name: str, work: Callable[[int], object], rounds: int = ROUNDS) -> Timed:
    taken = []
    for number in range(rounds):
        begin = time.process_time()
        work(number)
        taken.append(time.process_time() - begin)
    return Timed(name, statistics.median(taken))


def measure(current: Current) -> list[Timed]:
    """Reading the cube, figures from it, the history, one scorecard, and the forecast of 36 series.
    """
    settings, taken, plan = current.settings, current.snapshot, current.plan
    facts = taken.facts(plan)
    known = current.figures
    scorecard(known, current.default_day)
    last = current.default_day
    counts = np.random.default_rng(1).poisson(20, (36, 669)).astype(float)
    weights, origin = np.ones(730), np.array([669])
    return [
        timed("读取快照（立方体）", lambda _: snapshots.load(settings.data, taken.id)),
        timed("由快照得到全部日序列", lambda _: figures(taken.facts(plan), plan)),
        timed("全部预警历史", lambda _: history_of(figures(facts, plan)), 3),
        timed("一个截至日的完整得分表", lambda number: scorecard(known, last - timedelta(days=number))),
        timed("36条序列的预测", lambda _: project(counts, weights, origin, 730), 20),
    ]


def report() -> None:
    cube, series, history, card, forecast = measure(load_or_refresh(load_settings(), show_progress))
    for each in (cube, series, history, card, forecast):
        print(f"{each.name}：{each.seconds * 1000:.1f} 毫秒")
    for part, whole in ((card, cube), (history, card), (forecast, cube)):
        print(f"{part.name} ÷ {whole.name} = {part.seconds / whole.seconds:.2f}")
    print(
        f"{card.name}：目标不超过{GOAL_MILLISECONDS}毫秒，{'达到' if card.seconds * 1000 <= GOAL_MILLISECONDS else '没有达到'}"
    )


if __name__ == "__main__":
    sys.exit(run(report))
