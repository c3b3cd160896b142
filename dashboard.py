"""The entry point: page settings, sign-in and navigation; the screens are in `pages`."""

import streamlit as st

from components import entry

st.set_page_config(page_title="零工归宿监测", page_icon="📊", layout="wide", initial_sidebar_state="collapsed")
entry.run()
