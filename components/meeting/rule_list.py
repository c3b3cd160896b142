"""Every alert rule in words, with the thresholds in force."""

from __future__ import annotations

from html import escape

import streamlit as st

from components.meeting import alert_desk
from components.shell import View
from kpi.alerts import rules_in_words


def show(view: View) -> None:
    """A row per rule: name, when it is raised, when it is cleared."""
    rules, unfold = rules_in_words(view.plan), " open" if alert_desk.unfolded() else ""
    rows = "".join(
        f'<tr><th scope="row">{escape(one.name)}</th><td>{escape(one.raised)}</td><td>{escape(one.cleared)}</td></tr>'
        for one in rules
    )
    st.html(
        f'<details class="lg-cards-more"{unfold}><summary>全部 {len(rules)} 条规则</summary>'
        '<div class="lg-rules-box"><table class="lg-rules"><thead><tr><th scope="col">规则</th><th scope="col">何时预警</th>'
        f'<th scope="col">何时解除</th></tr></thead><tbody>{rows}</tbody></table></div></details>'
    )
