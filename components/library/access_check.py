"""What an account may see, in words, before anybody asks why."""

from __future__ import annotations

import streamlit as st

from components.shell import View
from data_access.accounts import load_access
from data_access.running import access_lines
from kpi.departments import units_named
from kpi.scope import Permission


def show(view: View) -> None:
    """A form for account and groups, and the answer as plain text."""
    with st.form("access-check", border=False):
        name = st.text_input("账号（统一认证的账号标识或邮箱）", max_chars=200, width=420)
        groups = st.text_input("用户组（几个用逗号分开，可不填）", max_chars=400, width=420)
        asked = st.form_submit_button("核对")
    if not asked or not name.strip():
        return
    view.permit.require(Permission.ADMINISTER)
    rules = load_access(view.current.settings)
    listed = [group.strip() for group in groups.replace("，", ",").split(",") if group.strip()]
    access = rules.access({"sub": name.strip(), "email": name.strip(), rules.group_claim: listed})
    st.text("\n".join(access_lines(access, view.geography, units_named(view.plan))))
