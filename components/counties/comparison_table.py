"""A unit's core indicators beside the city and the best peer, with what it must still deliver each week."""

from __future__ import annotations

from html import escape

import streamlit as st

from components.look import light_mark
from components.shell import View
from components.shell.cache import cached
from kpi.definitions import Judged, Kind
from kpi.judging import ScorecardLine
from kpi.scorecard.comparison import Comparison, compare
from kpi.sentences import sentence
from kpi.sentences.standing import standing
from kpi.vocabulary import Division
from kpi.wording import wording

_FULL = 1.25  # completion at the right end of a bar; beyond it the bar is cut and the number says more
_HEADS = ("指标", "亮灯", "数值 / 目标", "完成率（│全市 ◆最好）", "位次", "全市", "最好", "还差", "每周需完成", "近四周每周")


def show(view: View, division: Division) -> None:
    """The table; it scrolls sideways by itself where the screen is narrow."""
    st.html(_table(view.key, view.card.as_of.isoformat(), division.key, view, division))


@cached(128)
def _table(key: str, as_of: str, place: tuple[str, str], _view: View, _division: Division) -> str:
    rows = "".join(_row(one, _division) for one in compare(_view.card, _division))
    heads = "".join(f'<th scope="col">{head}</th>' for head in _HEADS)
    return ('<div class="lg-wide-box" tabindex="0" role="region" aria-label="逐项对照"><table class="lg-wide lg-compare">'
            f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>")


def _row(one: Comparison, division: Division) -> str:
    item, line = one.item, one.line
    name = f'<th scope="row" title="{escape(sentence(line, item, division.name))}">{escape(item.name)}</th>'
    if line.value is None:
        return f'<tr>{name}<td>{light_mark(line.light)}</td><td colspan="8" class="lg-none">○ {standing(line, item)}</td></tr>'
    unit = item.indicator.unit
    value = wording.figure(line.value, unit, line.target, line.comparator)
    place = wording.ABSENT if one.place is None else f"<b>第{one.place}</b>/{one.ranked}"
    return (f"<tr>{name}<td>{light_mark(line.light)}</td>"
            f"<td><b>{value}</b> / {wording.target_words(line.target, unit, line.comparator)}</td><td>{_bar(one)}</td><td>{place}</td>"
            f"<td>{_short(one.city, one)}</td><td>{_best(one)}</td><td>{_missing(one)}</td>"
            f"<td>{_needed(one)}</td><td>{_recent(one)}</td></tr>")


def _short(line: ScorecardLine | None, one: Comparison) -> str:
    """The other's completion; of a floor the share itself."""
    if line is None or line.completion is None:
        return wording.ABSENT
    return wording.percent(line.value) if one.item.indicator.judged == Judged.FLOOR else wording.percent(line.completion)


def _best(one: Comparison) -> str:
    return wording.ABSENT if one.best is None else f"{escape(one.best.short_name)} {_short(one.best_line, one)}"


def _bar(one: Comparison) -> str:
    line = one.line
    if line.completion is None:
        return wording.ABSENT
    marks = "".join(f'<b class="{kind}" style="left:{min(other.completion, _FULL) / _FULL * 100:.1f}%"></b>'
                    for kind, other in (("lg-city-mark", one.city), ("lg-best-mark", one.best_line))
                    if other is not None and other.completion is not None)
    width = min(line.completion, _FULL) / _FULL * 100
    return (f'<div class="lg-bullet"><span><i class="lg-bg-{line.light.value}" style="width:{width:.1f}%"></i>{marks}'
            f"</span><em>{wording.percent(line.completion, 1.0)}</em></div>")


def _unit(one: Comparison) -> str:
    return "处" if one.item.indicator.kind == Kind.COVERAGE else one.item.indicator.unit


def _missing(one: Comparison) -> str:
    return wording.ABSENT if one.missing is None else wording.shortfall(one.missing, _unit(one))


def _needed(one: Comparison) -> str:
    needed = one.line.needed_per_week
    return wording.ABSENT if needed is None or one.missing is None else f"<b>{wording.shortfall(needed, one.item.indicator.unit)}</b>"


def _recent(one: Comparison) -> str:
    if one.recent_per_week is None:
        return wording.ABSENT
    said = f"{wording.count(one.recent_per_week)}{one.item.indicator.unit}"
    if one.missing is None or one.line.needed_per_week is None:
        return said
    return f'{said} <span class="lg-{"red" if one.too_slow else "green"}">{"▲ 需提速" if one.too_slow else "● 够快"}</span>'
