"""The tiles of the core indicators: drawn as HTML, each under a real button so that keyboard and reader can choose it."""

from __future__ import annotations

from html import escape
from urllib.parse import quote

import streamlit as st

from components import explain_card, selection
from components.frame import View
from components.theme import SPARK, light_mark
from kpi import wording
from kpi.catalogue import Judged
from kpi.headline import tally
from kpi.pace import Light
from kpi.plan import IndicatorPlan
from kpi.scorecard import ScorecardLine
from kpi.standing import against, points, standing
from kpi.trend import Point, month_addition, month_ends

_WIDTH, _HEIGHT = 76, 28


def show_core(view: View) -> None:
    """One tile per core indicator for the whole city, and the tally of their lights."""
    drawn = _drawn(view.key, view.card.as_of.isoformat(), view)
    st.html(f"<style>.st-key-lg-tile-{view.selection.indicator}{{outline:2px solid var(--lg-ink);outline-offset:-1px}}</style>")
    with st.container(key="lg-tiles"):
        for code, html in drawn.items():
            _tile(view, code, html)
        st.html(_tally(view))


def _tile(view: View, code: str, html: str) -> None:
    name = view.plan.indicator(code).name
    with st.container(key=f"lg-tile-{code}", gap=None):
        st.html(html)
        st.button(f"查看{name}", key=f"lg-choose-{code}", on_click=selection.choose, kwargs={"indicator": code})
        if st.button(f"{name}的口径", key=f"lg-explain-{code}", type="tertiary"):
            explain_card.show(view, code)


@st.cache_data(max_entries=64, show_spinner=False)
def _drawn(key: str, as_of: str, _view: View) -> dict[str, str]:
    return {item.code: _html(_view, item) for item in _view.plan.core}


def _html(view: View, item: IndicatorPlan) -> str:
    line = view.card.city_line(item.code)
    unit = item.indicator.unit
    target = wording.target_words(line.target, unit, line.comparator)
    value = wording.figure(line.value, unit, line.target, line.comparator)
    number = value.removesuffix(unit)
    suffix = unit if number != value else ""
    ends = month_ends(view.figures, item.code, view.geography.city, view.card.as_of)
    return f"""<div class="lg-tile" data-indicator="{item.code}"><div class="lg-tile-head">
<span class="lg-tile-name">{escape(item.name)}</span>{light_mark(line.light)}</div>
<div class="lg-tile-body"><div><span class="lg-tile-value">{number}</span><span class="lg-tile-unit">{suffix}</span>
<span class="lg-tile-target">/ {target}</span></div>{sparkline(ends)}</div>
{completion_bar(view, line, item)}
<div class="lg-tile-foot"><span>{_standing(line, item)}</span><span>{_month(view, item)}</span></div></div>"""


def completion_bar(view: View, line: ScorecardLine, item: IndicatorPlan) -> str:
    """The bar of a tile with its mark: target = full width and the elapsed time marked; a floor's own share and target."""
    if line.completion is None or line.value is None or line.target is None:
        return '<div class="lg-bar-track lg-bar-none"></div>'
    floor = item.indicator.judged == Judged.FLOOR
    share, mark = (line.value, line.target) if floor else (line.completion, line.due or 0.0)
    said = f"目标{wording.percent(mark)}" if floor else f"序时进度{wording.percent(mark)}"
    return (f'<div class="lg-bar-track" title="竖线：{said}"><i class="lg-bg-{line.light.value}" '
            f'style="width:{min(share, 1) * 100:.2f}%"></i><b style="left:{min(mark, 1) * 100:.2f}%"></b></div>')


def sparkline(ends: tuple[Point, ...]) -> str:
    """A small line of month ends; nothing when fewer than two are known."""
    known = [(number, point.value) for number, point in enumerate(ends) if point.value is not None]
    if len(known) < 2:
        return ""
    low, high = min(value for _, value in known), max(value for _, value in known)
    across, up = _WIDTH / max(len(ends) - 1, 1), (_HEIGHT - 4) / ((high - low) or 1)
    dots = [(number * across, _HEIGHT - 2 - (value - low) * up) for number, value in known]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in dots)
    drawn = (f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}" viewBox="-2 0 {_WIDTH + 4} {_HEIGHT}">'
             f'<polyline points="{line}" fill="none" stroke="{SPARK}" stroke-width="2"/></svg>')
    # as an image, because the framework takes drawings out of HTML
    return f'<img class="lg-spark" alt="" src="data:image/svg+xml,{quote(drawn)}">'


def _standing(line: ScorecardLine, item: IndicatorPlan) -> str:
    ahead = points(line, item)
    if ahead is None:
        return standing(line, item)
    done = "" if item.indicator.judged == Judged.FLOOR else f"完成 <b>{wording.percent(line.completion)}</b> "
    short = against(item).removesuffix("进度")
    return f'{done}<span class="lg-nowrap">较{short} <b>{wording.signed_points(ahead)}</b> 个百分点</span>'


def _month(view: View, item: IndicatorPlan) -> str:
    added = month_addition(view.figures, item.code, view.geography.city, view.card.as_of)
    return "" if added is None else f'本月 <b>{wording.signed(added, item.indicator.unit)}</b>'


def _tally(view: View) -> str:
    rows = "".join(f"<li>{light_mark(light)}<b>{number}</b></li>" for light, number in tally(view.card).items()
                   if light != Light.WATCH)
    return (f'<div class="lg-tally"><h2>核心指标 {len(view.plan.core)} 项</h2><ul>{rows}</ul>'
            '<p>进度条上的竖线为序时进度；比率类为目标</p></div>')
