"""口径: what every figure means, from the catalogue and plan the program computes with."""

from html import escape

import streamlit as st

from components.library import definition_list
from components.look import theme
from components.shell import frame

with frame.page("definitions") as view:
    theme.sheet("definitions")
    asked = definition_list.asked_for(view)
    with st.container(key="lg-definitions"):
        with st.container(key="lg-definitions-side"):
            items, unfolded = definition_list.search(view)
            definition_list.contents(view, items)
        with st.container(key="lg-definitions-body"):
            st.html(f'<h1 class="lg-definitions-title">{escape(view.plan.title)} · 口径</h1>'
                    f'<p class="lg-none">依据：{escape(view.plan.document)}</p>')
            definition_list.cards(view, items, asked, unfolded=unfolded)
            definition_list.rules(view)
