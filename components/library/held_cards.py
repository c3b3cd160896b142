"""待核实: a card for every reading that is held, what it would change, and 接受 / 暂不采用."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import streamlit as st

from components.look import notices
from components.shell import View
from data_access.accounts import Action
from data_access.snapshots import Held, Part, Snapshot, accept, decline
from kpi.scope import Permission
from kpi.vocabulary import REASON_NAMES, InputError, Reason
from kpi.wording import ABSENT, count

_DONE = "data.decided"


def show(view: View) -> None:
    """The cards; nothing when nothing is held. The buttons are only there for an account that may
    refresh.
    """
    done = st.session_state.pop(_DONE, None)
    if done:
        notices.card("empty", "已记录", done)
    for name, held in view.current.snapshot.held.items():
        with st.container(key=f"lg-held-{name}"):
            st.html(_html(view.current.snapshot, held, view.plan.definitions.title(held.dataset)))
            if view.may(Permission.REFRESH):
                _buttons(view, held)


def _buttons(view: View, held: Held) -> None:
    settings, who = view.current.settings, view.access.account.label
    with st.container(horizontal=True, key=f"lg-decide-{held.dataset}"):
        if st.button("接受", type="primary", key=f"accept-{held.dataset}", help="公布新读到的数据，以后与它比较"):
            _decide(view, held, Action.ACCEPT, lambda: accept(settings, held.dataset, held.digest),
                    "已接受，新读到的数据已经公布。")
        if held.declined is None and st.button("暂不采用", key=f"decline-{held.dataset}",
                                               help="继续沿用上次数据，等数据单位更正"):
            _decide(view, held, Action.DECLINE,
                    lambda: decline(settings, held.dataset, held.digest, who),
                    "已记为暂不采用，继续沿用上次数据；数据源恢复正常后自动解除。")


def _decide(view: View, held: Held, action: Action, decision: Callable[[], Snapshot],
            text: str) -> None:
    # first: what leaves no trace is not done
    view.permit.record(Permission.REFRESH, action, f"{held.dataset} {held.digest}", "提交")
    try:
        snapshot = decision()
    except InputError as error:
        notices.card("warning", "没有记下", str(error), then="原有数据不受影响。")
        return
    view.permit.note(action, f"{held.dataset} {held.digest}", f"快照 {snapshot.id}")
    st.session_state[_DONE] = f"{view.plan.definitions.title(held.dataset)}：{text}"
    st.rerun()


def _html(snapshot: Snapshot, held: Held, title: str) -> str:
    findings = "".join(f"<li>{escape(text)}</li>" for text in held.findings)
    declined = f"<p>▲ {escape(held.declined)} 选择暂不采用。</p>" if held.declined else ""
    rows = "".join(f"<tr><th scope=row>{escape(name)}</th><td>{before}</td><td>{now}</td></tr>"
                   for name, before, now in _beside(snapshot, held))
    return (
        f'<article class="lg-src lg-held" data-held="{held.dataset}"><header><h3>待核实：'
        f'{escape(title)}</h3><span class="lg-src-state lg-source-held">▲ 待核实</span></header>'
        f"<p>自 {held.since:%Y-%m-%d %H:%M} 起，新读到的数据与正在使用的相差过大，没有公布：</p><ul>{findings}</ul>"
        f'<table class="lg-table"><thead><tr><th scope=col></th><th scope=col>正在使用</th><th scope=col>新读到</th></tr>'
        f"</thead><tbody>{rows}</tbody></table>{declined}<p>请向数据单位核实：确实如此的点“接受”；读错、报错的点“暂不采用”"
        f"并请其更正，恢复正常后自动解除。摘要 {held.digest}</p></article>"
    )


def _beside(snapshot: Snapshot, held: Held) -> list[tuple[str, str, str]]:
    """Rows of the card: what, of the part in force, of the reading held."""
    if held.part is None:
        before = snapshot.reference.get(held.dataset) or []
        return [("行数", count(len(before)), count(len(held.rows or [])))]
    old, new = snapshot.parts[held.dataset], held.part
    reasons = [reason for reason in Reason
               if reason.value in {**old.data.quality.excluded, **new.data.quality.excluded}]
    return [("读取的行", count(old.data.quality.read), count(new.data.quality.read)),
            ("计入的行", count(old.data.quality.counted), count(new.data.quality.counted)),
            *((f"未计入：{REASON_NAMES[reason]}", count(old.data.quality.excluded.get(reason.value, 0)),
               count(new.data.quality.excluded.get(reason.value, 0))) for reason in reasons),
            *((("一行的最大数量", _largest(old), _largest(new)),) if _has_amount(new) else ()),
            ("最新记录", _latest(old), _latest(new)), ("读取时间", f"{old.read_at:%m-%d %H:%M}",
                                                   f"{new.read_at:%m-%d %H:%M}")]


def _latest(part: Part) -> str:
    return ABSENT if part.data.latest is None else part.data.latest.isoformat()


def _has_amount(part: Part) -> bool:
    return part.memory is not None and part.memory.largest is not None


def _largest(part: Part) -> str:
    return ABSENT if part.memory is None else count(part.memory.largest)
