"""A unit's core indicators beside the city and the best peer, with what it must still deliver each
week.
"""

from __future__ import annotations

from html import escape

import streamlit as st

from components.look import line_mark
from components.shell import View
from components.shell.cache import cached
from kpi.definitions import Judged, Kind
from kpi.judging import Light, ScorecardLine
from kpi.scorecard.comparison import Comparison, compare, peers
from kpi.sentences import sentence
from kpi.sentences.standing import standing
from kpi.vocabulary import Division, Rollup, UnitKind
from kpi.wording import wording

# completion at the right end of a bar; beyond it the bar is cut and the number says more
_FULL = 1.25
_HEADS = ("指标", "亮灯", "数值 / 目标", "完成率（│全市 ◆最好）", "位次", "全市", "最好", "还差")
_AHEAD = ("每周需完成", "近四周每周")
"""What is still asked for; of a result nothing is."""


def note(view: View, division: Division) -> str:
    """“与全市、与 5 个县区中最好的比”: whom the places are among. A county without its zones is not among
    the counties that are ranked with theirs, and its places are others.
    """
    geography = view.geography
    group = geography.names.group if division.rollup == Rollup.COUNTY else (
        "功能区" if division.kind == UnitKind.ZONE else "县区本级（不含功能区）")
    return f"与全市、与 {len(peers(geography, division))} 个{group}中最好的比"


def show(view: View, division: Division) -> None:
    """The table; it scrolls sideways by itself where the screen is narrow."""
    st.html(_table(view.key, view.card.as_of.isoformat(), division.key, view, division))


@cached(128)
def _table(key: str, as_of: str, place: tuple[str, str], _view: View, _division: Division) -> str:
    rows = "".join(_row(one, _division) for one in compare(_view.card, _division))
    shown = _HEADS if _view.card.final else (*_HEADS, *_AHEAD)
    heads = "".join(f'<th scope="col">{head}</th>' for head in shown)
    return (
        '<div class="lg-wide-box" tabindex="0" role="region" aria-label="逐项对照"><table class="lg-wide lg-compare">'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _row(comparison: Comparison, division: Division) -> str:
    item, line = comparison.item, comparison.line
    name = f'<th scope="row" title="{escape(sentence(line, item, division.name))}">{escape(item.name)}</th>'
    if line.value is None:
        rest = 6 if line.final else 8
        return f'<tr>{name}<td>{line_mark(line)}</td><td colspan="{rest}" class="lg-none">○ {standing(line, item)}</td></tr>'
    unit = item.indicator.unit
    value = wording.figure(line.value, unit, line.target, line.comparator)
    ahead = "" if line.final else (_cell(_AHEAD[0], _needed(comparison))
                                   + _cell(_AHEAD[1], _recent(comparison)))
    place = (
        wording.ABSENT
        if comparison.place is None
        else f"<b>第{comparison.place}</b>/{comparison.ranked}"
    )
    return (
        f"<tr>{name}<td>{line_mark(line)}</td>"
        f"<td><b>{value}</b> / {wording.target_words(line.target, unit, line.comparator)}</td>"
        f"<td>{_bar(comparison)}</td>{_cell('位次', place)}"
        f"{_cell('│全市', _short(comparison.city, comparison))}{_cell('◆最好', _best(comparison))}"
        f"{_cell('还差', _missing(comparison))}{ahead}</tr>"
    )


def _cell(head: str, said: str) -> str:
    """A cell that carries its head with it, for a narrow screen where there is no row of heads."""
    return f'<td data-head="{head}">{said}</td>'


def _short(line: ScorecardLine | None, comparison: Comparison) -> str:
    """The other's completion; of a floor the share itself."""
    if line is None or line.completion is None:
        return wording.ABSENT
    return (
        wording.percent(line.value)
        if comparison.item.indicator.judged == Judged.FLOOR
        else wording.percent(line.completion, 1.0)
    )


def _best(comparison: Comparison) -> str:
    return (
        wording.ABSENT
        if comparison.best is None
        else f"{escape(comparison.best.short_name)} {_short(comparison.best_line, comparison)}"
    )


def _bar(comparison: Comparison) -> str:
    line = comparison.line
    if line.completion is None:
        return wording.ABSENT
    marks = "".join(
        f'<b class="{kind}" style="left:{min(other.completion, _FULL) / _FULL * 100:.1f}%"></b>'
        for kind, other in (("lg-city-mark", comparison.city),
                            ("lg-best-mark", comparison.best_line)) if other is not None
        and other.completion is not None)
    width = min(line.completion, _FULL) / _FULL * 100
    return (
        f'<div class="lg-bullet"><span><i class="lg-bg-{line.light.value}" style="width:{width:.1f}%"></i>{marks}'
        f"</span><em>{wording.percent(line.completion, 1.0)}</em></div>"
    )


def _unit(comparison: Comparison) -> str:
    return (
        "处" if comparison.item.indicator.kind == Kind.COVERAGE else comparison.item.indicator.unit
    )


def _missing(comparison: Comparison) -> str:
    return (
        wording.ABSENT
        if comparison.missing is None
        else wording.shortfall(comparison.missing, _unit(comparison))
    )


def _needed(comparison: Comparison) -> str:
    needed = comparison.line.needed_per_week
    if needed is None or comparison.missing is None:
        return wording.ABSENT
    return f"<b>{wording.shortfall(needed, comparison.item.indicator.unit)}</b>"


def _recent(comparison: Comparison) -> str:
    if comparison.recent_per_week is None:
        return wording.ABSENT
    text = f"{wording.count(comparison.recent_per_week)}{comparison.item.indicator.unit}"
    if comparison.missing is None or comparison.line.needed_per_week is None:
        return text
    if comparison.too_slow:
        return f'{text} <span class="lg-red">▲ 需提速</span>'
    behind = comparison.line.light in (Light.YELLOW, Light.RED)
    return f'{text} <span class="lg-green">● {"现速可按期（仍欠序时）" if behind else "现速可按期"}</span>'
