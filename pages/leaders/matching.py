"""供需: how fast posts are filled, which stay open, and demand against supply and training."""

import streamlit as st

from components.look import notices, theme
from components.look.panel import panel
from components.matching import (
    figures_strip,
    fill_curve,
    occupation_table,
    unfilled_heat,
    unit_table,
)
from components.shell import frame

with frame.page("matching", choose_division=True) as view:
    theme.sheet("parts")
    theme.sheet("matching")
    theme.title("供需")
    known = figures_strip.of(view)
    if known is None:
        notices.empty("供需未接入", "需要零工岗位发布的数据源；接入后这里显示撮合快慢、未招满岗位和各工种的供需。")
        st.stop()
    place = view.place.name
    with panel("market", f"供需 · {place}", f"截至 {view.card.as_of}"):
        figures_strip.show(view, known)
    with panel("occupations", f"工种 · {place}", "近 90 天岗位与求职，年内培训；按合并后的工种"):
        occupation_table.show(view, known)
    with panel("unfilled", f"三十天未招满岗位 · {place}", "30 至 120 天前发布的，按行业和单位；颜色越深越多"):
        unfilled_heat.show(view, known)
    with st.container(key="lg-matching-two"):
        with panel("curve", f"多少天招到人 · {place}", "没有招到的也计在内"):
            fill_curve.show(view, known)
        with panel("units", "各单位"):
            unit_table.show(view)
