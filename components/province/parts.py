"""Who is in a sum, in words: at the foot of a tile, and as the 口径卡 of a province's figure."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from components.look import line_mark, plain
from components.province.frame import ProvinceView
from components.shell import View
from kpi.plan import IndicatorPlan
from kpi.province import ABSENCE_WORDS, Part, Pooled
from kpi.sentences.standing import standing
from kpi.vocabulary import Division
from kpi.wording import wording


def notes(view: ProvinceView) -> dict[str, str]:
    """For each core indicator that is not of all cities, which are missing; and what the cities
    forecast together.
    """
    return {item.code: _note(view, item, view.province_card.pooled[item.code])
            for item in view.plan.core}


def _note(view: ProvinceView, item: IndicatorPlan, pooled: Pooled) -> str:
    line, texts = pooled.line, []
    if pooled.partial:
        counted = sum(part.counted for part in pooled.parts)
        texts.append(
            f'<b class="lg-partial">部分：{counted}/{len(pooled.parts)} 市</b> 缺{escape(_named(view, pooled.missing))}'
        )
    if pooled.stale:
        texts.append(f"{escape(_named(view, pooled.stale))}为上次数据")
    if (
        pooled.outlook is not None
        and line.target is not None
        and line.value is not None
        and line.value < line.target
    ):
        short = line.target - pooled.outlook
        texts.append(f"各市预测合计缺 {wording.shortfall(short, item.indicator.unit)}" if short > 0
                     else "按各市预测合计可完成")
    return f'<div class="lg-tile-parts">{"；".join(texts)}</div>' if texts else ""


def _named(view: ProvinceView, parts: Sequence[Part]) -> str:
    names = {division.code: division.short_name for division in view.province.geography.counties}
    return wording.joined([names[part.city] for part in parts], 3)


def explain(view: View, code: str, division: Division) -> None:
    """Open the 口径卡 of a province's figure: the definition, and each city's part in the sum."""
    assert isinstance(view, ProvinceView)
    st.dialog(f"口径卡 · {plain(view.plan.indicator(code).name)}", width="large")(_body)(view, code)


def _body(view: ProvinceView, code: str) -> None:
    item, pooled = view.plan.indicator(code), view.province_card.pooled[code]
    line, unit = pooled.line, item.indicator.unit
    value = wording.figure(line.value, unit, line.target, line.comparator)
    rows = [("定义", escape(item.indicator.formula)),
            ("合计", f"<b>{value}</b> {line_mark(line)} {standing(line, item)}"),
            ("目标", wording.target_words(line.target, unit, line.comparator) + (
                "（各市目标按分母加权）" if item.indicator.is_share else "（各市目标之和）")),
            ("口径", "分子、分母、目标和应达都是各市之和，比率不取平均；各市按自己的方案、期限和数据计算，缺数据的市连同其目标一起不计。"),
            ("截至", view.card.as_of.isoformat())]
    st.html('<dl class="lg-explain">' + "".join(f"<dt>{name}</dt><dd>{text}</dd>"
                                                for name, text in rows) + "</dl>")
    st.html(_table(view, item, pooled))


def _table(view: ProvinceView, item: IndicatorPlan, pooled: Pooled) -> str:
    names = {division.code: division.name for division in view.province.geography.counties}
    whole = Part(view.province.spec.code, pooled.line, None)
    body = _row(view.province.spec.name, whole, item) + "".join(_row(names[part.city], part, item)
                                                                for part in pooled.parts)
    heads = "".join(f'<th scope="col">{head}</th>'
                    for head in ("市", "数值", "目标", "分子/分母" if item.indicator.is_share else "完成率",
                                 "应达", "状态", "方案期限"))
    return (
        f'<div class="lg-table-box" tabindex="0" role="region" aria-label="各市明细"><table class="lg-table">'
        f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(name: str, part: Part, item: IndicatorPlan) -> str:
    line = part.line
    if line is None or line.value is None:
        text = "计入合计，本账号不显示该市数字" if part.absence is None else f"○ {ABSENCE_WORDS[part.absence]}，未计入"
        return f'<tr><th scope="row">{escape(name)}</th><td colspan="6">{text}</td></tr>'
    unit = item.indicator.unit
    done = (f"{wording.count(line.numerator)}/{wording.count(line.denominator)}"
            if item.indicator.is_share else wording.percent(line.completion, 1.0))
    state = line_mark(line) if part.absence is None else f"{ABSENCE_WORDS[part.absence]}，未计入"
    window = (
        wording.ABSENT
        if part.own is None
        else f"{part.own.window.start}—{part.own.window.deadline}"
    )
    return (
        f'<tr><th scope="row">{escape(name)}</th><td>{wording.figure(line.value, unit, line.target, line.comparator)}</td>'
        f"<td>{wording.target_words(line.target, unit, line.comparator)}</td><td>{done}</td><td>{wording.percent(line.due)}</td>"
        f"<td>{state}</td><td>{window}</td></tr>"
    )
