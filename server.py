"""The server for a site: refuses to serve the network without sign-in, answers /ready, sends the security headers.

    streamlit run server.py            in place of `streamlit run dashboard.py`
"""

import streamlit as st

from components.shell import serving

app = st.App("dashboard.py", lifespan=serving.lifespan, routes=serving.ROUTES, middleware=serving.MIDDLEWARE)
