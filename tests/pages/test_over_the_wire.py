"""Pages as a browser tab receives them, without a browser: what the benchmarks and the restart test
rely on.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from benchmarks.streamlit_client import Session
from data_access.current import Current
from kpi.scorecard.scorecard import scorecard
from kpi.sentences.headline import headline
from tests.pages.app import texts
from tests.pages.conftest import Server

Done = TypeVar("Done")


def test_a_tab_follows_a_link_changes_a_filter_and_comes_back_after_a_cut_line(
        server: Server) -> None:
    async def visit() -> None:
        async with await Session.open(server.url, "/") as tab:
            run = await tab.go("as_of=2025-07-31", "overview")
            assert run.succeeded
            assert tab.shown.page_hash == tab.shown.page_hashes["overview"]
            assert "as_of=2025-07-31" in tab.shown.query
            await _changes_the_roll_up(tab)
            assert "rollup=managing" in tab.shown.query
            first, before = tab.shown.session, tab.shown.words
            tab.drop()
            await tab.reconnect()
            assert (await tab.run()).succeeded
            assert tab.shown.session == first
            assert tab.shown.words == before
    _run(visit())


def _run(visit: Coroutine[Any, Any, Done]) -> Done:
    """In a thread of its own: the driver of the browser tests keeps an event loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, visit).result()


async def _changes_the_roll_up(tab: Session) -> None:
    assert "经开区" not in _bars(tab)
    assert (await tab.change("filter-rollup", "九个管理单位")).succeeded
    assert "经开区" in _bars(tab)


def _bars(tab: Session) -> str:
    return "\n".join(text for proto in tab.shown.of("plotly_chart")
                     for text in texts(json.loads(proto.spec)))


def test_tabs_in_one_process_are_shown_the_figures_of_the_scorecard(
        server: Server, sample: Current) -> None:
    async def visit() -> list[str]:
        tabs = await asyncio.gather(*(Session.open(server.url, "/overview") for _ in range(5)))
        for tab in tabs:
            assert all(run.succeeded and run.received > 10_000 for run in tab.runs)
            await tab.close()
        assert len({tab.shown.session for tab in tabs}) == 5
        return [tab.shown.words for tab in tabs]
    said = headline(scorecard(sample.figures, sample.default_day))
    assert all(said in words for words in _run(visit()))
