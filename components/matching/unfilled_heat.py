"""Posts not filled within thirty days, by sector and unit: the darker, the more."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import streamlit as st

from components.shell import View
from kpi.figures import Market
from kpi.vocabulary import Rollup
from kpi.wording import count

_CITY = ""


def show(view: View, known: Market) -> None:
    """The table with totals; it scrolls sideways by itself where the screen is narrow."""
    if known.by_sector is None:
        st.html('<p class="lg-calm-note">○ 待数据：需要撮合录用，并且大多有岗位发布日期。</p>')
        return
    units = _units(view, known)
    rows = [(known.sectors.get(name, name) or "没有行业", row)
            for name, row in sorted(known.by_sector.items(),
                                    key=lambda pair: -sum(pair[1].values()))]
    if not rows:
        st.html('<p class="lg-calm-note">● 三十天内都已招满。</p>')
        return
    most = max(amount for _, row in rows for amount in row.values())
    heads = "".join(f'<th scope="col">{escape(title)}</th>' for _, title in units)
    body = "".join(_row(name, row, [code for code, _ in units], most) for name, row in rows)
    totals = "".join(f"<td>{count(sum(row.get(code, 0) for _, row in rows))}</td>"
                     for code, _ in units)
    everything = count(sum(sum(row.values()) for _, row in rows))
    st.html('<div class="lg-table-box" tabindex="0" role="region" aria-label="未招满岗位 行业×单位">'
            f'<table class="lg-table lg-heatmap"><thead><tr><th scope="col">行业</th>{heads}'
            f'<th scope="col">合计</th></tr></thead><tbody>{body}'
            f'<tr class="lg-total"><th scope="row">合计</th>{totals}<td>{everything}</td></tr>'
            "</tbody></table></div>")


def _units(view: View, known: Market) -> list[tuple[str, str]]:
    """The units with any, and what only the city knows last."""
    named = [(unit.code, unit.short_name) for unit in view.geography.members(Rollup.MANAGING)
             if unit.code in view.place.units or view.place.rollup == Rollup.CITY]
    listed = {code for row in (known.by_sector or {}).values() for code in row}
    rest = listed - {code for code, _ in named}
    return [*named, *((code, view.geography.names.unassigned if code == _CITY else "其他")
                      for code in sorted(rest))]


def _row(name: str, amounts: Mapping[str, float], codes: list[str], most: float) -> str:
    cells = "".join(_cell(amounts.get(code), most) for code in codes)
    return (f'<tr><th scope="row">{escape(name)}</th>{cells}'
            f"<td><b>{count(sum(amounts.values()))}</b></td></tr>")


def _cell(amount: float | None, most: float) -> str:
    if not amount:
        return '<td class="lg-faint">0</td>'
    return f'<td style="background:rgba(31,78,140,{0.06 + 0.34 * amount / most:.2f})">{count(amount)}</td>'
