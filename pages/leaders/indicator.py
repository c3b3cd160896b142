"""指标: everything about one indicator, for the city or one division."""

import streamlit as st

from components.departments import department_choice
from components.indicator import (
    beside_strip,
    breakdown_bars,
    county_bars,
    division_table,
    funnel_chart,
    month_chart,
    movement_chart,
    odd_marks,
    pace_chart,
    place_card,
    recent_fan,
    returned_strip,
    small_multiples,
    what_if_panel,
    years_chart,
)
from components.look import theme
from components.look.panel import panel
from components.meeting import what_if_note
from components.shell import frame, month_stepper, selection

with frame.page("indicator", choose_indicator=True, choose_division=True) as view:
    theme.sheet("parts")
    theme.sheet("indicator")
    name, place, unit = view.item.name, view.place.name, view.item.indicator.unit
    rollup = selection.rollup_name(view.selection.rollup, view.geography)
    with st.container(key="lg-one"):
        with panel("place", "当前", view.item.clause):
            place_card.show(view)
            beside_strip.show(view)
            returned_strip.show(view)
            recent_fan.show(view)
        yearly = years_chart.fits(view)
        lines = years_chart.drawn_words(view) if yearly else pace_chart.drawn_words(view)
        with panel("pace", f"{name} · {place}走势", f"{lines}；单位：{unit}"):
            if yearly:
                years_chart.show(view, height=450)
            else:
                pace_chart.show(view, height=450, marks=True)
            odd_marks.show(view)
    with st.container(key="lg-two"):
        with panel("months", f"{name} · {place}各月", "月末值，同比、环比为百分点之差"
                   if view.item.indicator.is_share else f"当月新增；单位：{unit}；浅色为未满的月，与上年、上月同期比"):
            month_chart.show(view, height=230)
        if breakdown_bars.known(view):
            with panel("breakdown", f"{name} · {place}构成"):
                department_choice.way(view)
                breakdown_bars.show(view)
        with panel("bars", f"{name} · {rollup}"):
            month_stepper.show(view)
            county_bars.show(view)
        if funnel_chart.placed(view):
            with panel("funnel", f"{name} · {rollup}与全市比较", "虚线之间的差别可能只是偶然"):
                funnel_chart.show(view, height=300)
    if movement_chart.possible(view):
        note = f"各部分之和等于变化；单位：{'百分点' if view.item.indicator.is_share else unit}"
        with panel("movement", f"{name} · {place}变化原因", note):
            movement_chart.show(view)
    if what_if_panel.possible(view):
        with panel("what-if", f"{name} · {place}加快试算", "每周多完成一些会怎样：完成日、可能性和位次；只试算，不改数据"):
            text = what_if_panel.show(view)
            what_if_note.offer(view, text)
    with panel("multiples", f"{name} · {rollup}走势", small_multiples.scale_note(view)):
        small_multiples.show(view)
    with panel("table", f"{name} · {rollup}一览"):
        division_table.show(view)
