"""Townships without a station and villages without a window of one unit, by name."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from components.shell import View, cached_per_view
from kpi.definitions import Places
from kpi.figures import MissingPlace, missing_places, places_needed
from kpi.plan import IndicatorPlan
from kpi.vocabulary import Division

_ORDER = (Places.TOWNSHIP, Places.CENTRAL_VILLAGE, Places.COUNTY)


def show(view: View, division: Division) -> None:
    """One block per coverage of the plan; villages by township, opened on request when there are
    many.
    """
    st.html(_html(view, division))


@cached_per_view(64)
def _html(view: View, division: Division) -> str:
    blocks = [_block(view, division, item) for places in _ORDER for item in view.plan.indicators
              if item.indicator.served is not None and item.indicator.served.places == places]
    shown = [block for block in blocks if block]
    return ("".join(shown) or '<p class="lg-calm-note">方案没有覆盖类指标。</p>')


def _block(view: View, division: Division, item: IndicatorPlan) -> str:
    line, served = view.card.line(item.code, division), item.indicator.served
    assert served is not None
    title, of_county = served.missing or f"{item.name}：未覆盖的", served.places == Places.COUNTY
    if line.value is None:
        return (
            ""
            if of_county
            else f'<h3 class="lg-sub">{title}</h3><p class="lg-calm-note">○ 待数据</p>'
        )
    places = missing_places(view.figures, item.code, division, view.card.as_of)
    if not places:
        return (
            ""
            if of_county
            else f'<h3 class="lg-sub">{title}</h3><p class="lg-calm">● 没有，已全部覆盖。</p>'
        )
    needed = places_needed(line)
    short = f"距达标缺 {needed} 处" if line.final else f"再建 {needed} 处即可达标"
    note = short if needed else "已达标"
    return f'<h3 class="lg-sub">{title} <b>{len(places)}</b> 处 <span>{note}</span></h3>{_names(places, title)}'


def _names(places: Sequence[MissingPlace], title: str) -> str:
    groups: dict[str, list[str]] = {}
    for place in places:
        groups.setdefault("" if place.name == place.township else place.township,
                          []).append(place.name)
    rows = "".join(f"<li>{f'<b>{escape(town)}</b>' if town else ''}{escape('、'.join(names))}</li>"
                   for town, names in groups.items())
    return (f'<div class="lg-fade lg-missing-box" tabindex="0" role="region" aria-label="{title}">'
            f'<ul class="lg-missing">{rows}</ul></div>')
