"""How fresh the figures are and how far along the plan is, in one line on every page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from html import escape

import streamlit as st

from data_access.current import Current
from data_access.snapshots import today_of
from kpi.alerts import Freshness, of_connection
from kpi.alerts.freshness import freshness
from kpi.counting import Source, SourceState
from kpi.vocabulary import Window
from kpi.wording import wording

STATE_WORDS = {SourceState.OK: "正常", SourceState.STALE: "沿用上次数据", SourceState.DOWN: "读不到",
               SourceState.ABSENT: "未接入", SourceState.HELD: "待核实"}
STATE_SHAPES = {SourceState.OK: "●", SourceState.STALE: "▲", SourceState.DOWN: "■",
                SourceState.ABSENT: "○", SourceState.HELD: "▲"}

NOTHING_MEASURED: Mapping[str, Freshness] = {}


def show(current: Current, as_of: date) -> None:
    """The strip: sample badge, data until, sources (opened on request), days left, elapsed share.

    Where the real day is more than the usual day after the data's, what goes by which is said.
    """
    window, snapshot = current.plan.window, current.snapshot
    today = today_of(current.settings, current.plan)
    over = window.over(window.deadline, min(today, snapshot.read_at.date()))
    # a source that was switched off later takes nothing from a result
    fresh = {} if over else freshness(current.figures.facts, current.plan, today)
    old = (today - current.data_day).days
    since = "" if over or old <= 1 else f"（{old} 天前）"
    badge = '<span class="lg-sample">演示数据</span>' if snapshot.sample else ""
    st.html(f"""<div class="lg-strip" role="status">{badge}
<span>数据截至 <b>{current.data_day.isoformat()}</b>{since}</span>
{sources(list(snapshot.sources.values()), named=current.plan.definitions.connection_title, fresh=fresh)}
<span>序时进度 <b>{wording.percent(window.elapsed_share(as_of))}</b></span>
<span>{_left(window, as_of, today, over=over)}</span></div>""")


def _left(window: Window, as_of: date, today: date, *, over: bool) -> str:
    """How long there is still, by the data's day and, where that is another, by today; once the
    plan has ended, that.
    """
    ended = f"已于 <b>{window.deadline.isoformat()}</b> 到期"
    if over and as_of >= window.deadline:
        return f"{ended} · 最终结果"
    said = f"距截止日 <b>{window.days_left(as_of)}</b> 天"
    if (today - as_of).days <= 1:
        return said
    by_today = ended if today > window.deadline else f"<b>{window.days_left(today)}</b> 天"
    return f"{said}（按截至日）· 按今天 {today:%m-%d} {by_today}"


def sources(all_sources: list[Source], what: str = "数据源", named: Callable[[str], str] = str,
            fresh: Mapping[str, Freshness] = NOTHING_MEASURED) -> str:
    """HTML of how many of them are fine, opening into a table; `what` they are called, `named`
    each.

    `fresh`: how new each dataset is, where that is measured.
    """
    late = {source.name: one for source in all_sources
            if (one := of_connection(fresh, source.name)) is not None and one.fresh is False}
    rows = "".join(_row(source, named(source.name), late.get(source.name))
                   for source in all_sources)
    text = _said(all_sources, what, late)
    return (
        f'<details class="lg-sources"><summary>{text}</summary><table><thead><tr><th>{what}</th><th>状态</th>'
        f"<th>最新记录</th><th>读取时间</th></tr></thead><tbody>{rows}</tbody></table></details>"
    )


def _said(all_sources: list[Source], what: str, late: Mapping[str, Freshness]) -> str:
    unread = sum(source.state in (SourceState.STALE, SourceState.DOWN) for source in all_sources)
    held = sum(source.state == SourceState.HELD for source in all_sources)
    trouble = [text for number, text in ((unread, f"{unread} 个{what}读不到"),
                                         (held, f"{held} 个{what}待核实"),
                                         (len(late), f"{len(late)} 个{what}没有新数据")) if number]
    if trouble:
        return f"<span class='lg-red'>■ {'，'.join(trouble)}，点开查看</span>"
    return f"{what} {sum(source.state == SourceState.OK for source in all_sources)}/{len(all_sources)} 正常"


def _row(source: Source, name: str, late: Freshness | None) -> str:
    read = "—" if source.read_at is None else source.read_at[:16].replace("T", " ")
    latest = "—" if source.latest is None else source.latest.isoformat()
    note = (
        f'<tr class="lg-note"><td colspan="4">{escape(source.message)}</td></tr>'
        if source.message
        else ""
    )
    return (f'<tr><td>{escape(name)}</td>{_state(source, late)}'
            f"<td>{latest}</td><td>{read}</td></tr>{note}")


def _state(source: Source, late: Freshness | None) -> str:
    if late is not None and source.state == SourceState.OK:  # answering is not enough to be fine
        return f'<td class="lg-source-down">■ {late.age} 个工作日没有新记录</td>'
    return f'<td class="lg-source-{source.state.value}">{STATE_SHAPES[source.state]} {STATE_WORDS[source.state]}</td>'
