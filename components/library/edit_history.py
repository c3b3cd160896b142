"""What was changed in a settings file on its page, newest first, with a way back to before each."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from components.look import notices
from data_access.site import Edit

_MOST = 20


def show(done: Sequence[Edit], key: str, nothing: str, restore: Callable[[Edit], None]) -> None:
    """`key`: what the buttons' names begin with. `nothing`: what to say where nothing was changed
    here yet. `restore`: what a press of an edit's button does.
    """
    if not done:
        notices.empty("还没有在这里改过", nothing)
        return
    for later, edit in enumerate(done[:_MOST]):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text(f"{edit.at:%Y-%m-%d %H:%M} · {edit.by} · {edit.reason}")
            also = f"（其后 {later} 次一并撤销）" if later else ""
            if st.button(f"恢复到这次改动之前{also}",
                         key=f"{key}-undo-{edit.after[:12]}-{edit.at:%y%m%d%H%M%S}"):
                restore(edit)
    if len(done) > _MOST:
        st.caption(f"另有 {len(done) - _MOST} 次较早的改动。")
