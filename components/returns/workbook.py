"""The return's Excel form: to take away, and to be read back into the table."""

from __future__ import annotations

import hashlib

import streamlit as st

from components.look import notices
from components.returns.desk import needed
from components.returns.draft import Values
from components.returns.sheet import Sheet
from data_access.forms import FilledReturn, read_return, return_xlsx
from data_access.running.apart import apart
from kpi.returns import Step, faults
from kpi.vocabulary import InputError

_SECONDS = 20
_SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def show(sheet: Sheet) -> None:
    """Download and upload; nothing for an account that may not file."""
    if not sheet.filing:
        return
    month, unit = sheet.desk.month, sheet.unit
    name = f"月报-{unit.short_name}-{month:%Y-%m}.xlsx"
    with st.container(key="lg-returns-book"):
        st.download_button("下载 Excel 月报表", sheet.desk.view.handing_out(
            name, lambda: return_xlsx(sheet.lines, month, unit.code, unit.name,
                                      sheet.desk.form.due(month)), needed(Step.FILE)),
            file_name=name, mime=_SPREADSHEET, on_click="ignore", key="returns-download")
        with st.container(key="lg-fu-upload"):
            given = st.file_uploader("填好的 Excel 月报表（.xlsx，不超过5 MB）", type=["xlsx"],
                                     max_upload_size=5,
                                     key=f"returns-upload-{unit.code}-{month:%Y-%m}")
    if given is not None:
        _take(sheet, given.getvalue())


def _take(sheet: Sheet, content: bytes) -> None:
    """What the file says: every fault by cell, or the way to put it into the table."""
    found = _read(sheet, content)
    if isinstance(found, str):
        notices.card("error", "没有读取", found)
        return
    wrong = (*found.faults, *_checked(sheet, found))
    if found.faults:
        notices.listed("error", "没有填入", wrong, then="改正后重新上传；表中原有的内容没有变。")
        return
    if all(amount is None for amount in found.amounts.values()):
        notices.card("error", "没有填入", "文件里一项也没有填；请填好后重新上传。")
        return
    if wrong:
        notices.listed("warning", "可以填入，上报前还要改正", wrong)
    given = sum(amount is not None for amount in found.amounts.values())
    st.html(f'<p class="lg-return-read">文件填了 {given} 项，空着 {len(found.amounts) - given} 项；'
            "填入后替换表中现有的内容，点“上报”之前不会记下。</p>")
    if st.button("填入表中", key="returns-take"):
        sheet.draft.put(Values({code: amount for code, amount in found.amounts.items()
                                if amount is not None}, dict(found.remarks),
                               sheet.draft.values.reasons))
        st.rerun()


def _read(sheet: Sheet, content: bytes) -> FilledReturn | str:
    """What is in the file, read once however often the page is drawn; or why it cannot be."""
    name = hashlib.sha256(content).hexdigest()
    if sheet.draft.read is None or sheet.draft.read[0] != name:
        found: FilledReturn | str
        try:
            found = apart(_SECONDS, read_return, content, tuple(
                line.item for line in sheet.lines), sheet.desk.month, sheet.unit.code,
                sheet.unit.name)
        except InputError as error:
            found = str(error)
        sheet.draft.read = name, found
    read: FilledReturn | str = sheet.draft.read[1]
    return read


def _checked(sheet: Sheet, found: FilledReturn) -> tuple[str, ...]:
    """The faults of what could be read, each with its cell."""
    unread = {fault.partition("：")[0] for fault in found.faults}
    return tuple(f"{found.cells[fault.code]}：{fault.text}" for fault in faults(
        sheet.desk.form, sheet.unit.code, found.amounts, sheet.desk.before(sheet.unit.code))
        if found.cells[fault.code] not in unread
        and not (fault.explainable and fault.code in found.remarks))
