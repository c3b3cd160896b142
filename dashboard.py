"""The entry point: page settings, sign-in and navigation; the screens are in `pages`."""

from pathlib import Path

import streamlit as st

from components.shell import entry

COMPONENTS = Path(__file__).parent / "components"

st.set_page_config(page_title="零工归宿监测平台", page_icon=COMPONENTS / "icon.svg", layout="wide",
                   initial_sidebar_state="collapsed")
st.logo(COMPONENTS / "logo.svg", size="large")
entry.run()
