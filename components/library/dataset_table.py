"""Per dataset: rows read = counted + excluded by reason, conflicts, delay – as the snapshot has it,
without a query.
"""

from __future__ import annotations

from html import escape

import streamlit as st

from components.library.source_cards import noticed, noticed_mark, state_mark
from components.shell import View, cached_per_view
from data_access.reading import Delay
from data_access.snapshots import Method, Part
from kpi.counting import DatasetQuality, SourceState
from kpi.vocabulary import REASON_NAMES, Reason
from kpi.wording import ABSENT, count

_METHODS = {Method.FULL: "整读", Method.INCREMENTAL: "读变动的日期", Method.UNCHANGED: "无变动，沿用"}
_HEADS = ("数据集", "状态", "读取", "计入", "未计入", "核对", "未计入的原因", "区划矛盾", "滞后天数（中位/九成）", "最新记录", "读取方式")
NOTE = "单位：行；读取＝计入＋未计入各原因之和；区划矛盾的行按乡镇归属计入；滞后为近 90 天的行从业务日期到最后改动的天数"


def show(view: View) -> None:
    """All datasets of the contract, absent ones included, and the total."""
    st.html(_html(view))


@cached_per_view(16)
def _html(view: View) -> str:
    parts = view.current.snapshot.parts
    rows = "".join(_row(view, name, parts.get(name)) for name in view.plan.definitions.counted)
    total = _total([part.data.quality for part in parts.values()])
    heads = "".join(f"<th scope=col>{head}</th>" for head in _HEADS)
    return (
        '<div class="lg-table-box" tabindex="0" role="region" aria-label="各数据集读取与核对表"><table class="lg-table lg-recon">'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}{total}</tbody></table></div>"
    )


def _row(view: View, name: str, part: Part | None) -> str:
    title = (
        f'<tr data-dataset="{name}"><th scope=row>{escape(view.plan.definitions.title(name))}</th>'
        f"<td>{_mark(_state(view, name, part), part)}</td>")
    if part is None:
        return f"{title}{f'<td>{ABSENT}</td>' * (len(_HEADS) - 2)}</tr>"
    latest = ABSENT if part.data.latest is None else part.data.latest.isoformat()
    fresh = view.card.freshness.get(name)
    if fresh is not None and fresh.fresh is False:
        latest = f'<span class="lg-source-down">■ {latest}，{fresh.age} 个工作日前</span>'
    cells = [*_numbers(part.data.quality), _delay(part.data.health.delay), latest,
             f"{_METHODS[part.method]} {part.read_at:%m-%d %H:%M}"]
    return f"{title}{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _mark(state: SourceState, part: Part | None) -> str:
    """The state; read well with something to look into is not simply fine."""
    number = 0 if part is None else noticed(part)
    return noticed_mark(number) if number and state == SourceState.OK else state_mark(state)


def _state(view: View, name: str, part: Part | None) -> SourceState:
    if name in view.current.snapshot.held:
        return SourceState.HELD
    if part is not None:
        return SourceState.STALE if part.stale else SourceState.OK
    source = view.current.snapshot.sources[view.plan.definitions.datasets[name].connection]
    # a source that answers has no table for it
    return (
        SourceState.ABSENT
        if source.state in (SourceState.OK, SourceState.ABSENT)
        else SourceState.DOWN
    )


def _numbers(quality: DatasetQuality) -> list[str]:
    return [count(quality.read), count(quality.counted), count(sum(quality.excluded.values())),
            _check(quality.balanced), _reasons(quality), count(quality.division_conflict)]


def _check(balanced: bool) -> str:
    return (
        '<span class="lg-source-ok">● 平</span>'
        if balanced
        else '<span class="lg-source-down">■ 不平</span>'
    )


def _reasons(quality: DatasetQuality) -> str:
    counts = [(REASON_NAMES[reason], quality.excluded.get(reason.value, 0)) for reason in Reason]
    return "、".join(f"{name} {count(rows)}" for name, rows in counts if rows) or "无"


def _delay(delay: Delay | None) -> str:
    return ABSENT if delay is None else f"{delay.median} / {delay.p90}"


def _total(qualities: list[DatasetQuality]) -> str:
    excluded: dict[str, int] = {}
    for quality in qualities:
        for reason, rows in quality.excluded.items():
            excluded[reason] = excluded.get(reason, 0) + rows
    whole = DatasetQuality("", sum(one.read for one in qualities),
                           sum(one.counted for one in qualities), excluded,
                           sum(one.division_conflict for one in qualities))
    cells = "".join(f"<td>{cell}</td>" for cell in (ABSENT, *_numbers(whole), ABSENT, ABSENT,
                                                    ABSENT))
    return f'<tr class="lg-here" data-dataset="total"><th scope=row>合计</th>{cells}</tr>'
