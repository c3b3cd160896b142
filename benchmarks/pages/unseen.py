"""A day nobody has looked at: its scorecard and its 总览, against a rerun of 总览 seen before."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from benchmarks.pages.servers import Running
from benchmarks.pages.turns import PAGES, Turn, changes, make, open_page, unseen_days
from benchmarks.streamlit_client import Session
from data_access.current import Current
from kpi.scorecard.scorecard import scorecard

_OVERVIEW = PAGES[0]
_SCORECARDS = 4  # per round


@dataclass(frozen=True)
class Unseen:
    """Medians over the rounds: processor milliseconds of a seen rerun of 总览, and the ratios to that
    of an unseen day's scorecard alone and of 总览 on an unseen day."""

    seen: float
    scorecard: float
    overview: float


async def unseen(dashboard: Running, current: Current, rounds: int, reruns: int) -> Unseen:
    """The three take turns, so that noise meets all of them. The scorecards are computed in this
    process, the pages by the server; what is of the snapshot and not of the day is there before."""
    fresh, days = unseen_days(_OVERVIEW), _days(current)
    assert fresh is not None
    scorecard(current.figures, next(days))
    async with await open_page(dashboard.site, _OVERVIEW) as tab:
        turns = changes(_OVERVIEW)
        await _spent(dashboard, tab, turns, 2 * len(_OVERVIEW.turns))
        await _spent(dashboard, tab, fresh, 2)
        rows = [(await _spent(dashboard, tab, turns, reruns), _scorecards(current, days),
                 await _spent(dashboard, tab, fresh, reruns)) for _ in range(rounds)]
    return Unseen(statistics.median(seen for seen, _, _ in rows) * 1000,
                  statistics.median(card / seen for seen, card, _ in rows),
                  statistics.median(page / seen for seen, _, page in rows))


def _days(current: Current) -> Iterator[date]:
    return (current.default_day - timedelta(days=number)
            for number in range(1, current.figures.days))


def _scorecards(current: Current, days: Iterator[date]) -> float:
    """Processor seconds of a scorecard."""
    before = time.process_time()
    for _ in range(_SCORECARDS):
        scorecard(current.figures, next(days))
    return (time.process_time() - before) / _SCORECARDS


async def _spent(server: Running, tab: Session, turns: Iterator[Turn | None] | Iterator[Turn],
                 reruns: int) -> float:
    """Processor seconds of the server for each of `reruns` reruns."""
    before = server.cpu
    for _ in range(reruns):
        await make(tab, _OVERVIEW, next(turns))
    return (server.cpu - before) / reruns
