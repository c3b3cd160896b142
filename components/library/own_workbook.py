"""One unit's workbook, on the unit's own page: for whoever may take away no more than that."""

from __future__ import annotations

import streamlit as st

from components.library import handing_out
from components.shell import View
from kpi.scope import Permission


def show(view: View) -> None:
    """The download of the chosen unit's workbook; nothing for an account that may not have it."""
    if view.selection.division is None or not view.may(Permission.EXPORT_OWN):
        return
    offer = handing_out.own_workbook(view)
    with st.container(key="lg-own-workbook", horizontal=True, horizontal_alignment="right"):
        st.download_button("下载本单位报表（Excel）",
                           data=view.handing_out(offer.name, offer.data, Permission.EXPORT_OWN),
                           file_name=offer.name, on_click="ignore", key="own-workbook")
