"""The sentence on top of a province's overview."""

from __future__ import annotations

from html import escape

import streamlit as st

from components.province.frame import ProvinceView
from kpi.sentences.headline import headline


def show(view: ProvinceView) -> None:
    """The province's name, and how its core indicators and its cities stand."""
    st.html(
        f'<div class="lg-headline"><h1>{escape(view.plan.city_name)}“零工归宿”进展</h1><p>{escape(headline(view.card))}</p></div>'
    )
