"""口径卡: everything behind one number, for any indicator and division."""

from __future__ import annotations

from html import escape

import streamlit as st

from components.indicator import take_along
from components.look import line_mark, plain
from components.shell import View
from kpi.judging import ScorecardLine
from kpi.plan import IndicatorPlan, TargetOrigin
from kpi.sentences import why_absent
from kpi.sentences.standing import standing
from kpi.vocabulary import REASON_NAMES, Division, Reason
from kpi.wording import wording

ORIGIN_WORDS = {TargetOrigin.PLAN: "方案目标", TargetOrigin.QUOTA: "分解任务",
                TargetOrigin.APPORTIONED: "按常住人口分解"}


def show(view: View, code: str, division: Division | None = None) -> None:
    """Open the card of one indicator; the reader may turn to another division inside it."""
    st.dialog(f"口径卡 · {plain(view.plan.indicator(code).name)}", width="medium")(_body)(
        view, code, division)


def _body(view: View, code: str, division: Division | None) -> None:
    places = (view.geography.city, *view.members)
    first = places.index(division) if division in places else 0
    place = st.selectbox("单位", places, index=first, format_func=lambda one: one.name,
                         key="lg-explain-place")
    st.html(card_html(view, code, place))
    take_along.show(view, code, place)


def card_html(view: View, code: str, division: Division) -> str:
    """The card as HTML: definition, figure, rows, target, source."""
    item, line = view.plan.indicator(code), view.card.line(code, division)
    rows = [*_definition(item), *_figure(item, line), *_rows(view, item, line),
            *_source(view, item)]
    return '<dl class="lg-explain">' + "".join(f"<dt>{name}</dt><dd>{text}</dd>"
                                               for name, text in rows) + "</dl>"


def _definition(item: IndicatorPlan) -> list[tuple[str, str]]:
    units = "、".join(item.co_units)
    duty = (item.lead_unit and f"牵头：{item.lead_unit}", units and f"配合：{units}")
    head = "定义（本地口径）" if item.indicator.local else "定义"
    return [(head, escape(item.indicator.formula)), ("方案条款", escape(item.clause) or wording.ABSENT),
            ("责任单位", escape("；".join(part for part in duty if part)) or wording.ABSENT)]


def _figure(item: IndicatorPlan, line: ScorecardLine) -> list[tuple[str, str]]:
    unit = item.indicator.unit
    value = wording.figure(line.value, unit, line.target, line.comparator)
    rows = [("数值", f"<b>{value}</b> {line_mark(line)} {standing(line, item)}")]
    if item.indicator.denominator is not None:
        rows += [("分子", f"{escape(item.indicator.numerator)}：{wording.count(line.numerator)}"),
                 ("分母", f"{escape(item.indicator.denominator)}：{wording.count(line.denominator)}")]
    target = wording.target_words(line.target, unit, line.comparator)
    origin = f"（{ORIGIN_WORDS[line.target_origin]}）" if line.target_origin is not None else ""
    rows.append(("目标", f"{target}{origin}"))
    if line.completion is not None:
        rows.append(("完成率", f"{wording.percent(line.completion, 1.0)}（应达 {wording.percent(line.due)}）"))
    return rows


def _rows(view: View, item: IndicatorPlan, line: ScorecardLine) -> list[tuple[str, str]]:
    why = why_absent(item.indicator, view.figures.facts)
    if why or line.basis is None:
        return [("没有数字的原因", escape(why) or "所需的数据集还没有数据源")]
    left_out = "；".join(f"{REASON_NAMES[Reason(reason)]} {wording.count(number)}"
                        for reason, number in line.basis.excluded.items() if number)
    return [("计入", f"{wording.count(line.basis.rows)} 行"), ("排除", left_out or "无")]


def _source(view: View, item: IndicatorPlan) -> list[tuple[str, str]]:
    sources = view.figures.facts.sources
    named = []
    for dataset in item.indicator.sources:
        source = sources.get(dataset.connection)
        latest = (
            source.latest.isoformat()
            if source is not None and source.latest is not None
            else wording.ABSENT
        )
        named.append(
            f"{view.plan.definitions.connection_title(dataset.connection)}·{dataset.title}（最新记录 {latest}）"
        )
    snapshot = view.current.snapshot
    return [("数据来源", escape("；".join(named)) or wording.ABSENT),
            ("快照", f"{escape(snapshot.id)}，{snapshot.read_at:%Y-%m-%d %H:%M} 读取"),
            ("截至", view.card.as_of.isoformat())]
