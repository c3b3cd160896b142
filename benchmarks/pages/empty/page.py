"""The least a page can be: one piece of HTML and one filter. What Streamlit itself costs; with
`pieces`, that many more.
"""

import streamlit as st

st.html("<p>空白页</p>")
for number in range(int(st.query_params.get("pieces", "0"))):
    st.html(f"<p>{number}</p>")
st.selectbox("选择", ["甲", "乙", "丙", "丁"], key="filter")
