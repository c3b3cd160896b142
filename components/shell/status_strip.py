"""How fresh the figures are and how far along the plan is, in one line on every page."""

from __future__ import annotations

from datetime import date
from html import escape

import streamlit as st

from data_access.current import Current
from kpi.counting.facts import Source, SourceState
from kpi.definitions.shipped_datasets import CONNECTION_TITLES
from kpi.wording import wording

STATE_WORDS = {SourceState.OK: "正常", SourceState.STALE: "沿用上次数据", SourceState.DOWN: "读不到", SourceState.ABSENT: "未接入"}
STATE_SHAPES = {SourceState.OK: "●", SourceState.STALE: "▲", SourceState.DOWN: "■", SourceState.ABSENT: "○"}


def show(known: Current, as_of: date) -> None:
    """The strip: sample badge, data until, sources (opened on request), days left, elapsed share."""
    window, taken = known.plan.window, known.snapshot
    badge = '<span class="lg-sample">演示数据</span>' if taken.sample else ""
    st.html(f"""<div class="lg-strip" role="status">{badge}
<span>数据截至 <b>{known.default_day.isoformat()}</b></span>
{sources(list(taken.sources.values()))}
<span>序时进度 <b>{wording.percent(window.elapsed_share(as_of))}</b></span>
<span>距截止日 <b>{window.days_left(as_of)}</b> 天</span></div>""")


def sources(known: list[Source], what: str = "数据源") -> str:
    """HTML of how many of them are fine, opening into a table; `what` they are called."""
    rows = "".join(_row(source) for source in known)
    troubled = [source for source in known if source.state in (SourceState.STALE, SourceState.DOWN)]
    fine = sum(source.state == SourceState.OK for source in known)
    said = f"{what} {fine}/{len(known)} 正常" if not troubled else (
        f"<span class='lg-red'>■ {len(troubled)} 个{what}读不到，点开查看</span>")
    return (f'<details class="lg-sources"><summary>{said}</summary><table><thead><tr><th>{what}</th><th>状态</th>'
            f"<th>最新记录</th><th>读取时间</th></tr></thead><tbody>{rows}</tbody></table></details>")


def _row(source: Source) -> str:
    name = CONNECTION_TITLES.get(source.name, source.name)
    read = "—" if source.read_at is None else source.read_at[:16].replace("T", " ")
    latest = "—" if source.latest is None else source.latest.isoformat()
    note = f'<tr class="lg-note"><td colspan="4">{escape(source.message)}</td></tr>' if source.message else ""
    return (f'<tr><td>{escape(name)}</td><td class="lg-source-{source.state.value}">{STATE_SHAPES[source.state]} '
            f"{STATE_WORDS[source.state]}</td><td>{latest}</td><td>{read}</td></tr>{note}")
