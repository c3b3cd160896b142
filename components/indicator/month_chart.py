"""Month columns of one indicator with 同比 and 环比: the chart for the shape, the table for the words.
"""

from __future__ import annotations

from html import escape

import streamlit as st

from components.look import LINE, SPARK, Drawn, chart
from components.shell import View, cached_per_view
from components.shell.cache import cached
from kpi.scorecard import Month
from kpi.scorecard.months import months
from kpi.wording import wording

_LISTED = 6
_FEW = 6  # months under each of which its name is written


def show(view: View, height: int) -> None:
    """Columns since the plan's start and the latest months in figures; a calm sentence before there
    is any.
    """
    all_months = _months(view)
    if all(month.drawn is None for month in all_months):
        st.html('<p class="lg-none">○ 暂无数据，接入后按月显示。</p>')
        return
    drawn = _figure(view.key, view.card.as_of.isoformat(), view.selection.rollup.value,
                    view.item.code, view.place.code, height, view)
    chart.show(drawn, "month-chart",
               f"{view.place.name}{view.item.name}各月柱状图，最近一个月{_said(all_months[-1], view)}")
    st.html(_latest(view))


@cached_per_view(128)
def _months(view: View) -> tuple[Month, ...]:
    return months(view.figures, view.item.code, view.place, view.card.as_of)


@cached_per_view(128)
def _latest(view: View) -> str:
    return _table(view, _months(view)[:-_LISTED - 1:-1])


@cached(128)
def _figure(key: str, as_of: str, rollup: str, indicator: str, division: str, height: int,
            _view: View) -> Drawn:
    all_months = months(_view.figures, indicator, _view.place, _view.card.as_of)
    drawn = chart.figure(height, bargap=0.28)
    drawn.add_bar(x=[month.first for month in all_months], y=[month.drawn for month in all_months],
                  marker={"color": [LINE if month.complete else SPARK for month in all_months]},
                  cliponaxis=False, hovertext=[f"<b>{_name(month)}</b><br>{_said(month, _view)}"
                                               for month in all_months], hoverinfo="text")
    drawn.update_xaxes(**{**chart.GRID, "gridcolor": "rgba(0,0,0,0)"}, tickformat="%Y-%m",
                       tickangle=0, **({"dtick": "M1"} if len(all_months) <= _FEW else {}))
    percent = _view.item.indicator.is_share
    top = max((month.drawn for month in all_months if month.drawn is not None), default=1.0)
    drawn.update_yaxes(**chart.GRID, range=[min(0, *(month.drawn or 0 for month in all_months)),
                                            (top or 1.0) * 1.14], tickformat=".0%" if percent
                       else ",d", nticks=5)
    return drawn


def _name(month: Month) -> str:
    return f"{month.first:%Y-%m}" + ("" if month.complete else f"（截至{month.last.day}日）")


def _said(month: Month, view: View) -> str:
    unit = view.item.indicator.unit
    if month.drawn is None:
        return "没有数据"
    figure = (
        f"月末为{wording.figure(month.drawn, unit)}"
        if month.is_share
        else f"当月新增{wording.figure(month.drawn, unit)}"
    )
    return f"{figure}，同比{month.year_on_year}，环比{month.month_on_month}"


def _table(view: View, months_shown: tuple[Month, ...]) -> str:
    unit, share = view.item.indicator.unit, view.item.indicator.is_share
    rows = "".join(
        f"<tr><th scope=row>{_name(month)}</th>"
        + ("" if share else f"<td>{wording.figure(month.drawn, unit)}</td>")
        + f"<td>{month.year_on_year}</td><td>{month.month_on_month}</td><td>{wording.figure(month.total, unit)}</td></tr>"
        for month in months_shown
    )
    heads = ["月份", *([] if share else ["当月新增"]), "同比", "环比", "月末" if share else "累计"]
    return (
        '<div class="lg-table-box" tabindex="0" role="region" aria-label="各月">'
        '<table class="lg-table lg-plain"><thead><tr>'
        f"{''.join(f'<th scope=col>{escape(head)}</th>' for head in heads)}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
