"""The tiles of the core indicators: drawn as HTML, each under a real button so that keyboard and
reader can choose it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from html import escape
from urllib.parse import quote

import streamlit as st

from components.indicator import explain_card, forecast_band
from components.look import SPARK, few_mark, light_mark, plain
from components.shell import View, selection
from components.shell.cache import cached
from kpi.definitions import Judged
from kpi.judging import Light, ScorecardLine
from kpi.plan import IndicatorPlan
from kpi.scorecard import Point, month_addition, month_ends
from kpi.sentences import against, points, tally
from kpi.sentences.standing import standing
from kpi.vocabulary import Division
from kpi.wording import wording

_WIDTH, _HEIGHT = 76, 28
NO_NOTES: Mapping[str, str] = {}
Explain = Callable[[View, str, Division], None]
_MOST_ACROSS, _LEAST_ACROSS = 6, 3


def show_core(view: View) -> None:
    """One tile per core indicator for the whole city, and the tally of their lights."""
    show(view, view.geography.city)


def show(view: View, division: Division, *, notes: Mapping[str, str] = NO_NOTES,
         explain: Explain = explain_card.show) -> None:
    """One tile per core indicator of one division, and the tally of its lights.

    `notes`: HTML put at the foot of an indicator's tile. `explain` opens the 口径卡.
    """
    chosen = f".lg-tile[data-indicator={view.selection.indicator}]"
    st.html(f"<style>.st-key-lg-tiles{{--lg-across:{_across(len(view.plan.core) + 1)}}}"
            f"{chosen}{{outline:2px solid var(--lg-ink);outline-offset:-1px}}</style>")
    with st.container(key="lg-tiles"):
        # one drawing and the buttons over it in the same grid: an element for each tile would cost
        # more than its content
        tiles = _drawn(view.key, view.card.as_of.isoformat(), division.key, view, division)
        noted = "".join(html if code not in notes
                        else f"{html.removesuffix('</div>')}{notes[code]}</div>"
                        for code, html in tiles.items())
        st.html(f'<div class="lg-cells">{noted}{_tally(view, division)}</div>')
        with st.container(key="lg-tiles-choose"):
            for item in view.plan.core:
                st.button(f"查看{plain(item.name)}", key=f"lg-choose-{item.code}",
                          on_click=selection.choose, kwargs={"indicator": item.code})
        with st.container(key="lg-tiles-explain"):
            for item in view.plan.core:
                if st.button(f"{plain(item.name)}的口径", key=f"lg-explain-{item.code}",
                             type="tertiary"):
                    explain(view, item.code, division)


def _across(tiles: int) -> int:
    """How many beside each other so that the last row is as full as the others: 12 as 6 + 6, 7 as 4
    + 3.
    """
    return max(math.ceil(tiles / math.ceil(tiles / _MOST_ACROSS)), _LEAST_ACROSS)


@cached(128)
def _drawn(key: str, as_of: str, division: tuple[str, str], _view: View,
           _division: Division) -> dict[str, str]:
    return {item.code: _html(_view, item, _division) for item in _view.plan.core}


def _html(view: View, item: IndicatorPlan, division: Division) -> str:
    line = view.card.line(item.code, division)
    unit = item.indicator.unit
    target = wording.target_words(line.target, unit, line.comparator)
    value = wording.figure(line.value, unit, line.target, line.comparator)
    number = value.removesuffix(unit)
    suffix = unit if number != value else ""
    ends = month_ends(view.figures, item.code, division, view.card.as_of)
    texts = (_standing(view, line, item, division), _outlook(view, line, item))
    foot = "".join(f'<div class="lg-tile-line">{part}</div>' for part in texts if part)
    return f"""<div class="lg-tile" data-indicator="{item.code}"><div class="lg-tile-head">
<span class="lg-tile-name">{escape(item.name)}</span>{light_mark(line.light, final=line.final)}</div>
<div class="lg-tile-body"><div><span class="lg-tile-value">{number}</span><span class="lg-tile-unit">{suffix}</span>
<span class="lg-tile-target">/ {target}</span>{few_mark(line)}</div>{sparkline(ends, anew=item.indicator.starts_each_year)}</div>
<div class="lg-tile-bar">{completion_bar(view, line, item)}{_completion(line, item)}</div>
<div class="lg-tile-foot">{foot}</div></div>"""


def _completion(line: ScorecardLine, item: IndicatorPlan) -> str:
    """Completion beside the bar; a floor's bar is its own share, which is said above it."""
    shown = line.completion is not None and item.indicator.judged != Judged.FLOOR
    return f"<span>{wording.percent(line.completion, 1.0)}</span>" if shown else ""


