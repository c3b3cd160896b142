"""Processor time of one rerun of each page ÷ that of the empty page, the two taking turns so that
noise meets both.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import dataclass, replace

from benchmarks.pages.servers import Running
from benchmarks.pages.turns import (
    NOTHING,
    PAGES,
    Turn,
    Visited,
    changes,
    make,
    open_page,
    unseen_days,
)
from benchmarks.streamlit_client import Session

_LEAST = 7  # messages of the empty page


@dataclass(frozen=True)
class Cost:
    """Milliseconds of processor time a rerun takes, the ratios to the empty page, and what one
    rerun sends: kilobytes and messages. `unseen` is the ratio for a day nobody has looked at; None
    for a page without that filter. `alike` is the ratio to an empty page that sends as many
    messages: what the page costs beyond the number of its elements."""

    page: Visited
    milliseconds: float
    ratio: float
    unseen: float | None
    alike: float
    kilobytes: float
    messages: int


async def costs(dashboard: Running, empty: Running, rounds: int, reruns: int) -> list[Cost]:
    """Every page in turn. The medians of `rounds` rounds of `reruns` reruns."""
    async with await open_page(empty.site, NOTHING) as idle:
        beat = changes(NOTHING)
        await _spent(empty, idle, NOTHING, beat, reruns)
        return [await _cost(dashboard, empty, idle, beat, page, rounds, reruns) for page in PAGES]


async def _cost(dashboard: Running, empty: Running, idle: Session, beat: Iterator[Turn | None],
                page: Visited, rounds: int, reruns: int) -> Cost:
    async with await open_page(dashboard.site, page) as tab:
        turns = changes(page)
        await _spent(dashboard, tab, page, turns, max(8, len(page.turns)))
        seen, ratios = [], []
        for _ in range(rounds):
            bare = await _spent(empty, idle, NOTHING, beat, reruns)
            seen.append(await _spent(dashboard, tab, page, turns, reruns))
            ratios.append(seen[-1] / bare)
        last = tab.runs[-reruns:]
        messages = round(statistics.fmean(run.messages for run in last))
        alike = await _alike(dashboard, empty, tab, page, turns, messages, rounds, reruns)
        days = unseen_days(page)
        fresh = None if days is None else statistics.median(
            [await _spent(dashboard, tab, page, days, 2) / bare for _ in range(rounds)])
        return Cost(page, statistics.median(seen) * 1000, statistics.median(ratios), fresh, alike,
                    statistics.fmean(run.received for run in last) / 1000, messages)


async def _alike(dashboard: Running, empty: Running, tab: Session, page: Visited,
                 turns: Iterator[Turn | None], messages: int, rounds: int, reruns: int) -> float:
    """The page ÷ an empty page of as many messages."""
    long = replace(NOTHING, query=f"pieces={max(messages - _LEAST, 0)}")
    async with await open_page(empty.site, long) as other:
        beat = changes(long)
        await _spent(empty, other, long, beat, 3)
        return statistics.median([await _spent(dashboard, tab, page, turns, reruns) / await _spent(
            empty, other, long, beat, reruns) for _ in range(rounds)])


async def _spent(server: Running, tab: Session, page: Visited, turns: Iterator[Turn | None]
                 | Iterator[Turn], reruns: int) -> float:
    """Processor seconds of the server for each of `reruns` reruns."""
    before = server.cpu
    for _ in range(reruns):
        await make(tab, page, next(turns))
    return (server.cpu - before) / reruns
