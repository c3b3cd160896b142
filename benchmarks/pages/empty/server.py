"""`streamlit run benchmarks/pages/empty/server.py` – the empty page behind the dashboard's own
middleware and lifespan.
"""

import streamlit as st

from components.shell import serving

app = st.App("page.py", lifespan=serving.lifespan, routes=serving.ROUTES,
             middleware=serving.MIDDLEWARE)
