"""The server for a site: refuses to serve the network without sign-in, answers /ready and /api,
sends the security headers.

    streamlit run server.py            in place of `streamlit run dashboard.py`
"""

import streamlit as st

from components import api
from components.shell import script_failed, serving
from kpi.vocabulary.utf8 import use_utf8

use_utf8()
app = st.App("dashboard.py", lifespan=serving.lifespan, routes=[*serving.ROUTES, *api.ROUTES],
             middleware=serving.MIDDLEWARE, on_script_error=script_failed)
