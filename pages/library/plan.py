"""方案: targets, quotas, weights, wording and units in charge, changed by a clerk, tried before they
are in force.
"""

import streamlit as st

from components.library import plan_draft, plan_fields, plan_saving
from components.look import notices, theme
from components.look.panel import panel
from components.shell import frame
from data_access.site import plan_text

with frame.page("plan") as view:
    theme.sheet("plan")
    theme.title("方案")
    text = plan_text(view.current.settings)
    draft, moved = plan_draft.draft_of(text)
    if moved:
        notices.fallback("方案文件刚被改过；下面没有保存的改动已移到新的内容上，请核对。")
    done = st.session_state.pop("plan-done", None)
    if done:
        notices.card("empty", "方案已更新", done)
    if draft.restored is None:
        with panel("plan-edit", view.plan.title, view.plan.document):
            plan_fields.show(view, draft, plan_draft.parsed(text), plan_draft.with_values(text, draft))
    if not draft.empty:
        with panel("plan-pending", "还没有保存的改动", "离开这一页不会丢失，退出登录后丢失"):
            plan_saving.pending(view, draft, plan_draft.parsed(text))
            plan_saving.putting_in_force(view, draft, text)
    with panel("plan-edits", "改动记录", "在这一页上保存过的，新的在前"):
        plan_saving.history(view, draft)
