"""The sentence on top of the overview."""

from __future__ import annotations

from html import escape

import streamlit as st

from components.shell import View, cached_per_view
from kpi.sentences.headline import headline


def show(view: View) -> None:
    """The city's name and the one generated sentence."""
    st.html(_html(view))


@cached_per_view(128)
def _html(view: View) -> str:
    return f'<div class="lg-headline"><h1>{escape(view.plan.city_name)}“零工归宿”进展</h1><p>{escape(headline(view.card))}</p></div>'