def completion_bar(view: View, line: ScorecardLine, item: IndicatorPlan) -> str:
    """The bar of a tile with its mark: target = full width and the elapsed time marked; a floor's
    own share and target.
    """
    if line.completion is None or line.value is None or line.target is None:
        return '<div class="lg-bar-track lg-bar-none"></div>'
    floor = item.indicator.judged == Judged.FLOOR
    share, mark = (line.value, line.target) if floor else (line.completion, line.due or 0.0)
    text = f"目标{wording.percent(mark)}" if floor else f"序时进度{wording.percent(mark)}"
    return (
        f'<div class="lg-bar-track" title="竖线：{text}"><i class="lg-bg-{line.light.value}" '
        f'style="width:{min(share, 1) * 100:.2f}%"></i><b style="left:{min(mark, 1) * 100:.2f}%"></b></div>'
    )


def sparkline(ends: tuple[Point, ...], *, anew: bool = False) -> str:
    """A small line of month ends; nothing when fewer than two are known. `anew`: the figure begins
    anew each January, and its years are not joined.
    """
    plotted = [(number, point.value) for number, point in enumerate(ends)
               if point.value is not None]
    if len(plotted) < 2:
        return ""
    low, high = min(value for _, value in plotted), max(value for _, value in plotted)
    across, up = _WIDTH / max(len(ends) - 1, 1), (_HEIGHT - 4) / ((high - low) or 1)
    years: dict[int, list[str]] = {}
    for number, value in plotted:
        years.setdefault(ends[number].day.year if anew else 0, []).append(
            f"{number * across:.1f} {_HEIGHT - 2 - (value - low) * up:.1f}")
    # the first month of a year is a dot: a stroke of no length has round ends
    line = "".join(f"M{'L'.join(dots)}{'h0' * (len(dots) == 1)}" for dots in years.values())
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}" viewBox="-2 0 {_WIDTH + 4} {_HEIGHT}">'
        f'<path d="{line}" fill="none" stroke="{SPARK}" stroke-width="2" stroke-linecap="round"/></svg>'
    )
    # as an image, because the framework takes drawings out of HTML
    return f'<img class="lg-spark" alt="" src="data:image/svg+xml,{quote(drawn)}">'


def _standing(view: View, line: ScorecardLine, item: IndicatorPlan, division: Division) -> str:
    ahead = points(line, item)
    if ahead is None:
        stopped = _last_read(view, item) if line.light == Light.STALE else ""
        return f"<span>{stopped}{standing(line, item)}</span>"
    short = against(item, line).removesuffix("进度")
    return (f'<span class="lg-nowrap">较{short} <b>{wording.signed_points(ahead)}</b>个百分点</span>'
            f"{_month(view, item, division)}")


def _last_read(view: View, item: IndicatorPlan) -> str:
    """“数据停在2026-10-12，”: the earliest last reading of the indicator's sources that could not be
    read since, or that what was read since is held."""
    if any(name in view.figures.facts.holds for name in item.indicator.datasets):
        return "新数据<b>待核实</b>，"
    read = [last for dataset in item.indicator.sources
            if (last := view.figures.last_good(dataset.name)) is not None]
    return f"数据停在<b>{min(read)}</b>，" if read else ""


def _outlook(view: View, line: ScorecardLine, item: IndicatorPlan) -> str:
    expected, chance = forecast_band.brief(line, item.indicator.unit, view.card.as_of,
                                           view.plan.window.deadline)
    if not expected and line.light != Light.STALE and line.interval is not None:
        text = wording.interval_words(line.interval).split("（")[0]
        return "".join(f'<span class="lg-nowrap">{part}</span>' for part in text.split(" "))
    said = f'<span class="lg-nowrap">{escape(expected)}</span>' if expected else ""
    return said + (f'<span class="lg-nowrap lg-chance">{escape(chance)}</span>' if chance else "")


def _month(view: View, item: IndicatorPlan, division: Division) -> str:
    added = month_addition(view.figures, item.code, division, view.card.as_of)
    return "" if added is None else (
        f'<span class="lg-nowrap">本月 <b>{wording.signed(added, item.indicator.unit)}</b></span>')


def _tally(view: View, division: Division) -> str:
    rows = "".join(f"<li>{light_mark(light, final=view.card.final)}<b>{number}</b></li>"
                   for light, number in tally(view.card, division).items()
                   if light != Light.WATCH)
    return (f'<div class="lg-tally"><h2>核心指标 {len(view.plan.core)} 项</h2><ul>{rows}</ul>'
            f"<p>进度条上的竖线为{'目标' if view.card.final else '序时进度；比率类为目标'}</p></div>")
