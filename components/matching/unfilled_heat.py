"""Posts not filled within thirty days, by sector and unit: the darker, the more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st

from components.shell import View
from kpi.figures import Market
from kpi.vocabulary import Rollup
from kpi.wording import count

_CITY = ""
_Columns = Sequence[tuple[str, frozenset[str]]]


def show(view: View, market: Market) -> None:
    """The table with totals; it scrolls sideways by itself where the screen is narrow."""
    if market.by_sector is None:
        st.html('<p class="lg-calm-note">○ 待数据：需要撮合录用，并且大多有岗位发布日期。</p>')
        return
    columns = _columns(view, market)
    rows = [(market.sectors.get(name, name) or "没有行业", _amounts(row, columns))
            for name, row in sorted(market.by_sector.items(),
                                    key=lambda pair: -sum(pair[1].values()))]
    if not rows:
        st.html('<p class="lg-calm-note">'
                f"{'● 三十天内都已招满。' if market.season else '○ 还没有发布满三十天的岗位。'}</p>")
        return
    most = max(max(row) for _, row in rows)
    heads = "".join(f'<th scope="col">{escape(title)}</th>' for title, _ in columns)
    body = "".join(_row(name, row, most) for name, row in rows)
    totals = "".join(f"<td>{count(sum(column))}</td>"
                     for column in zip(*(row for _, row in rows), strict=True))
    everything = count(sum(sum(row) for _, row in rows))
    st.html('<div class="lg-table-box" tabindex="0" role="region" aria-label="未招满岗位 行业×单位">'
            f'<table class="lg-table lg-heatmap"><thead><tr><th scope="col">行业</th>{heads}'
            f'<th scope="col">合计</th></tr></thead><tbody>{body}'
            f'<tr class="lg-total"><th scope="row">合计</th>{totals}<td>{everything}</td></tr>'
            "</tbody></table></div>")


def _columns(view: View, market: Market) -> list[tuple[str, frozenset[str]]]:
    """The titles and managing units of the columns: of the whole city the divisions of the chosen
    roll-up, so that they are those of the other tables, of a division its managing units; what only
    the city knows last.
    """
    if view.place.rollup == Rollup.CITY:
        columns = [(one.short_name, frozenset(one.units)) for one in view.members]
    else:
        columns = [(unit.short_name, frozenset((unit.code,)))
                   for unit in view.geography.members(Rollup.MANAGING)
                   if unit.code in view.place.units]
    listed = {code for row in (market.by_sector or {}).values() for code in row}
    rest = listed.difference(*(codes for _, codes in columns))
    named = {_CITY: view.geography.names.unassigned}
    return [*columns, *((named.get(code, "其他"), frozenset((code,))) for code in sorted(rest))]


def _amounts(row: Mapping[str, float], columns: _Columns) -> list[float]:
    return [sum(amount for code, amount in row.items() if code in codes) for _, codes in columns]


def _row(name: str, amounts: Sequence[float], most: float) -> str:
    cells = "".join(_cell(amount, most) for amount in amounts)
    return (f'<tr><th scope="row">{escape(name)}</th>{cells}'
            f"<td><b>{count(sum(amounts))}</b></td></tr>")


def _cell(amount: float, most: float) -> str:
    if not amount:
        return '<td class="lg-faint">0</td>'
    return f'<td style="background:rgba(31,78,140,{0.06 + 0.34 * amount / most:.2f})">{count(amount)}</td>'
