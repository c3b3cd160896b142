"""立即刷新: read the sources now with real progress, recorded under the reader's account; and when that happens by itself."""

from __future__ import annotations

import streamlit as st

from components.look import notices
from components.shell import account
from components.shell.frame import View
from data_access.accounts.audit import Action
from data_access.site.settings import Settings
from data_access.snapshots.embedded import ensure_sample
from data_access.snapshots.refresh import refresh
from data_access.snapshots.snapshot import Snapshot
from kpi.scope.access import Permission
from kpi.vocabulary.errors import InputError

_DONE = "data.refreshed"


def show(view: View) -> None:
    """The button for whoever may, what the last refresh said, and the interval."""
    settings = view.current.settings
    with st.container(key="lg-refresh", horizontal=True, vertical_alignment="center"):
        asked = view.may(Permission.REFRESH) and st.button("立即刷新", type="primary", key="refresh-now")
        badge = '<span class="lg-sample">演示数据</span> ' if view.current.snapshot.sample else ""
        st.html(f'<p class="lg-none">{badge}{_interval(settings)}</p>')
        account.menu(view.access)
    if asked:
        _refresh(view)
    _said(view)


def _interval(settings: Settings) -> str:
    minutes = settings.refresh_every
    return f"程序每 {minutes} 分钟自动刷新一次；只读变动的部分。" if minutes else "程序不自动刷新；可用立即刷新或定时任务。"


def _refresh(view: View) -> None:
    settings, reader = view.current.settings, view.access.account
    account.record(reader, Action.REFRESH, "立即刷新", "提交")  # first: what leaves no trace is not done
    bar = st.progress(0.0, text="正在连接各数据源，请不要离开本页…")

    def progress(text: str, share: float) -> None:
        bar.progress(min(share, 1.0), text=text)

    try:
        ensure_sample(settings, progress)
        taken = refresh(settings, progress=progress)
    except InputError as error:
        bar.empty()
        notices.card("warning", "没有刷新", str(error), then="原有数据不受影响。")
        return
    account.record(reader, Action.REFRESH, f"快照 {taken.id}", "部分数据源未读到" if taken.messages else "成功")
    st.session_state[_DONE] = _summary(taken)
    st.rerun()


def _summary(taken: Snapshot) -> str:
    counted = sum(part.data.quality.counted for part in taken.parts.values())
    return f"已生成快照 {taken.id}：{len(taken.parts)} 个数据集，计入 {counted:,} 行。"


def _said(view: View) -> None:
    done = st.session_state.pop(_DONE, None)
    if done:
        notices.card("empty", "刷新完成", done)
    for message in (*view.current.snapshot.messages, *view.current.snapshot.notes):
        notices.card("warning", "请留意", message)
