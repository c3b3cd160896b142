"""When alerts were raised, changed and cleared: a bar of time per alert, the number in force, the
latest changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from html import escape

import streamlit as st

from components.look import Drawn, chart, severity_mark
from components.meeting.alert_desk import Desk, flips_of, on_page, topic, unfolded
from components.shell import View, cached_per_view
from components.shell.cache import cached
from kpi.alerts import (
    RULE_NAMES,
    SEVERITY_NAMES,
    SEVERITY_ORDER,
    SEVERITY_SHAPES,
    AlertKey,
    Flip,
    Severity,
    Span,
    alert_key,
    flip_words,
    history_of,
    in_force,
    spans,
)
from kpi.judging import Light
from kpi.scorecard import month_steps
from kpi.vocabulary import Rollup
from kpi.wording import LIGHT_COLOURS

COLOURS = {Severity.RED: LIGHT_COLOURS[Light.RED], Severity.YELLOW: LIGHT_COLOURS[Light.YELLOW],
           Severity.BLUE: LIGHT_COLOURS[Light.MET], Severity.GREY: LIGHT_COLOURS[Light.STALE]}
_ROW, _FRAME, _LATEST, _ROWS = 40, 46, 60, 15
_DAY = 86_400_000  # milliseconds, the length of bars on an axis of dates


def folded_timeline(desk: Desk) -> None:
    """The timeline behind a line, drawn when it is opened; open where one indicator was chosen, or
    everything is unfolded.
    """
    opened = unfolded() or topic() is not None
    fold = st.expander("经过图", opened, key=f"alert-timeline-{opened}", on_change="rerun")
    if fold.open:
        with fold:
            timeline(desk)


def timeline(desk: Desk) -> None:
    """A row per alert of the page shown, then the latest ones that have been cleared; its spans
    from the plan's start.
    """
    view, listed = desk.view, [alert_key(alert) for alert in on_page(desk)]
    cleared = [(flip.rule, flip.indicator, flip.rollup, flip.division) for flip in flips_of(desk)
               if flip.cleared]
    standing = {alert_key(alert) for alert in desk.scope}
    gone = [key for key in dict.fromkeys(cleared) if key not in standing]
    keys = (*listed, *gone[:max(_ROWS - len(listed), 0)])
    if not keys:
        st.html('<p class="lg-calm-note">○ 没有可显示的经过。</p>')
        return
    chart.show(timeline_figure(view.key, view.card.as_of.isoformat(), keys, view), "alert-timeline",
               "各条预警自方案起始以来的级别经过；横轴为日期，颜色与形状表示级别")


@cached(64)
def timeline_figure(key: str, as_of: str, keys: tuple[AlertKey, ...], _view: View) -> Drawn:
    """Bars of time coloured by grade, the shape of the grade written into them."""
    bars, window = spans(history_of(_view.figures), keys, _view.card.as_of), _view.plan.window
    drawn = chart.figure(_ROW * len(keys) + _FRAME, barmode="overlay")
    for grade in SEVERITY_ORDER:
        mine = [span for span in bars if span.severity == grade]
        if mine:
            _add_spans(drawn, _view, grade, mine)
    drawn.update_xaxes(**chart.GRID, type="date", range=[window.start.isoformat(),
                                                         (_view.card.as_of
                                                          + timedelta(days=3)).isoformat()],
                       tickformat="%Y-%m", tickangle=0, nticks=6)
    # the names above their bars, so that a phone has the whole width for the time
    drawn.update_yaxes(categoryorder="array",
                       categoryarray=[_label(_view, one) for one in reversed(keys)], showgrid=False,
                       fixedrange=True, showticklabels=False)
    for one in keys:
        drawn.add_annotation(x=0, xref="paper", y=_label(_view, one), text=_label(_view, one),
                             showarrow=False, xanchor="left", yshift=13, font={"size": 13})
    return drawn


def _add_spans(drawn: Drawn, view: View, grade: Severity, mine: Sequence[Span]) -> None:
    drawn.add_bar(
        orientation="h",
        y=[_label(view, span.key) for span in mine],
        base=[span.first.isoformat() for span in mine],
        x=[span.days * _DAY for span in mine],
        width=0.36,
        offset=-0.42,
        marker={"color": COLOURS[grade]},
        name=SEVERITY_NAMES[grade],
        text=[SEVERITY_SHAPES[grade]] * len(mine),
        textposition="inside",
        insidetextanchor="start",
        textangle=0,
        textfont={"color": "#ffffff"},
        hoverinfo="text",
        hovertext=[
            f"{_label(view, span.key)}<br>{SEVERITY_SHAPES[grade]} {SEVERITY_NAMES[grade]}：{span.first} 至 "
            f"{'今' if span.open else span.last}，{span.days}天"
            for span in mine
        ],
    )


def _label(view: View, key: AlertKey) -> str:
    rule, indicator, rollup, division = key
    place = view.geography.division(Rollup(rollup), division)
    # a county and the unit proper of the same name are two rows
    proper = (
        "（本级）"
        if rollup == Rollup.MANAGING
        and any(county.code == division for county in view.geography.counties)
        else ""
    )
    return (
        f"{place.short_name}{proper} · {view.plan.indicator(indicator).name} · {RULE_NAMES[rule]}"
    )


def numbers(view: View, height: int) -> None:
    """Columns of the number of alerts in force at each month end."""
    chosen = view.selection
    chart.show(numbers_figure(view.key, view.card.as_of.isoformat(), chosen.rollup.value,
                              chosen.division, height, view), "alert-numbers", "各月末在册预警条数柱状图，按级别堆叠")


@cached(64)
def numbers_figure(key: str, as_of: str, rollup: str, division: str | None, height: int,
                   _view: View) -> Drawn:
    """Stacked columns from zero, worst at the bottom."""
    days = month_steps(_view.plan.window.start, _view.card.as_of)
    rollups = (Rollup.CITY, Rollup(rollup)) if division is None else (Rollup(rollup),)
    counted = in_force(history_of(_view.figures), days, rollups, division)
    drawn, months = chart.figure(height, barmode="stack", bargap=0.3, hovermode="x unified"), [
        f"{day:%Y-%m}" for day in days]
    for grade in SEVERITY_ORDER:
        drawn.add_bar(
            x=months,
            y=list(counted[grade]),
            name=SEVERITY_NAMES[grade],
            marker={"color": COLOURS[grade]},
            hovertemplate=f"{SEVERITY_SHAPES[grade]} {SEVERITY_NAMES[grade]} %{{y}} 条<extra></extra>",
        )
    drawn.update_xaxes(**chart.GRID, type="category", tickangle=0, nticks=6)
    drawn.update_yaxes(**chart.GRID, rangemode="tozero", tickformat=",d", nticks=5)
    return drawn


def latest(desk: Desk) -> None:
    """The newest changes of the scope, newest first."""
    mine = flips_of(desk)[:_LATEST]
    if not mine:
        st.html('<p class="lg-calm-note">○ 方案起始以来没有预警变动。</p>')
        return
    st.html(_flips_html(desk.view, mine))


@cached_per_view(64)
def _flips_html(view: View, mine: tuple[Flip, ...]) -> str:
    rows = "".join(_flip(view, flip) for flip in mine)
    return ('<div class="lg-fade lg-flips-box" tabindex="0" role="region" aria-label="最近变动">'
            f'<ul class="lg-flips">{rows}</ul></div>')


def _flip(view: View, flip: Flip) -> str:
    grade = flip.after or flip.before
    assert grade is not None
    was = (
        ""
        if flip.before is None
        else f"原{SEVERITY_NAMES[flip.before]}"
        if flip.cleared
        else f"由{SEVERITY_NAMES[flip.before]}"
    )
    text = was if flip.cleared else f"{was}{flip_words(flip)}"
    about = escape(_label(view, (flip.rule, flip.indicator, flip.rollup, flip.division)))
    mark = '<span class="lg-light lg-green">● 解除</span>' if flip.cleared else severity_mark(grade)
    return f"<li><time>{flip.day}</time>{mark}<span>{about}<small>{text}</small></span></li>"
