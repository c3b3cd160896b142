"""Where the chosen division (or the city) stands on the chosen indicator, in one sentence, with
ways onward.
"""

from __future__ import annotations

from html import escape

import streamlit as st

from components.indicator import explain_card, forecast_band
from components.indicator.tile import completion_bar
from components.look import line_mark, plain
from components.shell import SCREENS, View, cached_per_view, selection
from kpi.sentences import sentence
from kpi.wording import wording


def show(view: View) -> None:
    """Name, light, figure, bar, sentence; buttons for the 口径, back to the city, and into the
    county's own page.
    """
    item, place = view.item, view.place
    st.html(_html(view))
    with st.container(key="lg-place-ways", horizontal=True, gap="small"):
        if st.button("口径", key=f"lg-place-explain-{item.code}"):
            explain_card.show(view, item.code, place)
        _onward(view)


@cached_per_view(128)
def _html(view: View) -> str:
    line, item, place = view.card.line(view.item.code, view.place), view.item, view.place
    value = wording.figure(line.value, item.indicator.unit, line.target, line.comparator)
    outlook = forecast_band.said(line, item.indicator.unit, view.card.as_of,
                                 view.plan.window.deadline)
    return (
        f'<div class="lg-place"><div class="lg-place-head"><h1>{escape(place.name)} · {escape(item.name)}</h1>'
        f'{line_mark(line)}</div><div class="lg-place-value"><b>{value}</b><span>/ '
        f"{wording.target_words(line.target, item.indicator.unit, line.comparator)}</span></div>"
        f"{completion_bar(view, line, item)}<p>{escape(sentence(line, item, place.name))}</p>"
        f'{f"<p class=lg-outlook>{escape(outlook)}</p>" if outlook else ""}</div>'
    )


def _onward(view: View) -> None:
    screens = {screen.address: screen for screen in SCREENS}
    if view.selection.division is not None:
        st.button("返回全市", key="place-city", on_click=selection.choose, kwargs={"division": None})
        if "county" in screens:
            st.page_link(screens["county"].file, label=f"进入{plain(view.place.short_name)}页面")
