"""The least a page can be: one piece of HTML and one filter. What Streamlit itself costs."""

import streamlit as st

st.html("<p>空白页</p>")
st.selectbox("选择", ["甲", "乙", "丙", "丁"], key="filter")
