"""Every step of a return with account and time, and every cell a filing changed."""

from __future__ import annotations

from html import escape

import streamlit as st

from components.returns.desk import NOTHING, shown
from components.returns.sheet import Sheet
from kpi.returns import STEP_NAMES, ReturnEvent, Step, changes

_HEADS = ("时间", "账号", "办理", "内容")


def note(sheet: Sheet) -> str:
    """How many steps there were."""
    return f"共 {sheet.one.version} 步，只增不改"


def show(sheet: Sheet) -> None:
    """A row per step, oldest first; nothing done yet is said."""
    if not sheet.one.events:
        st.html('<p class="lg-calm-note">○ 还没有办理。</p>')
        return
    heads = "".join(f'<th scope="col">{head}</th>' for head in _HEADS)
    reopened, rows = False, []
    for event in sheet.one.events:
        correcting = reopened and event.step == Step.FILE
        reopened = event.step == Step.REOPEN or (reopened and event.step != Step.APPROVE)
        rows.append(_row(sheet, event, "更正上报" if correcting else STEP_NAMES[event.step]))
    st.html('<div class="lg-table-box" tabindex="0" role="region" aria-label="办理记录">'
            f'<table class="lg-table lg-return-history"><thead><tr>{heads}</tr></thead>'
            f"<tbody>{''.join(rows)}</tbody></table></div>")


def _row(sheet: Sheet, event: ReturnEvent, name: str) -> str:
    lines = "".join(f"<li>{escape(line)}</li>" for line in _content(sheet, event))
    return (f"<tr><td>{event.at:%Y-%m-%d %H:%M}</td><td>{escape(event.account)}</td>"
            f'<th scope="row">{name}</th><td>{f"<ul>{lines}</ul>" if lines else NOTHING}</td></tr>')


def _content(sheet: Sheet, event: ReturnEvent) -> list[str]:
    """Cells changed, old → new, and what was written with the step."""
    names = {item.code: item.name for item in sheet.desk.form.items}
    at = sheet.one.events.index(event)
    upto = changes(type(sheet.one)(sheet.one.month, sheet.one.unit, sheet.one.events[:at + 1]))
    before = changes(type(sheet.one)(sheet.one.month, sheet.one.unit, sheet.one.events[:at]))
    cells = [f"{names.get(one.code, one.code)}：{shown(one.old)} → {shown(one.new)}"
             for one in upto[len(before):]]
    what = "退回原因" if event.step == Step.SEND_BACK else "说明"
    said = [f"{names.get(code, code)}（{what}）：{text}" for code, text in event.remarks.items()]
    return [*cells, *said, *([f"原因：{event.text}"] if event.text else [])]
