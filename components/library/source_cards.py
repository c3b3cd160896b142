"""One card per service database: its state, how new its records are, and what to do when it is not read."""

from __future__ import annotations

from html import escape

import streamlit as st

from components.shell.frame import View
from components.shell.kept import per_view
from components.shell.status_strip import STATE_SHAPES, STATE_WORDS
from kpi.counting.facts import Source, SourceState
from kpi.definitions.shipped_datasets import CONNECTION_TITLES
from kpi.wording.wording import ABSENT

_ADVICE = {
    SourceState.OK: "", SourceState.ABSENT: "没有配置连接。按《接入》填写连接地址后刷新；未接入前相关指标显示“待数据”。",
    SourceState.STALE: "显示的是上次读到的数据。请检查该库能否连接，再点“立即刷新”或做“对照检查”。",
    SourceState.DOWN: "没有可用的数据。请检查该库能否连接，再点“立即刷新”或做“对照检查”。",
}


def show(view: View) -> None:
    """A card for each source, in the order of the contract."""
    st.html(_html(view))


@per_view(16)
def _html(view: View) -> str:
    taken = view.current.snapshot
    cards = "".join(_card(source, taken.read_at.isoformat()) for source in taken.sources.values())
    return f'<div class="lg-src-grid">{cards}</div>'


def note(view: View) -> str:
    """How many are read well, and of when the snapshot is."""
    sources = view.current.snapshot.sources.values()
    fine = sum(source.state == SourceState.OK for source in sources)
    return f"{fine}/{len(sources)} 正常；快照 {view.current.snapshot.id}，读取于 {view.current.snapshot.read_at:%Y-%m-%d %H:%M}"


def state_mark(state: SourceState) -> str:
    """HTML of a state: shape, word and colour together."""
    return f'<span class="lg-src-state lg-source-{state.value}">{STATE_SHAPES[state]} {STATE_WORDS[state]}</span>'


def _card(source: Source, refreshed: str) -> str:
    latest = ABSENT if source.latest is None else source.latest.isoformat()
    # the divisions hold no dated rows and are read at every refresh
    read_at = source.read_at or (refreshed if source.state == SourceState.OK else None)
    read = ABSENT if read_at is None else read_at[:16].replace("T", " ")
    said = "".join(f"<p>{escape(text)}</p>" for text in (source.message, _ADVICE[source.state]) if text)
    return (f'<article class="lg-src lg-src-{source.state.value}" data-source="{escape(source.name)}"><header>'
            f"<h3>{escape(CONNECTION_TITLES.get(source.name, source.name))}</h3>{state_mark(source.state)}</header>"
            f"<dl><dt>最新记录</dt><dd>{latest}</dd><dt>读取时间</dt><dd>{read}</dd></dl>{said}</article>")
