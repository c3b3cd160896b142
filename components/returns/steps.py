"""What can be done with a return: file it, send it back, approve it, reopen it."""

from __future__ import annotations

from html import escape

import streamlit as st

from components.look import notices
from components.returns import sheet as sheets
from components.returns.desk import UNIT, Desk, Given, shown
from components.returns.draft import drop_draft
from components.returns.sheet import Sheet
from components.shell import page_params
from data_access.forms import ReturnLine
from kpi.returns import STEP_NAMES, TEXT_LIMIT, ReturnState, Step, faults
from kpi.vocabulary import InputError


def show(sheet: Sheet) -> None:
    """The buttons open to the account now, and what became of the click."""
    draft = sheet.draft
    with st.container(key="lg-returns-steps", horizontal=True, gap="small"):
        fill = sheet.filing and st.button("用数据库的数填入空格", key="returns-fill",
                                          disabled=not sheets.can_fill(sheet))
        again = sheet.one.state == ReturnState.FILED
        file = sheet.filing and st.button("重新上报" if again else "上报", key="returns-file",
                                          type="secondary" if again else "primary")
        approve = sheet.reviewing and st.button("审核通过", type="primary", key="returns-approve")
        back = sheet.reviewing and st.button("退回", key="returns-send-back")
        drop = draft.changed and st.button("放弃改动", key="returns-drop", type="tertiary")
    if drop:
        drop_draft(sheet.desk, sheet.unit.code)
        st.rerun()
    if fill:
        sheets.fill(sheet)
        st.rerun()
    if approve:
        _approve(sheet)
    if file and sheet.one.state == ReturnState.APPROVED:
        notices.card("error", "没有上报", "这份月报已经审核通过，不能再上报；"
                     "要更正的请联系联席会议办公室重新打开。填写的内容还在表里。")
    elif file or back:
        draft.asking, draft.listed = Step.FILE if file else Step.SEND_BACK, None
    if draft.asking == Step.FILE and sheet.filing and sheet.one.state != ReturnState.APPROVED:
        _file(sheet)
    elif draft.asking == Step.SEND_BACK and sheet.reviewing:
        _send_back(sheet)
    if sheet.one.state == ReturnState.APPROVED and sheet.desk.may(sheet.unit.code, Step.REOPEN):
        _reopen(sheet)
    # what the account has been shown by now is what its next step is taken on
    draft.seen = sheet.one


def _file(sheet: Sheet) -> None:
    """What is wrong, or what is about to be filed: the last cell typed reaches the server a moment
    after the click.
    """
    values = sheet.draft.values
    wrong = tuple(fault.text for fault in faults(
        sheet.desk.form, sheet.unit.code, values.amounts, sheet.desk.before(sheet.unit.code))
        if not (fault.explainable and fault.code in values.remarks))
    if wrong:
        sheet.draft.asking = None
        notices.listed("error", "没有上报", wrong, then="改正后再点“上报”；填写的内容都还在。")
        return
    said = [_said(line, values.amounts.get(line.item.code)) for line in sheet.lines]
    given = Given({code: values.amounts.get(code) for code in sheet.draft.codes}, values.remarks)
    _confirmed(sheet, Step.FILE, "请核对后确认上报", said, given)


def _said(line: ReturnLine, amount: float | None) -> str:
    if amount is None:
        return f"{line.item.name}：空着，不报"
    before = "" if line.before is None else f"（上月 {shown(line.before)}）"
    return f"{line.item.name}：{shown(amount)}{line.item.unit}{before}"


def _send_back(sheet: Sheet) -> None:
    why, names = sheet.draft.values.reasons, {line.item.code: line.item.name
                                              for line in sheet.lines}
    if not why:
        sheet.draft.asking = None
        notices.card("error", "没有退回", "退回要写明哪一项有什么问题；请在“退回原因”列至少给一项写上原因。")
        return
    _confirmed(sheet, Step.SEND_BACK, "请核对后确认退回",
               [f"{names[code]}：{text}" for code, text in why.items()], Given(remarks=why))


def _confirmed(sheet: Sheet, step: Step, title: str, lines: list[str],
               given: Given) -> None:
    with st.container(key="lg-returns-confirm", gap="small"):
        listed = "".join(f"<li>{escape(line)}</li>" for line in lines)
        st.html(f'<div class="lg-return-confirm"><h3>{escape(title)}</h3><ul>{listed}</ul></div>')
        with st.container(horizontal=True, gap="small"):
            before, sheet.draft.listed = sheet.draft.listed, given
            if st.button(f"确认{STEP_NAMES[step]}", type="primary", key="returns-confirm"):
                if before in (None, given):
                    _act(sheet.desk, sheet, step, given)
                else:
                    notices.card("warning", f"没有{STEP_NAMES[step]}",
                                 "列出之后表里又有改动；上面已按现在的内容重新列出，请核对后再确认。")
            if st.button("返回修改", key="returns-back"):
                sheet.draft.asking = None
                st.rerun()


def _approve(sheet: Sheet) -> None:
    values, origin = sheet.draft.values, sheet.draft.origin
    if (values.amounts, values.remarks) != (origin.amounts, origin.remarks):
        notices.card("error", "没有审核通过", "表中有改动还没有上报；请先上报，或放弃改动后再审核。")
        return
    _act(sheet.desk, sheet, Step.APPROVE, Given())


def _reopen(sheet: Sheet) -> None:
    with st.form("returns-reopen", enter_to_submit=False, border=False), st.container(
            horizontal=True, vertical_alignment="bottom"):
        text = st.text_input("重新打开的原因", max_chars=TEXT_LIMIT, key="returns-reopen-text",
                             placeholder="例如：9月重复计数，单位来函更正", width=420)
        asked = st.form_submit_button("重新打开")
    if asked and not text.strip():
        notices.card("error", "没有重新打开", "重新打开已审核的月报要写明原因；请填写。")
    elif asked:
        _act(sheet.desk, sheet, Step.REOPEN, Given(text=text))


def _act(desk: Desk, sheet: Sheet, step: Step, given: Given) -> None:
    """Take the step on the return as it was seen; what was typed stays where that is refused."""
    try:
        desk.act(sheet.draft.seen, step, given)
    except InputError as error:
        sheet.draft.asking = None
        notices.card("error", f"没有{STEP_NAMES[step]}", str(error))
        return
    drop_draft(desk, sheet.unit.code)
    # which unit is open without being chosen depends on the states; the next click is still for it
    page_params.put(UNIT, sheet.unit.code, "")
    st.toast(f"已{STEP_NAMES[step]}")
    st.rerun()
