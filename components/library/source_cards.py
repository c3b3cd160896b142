"""One card per service database: its state, how new its records are, and what to do when it is not
read.
"""

from __future__ import annotations

from html import escape

import streamlit as st

from components.shell import STATE_SHAPES, STATE_WORDS, View, cached_per_view
from data_access.snapshots import Part
from kpi.alerts import Freshness, of_connection
from kpi.counting import Source, SourceState
from kpi.wording import ABSENT

_ADVICE = {
    SourceState.OK: "", SourceState.ABSENT: "没有配置连接。按《接入》填写连接地址后刷新；未接入前相关指标显示“待数据”。",
    SourceState.STALE: "显示的是上次读到的数据。请检查该库能否连接，再点“立即刷新”或做“对照检查”。",
    SourceState.HELD: "新读到的数据与此前相差过大，暂不采用。请在上方核对前后变化，接受或暂不采用。",
    SourceState.DOWN: "没有可用的数据。请检查该库能否连接，再点“立即刷新”或做“对照检查”。",
}


def show(view: View) -> None:
    """A card for each source, in the order of the contract."""
    st.html(_html(view))


@cached_per_view(16)
def _html(view: View) -> str:
    snapshot = view.current.snapshot
    named, read_at = view.plan.definitions, snapshot.read_at.isoformat()
    cards = "".join(_card(source, named.connection_title(source.name), read_at,
                          _late(view, source.name), _noticed(view, source.name))
                    for source in snapshot.sources.values())
    return f'<div class="lg-src-grid">{cards}</div>'


def note(view: View) -> str:
    """How many are read well, and of when the snapshot is."""
    sources = view.current.snapshot.sources.values()
    fine = sum(source.state == SourceState.OK
               and not _is_late(of_connection(view.card.freshness, source.name))
               for source in sources)
    return f"{fine}/{len(sources)} 正常；快照 {view.current.snapshot.id}，读取于 {view.current.snapshot.read_at:%Y-%m-%d %H:%M}"


def state_mark(state: SourceState) -> str:
    """HTML of a state: shape, word and colour together."""
    return f'<span class="lg-src-state lg-source-{state.value}">{STATE_SHAPES[state]} {STATE_WORDS[state]}</span>'


def noticed_mark(number: int) -> str:
    """Read well, but with so many lines in the table of findings."""
    return f'<span class="lg-src-state lg-source-held">▲ 有 {number} 处提醒</span>'


def noticed(part: Part) -> int:
    """How many lines about it there are in the table of findings, conflicts aside, which count as
    the township says.
    """
    return len(part.data.quality.remarks) + len(part.data.health.unknown_codes) + len(
        part.data.health.unknown_values)


def _noticed(view: View, connection: str) -> int:
    """The same of all datasets and lists of a connection."""
    snapshot, named = view.current.snapshot, view.plan.definitions.datasets
    lists = sum(one.dataset in named and named[one.dataset].connection == connection
                for one in snapshot.reference_remarks)
    return lists + sum(noticed(part) for name, part in snapshot.parts.items()
                       if name in named and named[name].connection == connection)


def _is_late(fresh: Freshness | None) -> bool:
    return fresh is not None and fresh.fresh is False


def _late(view: View, connection: str) -> str:
    """The sentence about the dataset of a connection that has had no new record for too long; ""
    for none.
    """
    fresh = of_connection(view.card.freshness, connection)
    if fresh is None or not _is_late(fresh):
        return ""
    return (
        f"{view.plan.definitions.title(fresh.dataset)}的最新记录是 {fresh.newest}，已有 {fresh.age} 个工作日没有新记录，"
        f"超过平时的间隔（{fresh.limit:g} 个工作日）。请核查是否正常报送。"
    )


def _card(source: Source, title: str, refreshed: str, late: str, noticed: int) -> str:
    latest = ABSENT if source.latest is None else source.latest.isoformat()
    # the divisions hold no dated rows and are read at every refresh
    read_at = source.read_at or (refreshed if source.state == SourceState.OK else None)
    read = ABSENT if read_at is None else read_at[:16].replace("T", " ")
    mark, shown = state_mark(source.state), source.state.value
    if noticed and source.state == SourceState.OK:
        mark, shown = noticed_mark(noticed), SourceState.HELD.value
    if late and source.state == SourceState.OK:  # answering is not enough to be fine
        mark, shown = (
            '<span class="lg-src-state lg-source-down">■ 没有新记录</span>',
            SourceState.DOWN.value,
        )
    # what is held has a card of its own above, with what is unlike
    message = None if source.state == SourceState.HELD else source.message
    below = f"读取时有 {noticed} 处需要核对，列在下方“需要核对的内容”。" if noticed else ""
    paragraphs = "".join(f"<p>{escape(text)}</p>"
                         for text in (message, _ADVICE[source.state], late, below) if text)
    return (
        f'<article class="lg-src lg-src-{shown}" data-source="{escape(source.name)}"><header>'
        f"<h3>{escape(title)}</h3>{mark}</header>"
        f"<dl><dt>最新记录</dt><dd>{latest}</dd><dt>读取时间</dt><dd>{read}</dd></dl>{paragraphs}</article>"
    )
