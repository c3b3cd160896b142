"""立即刷新: read the sources now with real progress, recorded under the reader's account; and when that
happens by itself.
"""

from __future__ import annotations

import streamlit as st

from components.look import notices
from components.shell import View, account, job_view
from data_access.accounts import Action
from data_access.running import Job, JobState, Progress
from data_access.site import DAY_MINUTES, Settings
from data_access.snapshots import Snapshot, ensure_sample
from data_access.snapshots.refresh import refresh
from kpi.scope import Permission
from kpi.vocabulary import InputError

_KIND = "refresh"


def show(view: View) -> None:
    """The button for whoever may, what the last refresh said, and the interval."""
    settings = view.current.settings
    with st.container(key="lg-refresh", horizontal=True, vertical_alignment="center"):
        asked = view.may(Permission.REFRESH) and st.button(
            "立即刷新", type="primary", key="refresh-now"
        )
        badge = '<span class="lg-sample">演示数据</span> ' if view.current.snapshot.sample else ""
        st.html(f'<p class="lg-none">{badge}{_interval(settings)}</p>')
        account.menu(view.access)
    if asked and read_now(view, settings, "立即刷新").state == JobState.DONE:
        st.rerun()
    job_view.show(view, _KIND)
    _said(view)


def _interval(settings: Settings) -> str:
    minutes = settings.refresh_every
    often = "每天" if minutes == DAY_MINUTES else f"每 {minutes} 分钟"
    return f"程序{often}自动刷新一次；只读变动的部分。" if minutes else "程序不自动刷新；可用立即刷新或定时任务。"


def read_now(view: View, settings: Settings, why: str) -> Job:
    """Read the sources as a job, whose progress the page shows. `settings`: as they are now. `why`:
    for the audit log. Raises InputError for an account that may not refresh.
    """
    permit = view.permit
    # first: what leaves no trace is not done
    permit.record(Permission.REFRESH, Action.REFRESH, why, "提交")

    def work(progress: Progress) -> str:
        progress("正在连接各数据源", 0.0)
        try:
            ensure_sample(settings, progress)
            snapshot = refresh(settings, progress=progress)
        except InputError as error:
            raise InputError(f"{error}原有数据不受影响。") from None
        permit.note(Action.REFRESH, f"快照 {snapshot.id}", "部分数据源未读到" if snapshot.messages else "成功")
        return _summary(snapshot)

    return job_view.start(view, _KIND, "刷新", work)


def _summary(snapshot: Snapshot) -> str:
    counted = sum(part.data.quality.counted for part in snapshot.parts.values())
    return f"已生成快照 {snapshot.id}：{len(snapshot.parts)} 个数据集，计入 {counted:,} 行。"


def _said(view: View) -> None:
    snapshot = view.current.snapshot
    waiting = {held.sentence for held in snapshot.held.values()}  # these have cards of their own
    for message in (*(sentence for sentence in snapshot.messages if sentence not in waiting),
                    *snapshot.notes):
        notices.card("warning", "请留意", message)
