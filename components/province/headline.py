"""The sentence on top of a province's overview."""

from __future__ import annotations

from html import escape

import streamlit as st

from components.province.frame import ProvinceView, elapsed_words
from kpi.judging.pace import Light
from kpi.sentences.headline import tally
from kpi.wording import wording


def show(view: ProvinceView) -> None:
    """The province's name, and how its core indicators and its cities stand."""
    st.html(f'<div class="lg-headline"><h1>{escape(view.plan.city_name)}“零工归宿”进展</h1><p>{escape(said(view))}</p></div>')


def said(view: ProvinceView) -> str:
    """“截至2026年10月31日，各市序时进度…；全省11项核心指标中…，其中3项只含部分市；严重滞后最多的市是…。”"""
    lights = tally(view.card)
    counts = "、".join(f"{number}项{wording.LIGHT_WORDS[light]}" for light, number in lights.items())
    head = (f"截至{wording.chinese_date(view.card.as_of, with_year=True)}，各市序时进度{elapsed_words(view)}；"
            f"全省{sum(lights.values())}项核心指标中{counts}")
    reds = sorted(((tally(view.card, city).get(Light.RED, 0), city.short_name) for city in view.members), key=lambda one: -one[0])
    behind = [f"{name}（{number}项）" for number, name in reds[:3] if number]
    partial = [item.name for item in view.plan.core if view.found.pooled[item.code].partial]
    tail = f"，其中{len(partial)}项只含部分市" if partial else ""
    return f"{head}{tail}" + (f"；严重滞后最多的市是{'、'.join(behind)}。" if behind else "。")
