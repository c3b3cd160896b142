"""The way into a city, for the pages that show one: a card per city with its lights."""

from __future__ import annotations

from html import escape

import streamlit as st

from components.look import light_mark, plain
from components.province.frame import ProvinceView
from components.shell import level
from kpi.sentences import tally
from kpi.wording import wording


def show(view: ProvinceView, codes: tuple[str, ...]) -> None:
    """The cities of `codes`; pressing one opens the page for it."""
    seen = {city.code for city in view.members}
    with st.container(key="lg-units"):
        for city in view.province.geography.counties:
            if city.code in codes:
                with st.container(key=f"lg-tile-city-{city.code}", gap=None):
                    row = view.card.place("county", city.code)
                    place = (
                        ""
                        if row is None
                        else f'<span class="lg-unit-rank">{wording.place_words(row)}</span>'
                    )
                    lights = "" if city.code not in seen else "".join(
                        f"<li>{light_mark(light, final=view.card.final)}<b>{number}</b></li>"
                        for light, number in tally(view.card, city).items())
                    st.html(
                        f'<div class="lg-tally lg-unit"><h2>{escape(city.name)}{place}</h2><ul>{lights}</ul></div>'
                    )
                    st.button(f"进入{plain(city.name)}", key=f"lg-choose-city-{city.code}",
                              on_click=level.choose, args=(city.code,))
