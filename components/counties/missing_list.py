"""Townships without a station and villages without a window of one unit, by name."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from components.shell.frame import View
from components.shell.kept import per_view
from kpi.figures.gap import MissingPlace, missing_places, places_needed
from kpi.vocabulary.division import Division

TOPICS = {"station_coverage": "未设驿站的乡镇", "window_coverage": "未设专窗的中心村", "county_market_coverage": "未设市场的县区"}


def show(view: View, division: Division) -> None:
    """One block per coverage of the plan; villages by township, opened on request when there are many."""
    st.html(_html(view, division))


@per_view(64)
def _html(view: View, division: Division) -> str:
    blocks = [_block(view, division, code, title) for code, title in TOPICS.items()
              if any(item.code == code for item in view.plan.indicators)]
    shown = [block for block in blocks if block]
    return ("".join(shown) or '<p class="lg-calm-note">方案没有覆盖类指标。</p>')


def _block(view: View, division: Division, code: str, title: str) -> str:
    line = view.card.line(code, division)
    if line.value is None:
        return "" if code == "county_market_coverage" else f'<h3 class="lg-sub">{title}</h3><p class="lg-calm-note">○ 待数据</p>'
    places = missing_places(view.figures, code, division, view.card.as_of)
    if not places:
        return "" if code == "county_market_coverage" else f'<h3 class="lg-sub">{title}</h3><p class="lg-calm">● 没有，已全部覆盖。</p>'
    needed = places_needed(line)
    note = f"再建 {needed} 处即可达标" if needed else "已达标"
    return f'<h3 class="lg-sub">{title} <b>{len(places)}</b> 处 <span>{note}</span></h3>{_names(places, title)}'


def _names(places: Sequence[MissingPlace], title: str) -> str:
    groups: dict[str, list[str]] = {}
    for place in places:
        groups.setdefault("" if place.name == place.township else place.township, []).append(place.name)
    rows = "".join(f"<li>{f'<b>{escape(town)}</b>' if town else ''}{escape('、'.join(names))}</li>" for town, names in groups.items())
    return (f'<div class="lg-fade lg-missing-box" tabindex="0" role="region" aria-label="{title}">'
            f'<ul class="lg-missing">{rows}</ul></div>')
