"""The entry point: page settings and navigation; the screens are in `pages`."""

import streamlit as st

from components.navigation import pages

st.set_page_config(page_title="零工归宿监测", page_icon="📊", layout="wide", initial_sidebar_state="collapsed")
st.navigation(pages(), position="top").run()
