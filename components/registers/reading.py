"""Reading the dataset anew once a register is in force, so that the pages show it; what came of it.
"""

from __future__ import annotations

import streamlit as st

from components.look import notices
from components.shell import View, job_view
from components.shell.permit import RefusedError
from data_access.accounts import Action
from data_access.handing_in import Taking, refreshed
from data_access.registers import Version
from data_access.running import JobState, Progress
from kpi.scope import Access, Permission
from kpi.vocabulary import InputError

_COUNTED = "各页的数字已随之更新。"
_HELD = "与现有数据相差较大，先不计入，待市级核实后生效。"
_DONE, _SHOWN = "register-done", "register-shown"


def shown_last(what: str, newest: int) -> int:
    """The newest version when the page last showed this, which is what a press is about; from now
    on `newest`.
    """
    shown: dict[str, int] = st.session_state.setdefault(_SHOWN, {})
    before = shown.get(what, newest)
    shown[what] = newest
    return before


def refuse_others(view: View, access: Access, taking: Taking) -> None:
    """Raises RefusedError, noted, for a unit whose register is not the account's to hand in."""
    if access.hands_in_for(taking.owner.code):
        return
    view.permit.note(Action.REFUSED, f"报送台账（{taking.owner.name}）", "不是本单位")
    raise RefusedError(f"账号不能报送{taking.owner.name}的台账，这一步没有执行；请刷新页面后再操作。")


def read(view: View, taking: Taking, version: Version, permission: Permission) -> None:
    """Read the sources as a job of this version; what became of it is said by `done`."""
    settings, permit = view.current.settings, view.permit
    permit.record(permission, Action.REFRESH, "报送台账", "提交")

    def work(progress: Progress) -> str:
        try:
            snapshot = refreshed(settings, progress)
        except InputError as error:
            raise InputError(f"{error}台账已经收下，下一次刷新时计入。") from None
        permit.note(Action.REFRESH, f"快照 {snapshot.id}", "成功")
        return _HELD if taking.dataset.name in snapshot.held else _COUNTED

    job = job_view.start(view, f"register-{taking.dataset.name}-{taking.owner.code}-{version.number}",
                         "读取", work)
    came = job.result if job.state in (JobState.DONE, JobState.FAILED) else "正在读取，完成后各页的数字随之更新。"
    what = f"已为第{version.number}版，共{version.rows:,}行。"
    st.session_state[_DONE] = f"{taking.owner.name}的{taking.dataset.title}{what}{came}"


def done() -> None:
    """What was just handed in or taken back."""
    sentence = st.session_state.pop(_DONE, None)
    if sentence:
        notices.card("empty", "台账已提交", sentence)
