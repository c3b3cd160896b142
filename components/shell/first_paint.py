"""The figures before the charts: a browser that gets both at once draws neither until it has read the
scripts of the charts, several megabytes.
"""

from __future__ import annotations

from time import sleep

import streamlit as st

SECONDS = 0.35
_KEY = "first-paint"


def wait() -> None:
    """Once in a tab: let what has been put on the page so far be drawn before what follows is sent.

    The charts are there no later: the browser reads their scripts meanwhile.
    """
    if _KEY not in st.session_state and "User-Agent" in st.context.headers:
        st.session_state[_KEY] = True
        sleep(SECONDS)
