"""A unit's return as a table: what is asked, what the databases and the month before say, and the
cells to fill in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import pandas as pd
import streamlit as st

from components.look import notices
from components.returns import board
from components.returns.desk import Desk, reasons, shown
from components.returns.draft import AMOUNT, REASON, REMARK, Draft, Values, filled, open_draft
from data_access.forms import ReturnLine
from kpi.returns import RETURN_STATE_NAMES, TEXT_LIMIT, MonthlyReturn, ReturnState, Step
from kpi.vocabulary import Division

_ITEM, _UNIT, _KNOWN, _BEFORE = "项目", "单位", "数据库的数", "上月已审数"
_ROW = 35  # pixels


@dataclass(frozen=True, eq=False)
class Sheet:
    """A unit's return on the page. `filing`: amounts can be typed. `reviewing`: it waits for the
    office, and the account is it.
    """

    desk: Desk
    unit: Division
    one: MonthlyReturn
    draft: Draft
    lines: tuple[ReturnLine, ...]
    filing: bool
    reviewing: bool


def open_sheet(desk: Desk, unit: Division) -> Sheet:
    """The return with what the account has typed into it."""
    one, draft, lines = desk.one(unit.code), open_draft(desk, unit.code), desk.lines(unit.code)
    reviewing = one.state == ReturnState.FILED and desk.may(unit.code, Step.APPROVE)
    may_file = desk.may(unit.code, Step.FILE)
    draft.follow(one, (one.state, [(line.known, line.before) for line in lines]))
    # typed before somebody approved it: it is still there, and can be put aside
    filing = may_file and (one.state != ReturnState.APPROVED or draft.changed)
    return Sheet(desk, unit, one, draft, lines, filing, reviewing)


def note(sheet: Sheet) -> str:
    """State, and by when."""
    corrected = "（更正）" if sheet.one.corrected else ""
    return f"{board.mark(sheet.one)}{corrected}，截止 {sheet.desk.form.due(sheet.desk.month)}"


def show(sheet: Sheet) -> None:
    """The table, and under it where return and database differ."""
    if sheet.draft.seen.version != sheet.one.version and sheet.draft.changed:
        notices.card("warning", "这份月报刚刚有变化",
                     f"现为“{RETURN_STATE_NAMES[sheet.one.state]}”，您填写的内容还在表里；请看过办理记录再办。")
    with_reason = sheet.reviewing or sheet.one.state == ReturnState.RETURNED
    columns = [_ITEM, AMOUNT, _UNIT, _KNOWN, _BEFORE, REMARK, *([REASON] if with_reason else [])]
    open_columns = {*((AMOUNT, REMARK) if sheet.filing else ()),
                    *((REASON,) if sheet.reviewing else ())}
    with st.container(key="lg-returns-sheet"):
        st.data_editor(
            _frame(sheet), key=sheet.draft.key, hide_index=True, num_rows="fixed",
            column_order=columns, row_height=_ROW, height=_ROW * (len(sheet.lines) + 1) + 3,
            disabled=[column for column in columns if column not in open_columns],
            placeholder="", alt=f"{sheet.unit.name} {sheet.desk.month:%Y年%m月}月报",
            column_config={
                _ITEM: st.column_config.TextColumn(width="medium", pinned=True),
                AMOUNT: st.column_config.NumberColumn(width="small", format="localized"),
                _UNIT: st.column_config.TextColumn(width=70),
                _KNOWN: st.column_config.TextColumn(width="small", alignment="right"),
                _BEFORE: st.column_config.TextColumn(width="small", alignment="right"),
                REMARK: st.column_config.TextColumn(width="medium", max_chars=TEXT_LIMIT),
                REASON: st.column_config.TextColumn(width="medium", max_chars=TEXT_LIMIT)})
    if open_columns:
        st.html('<p class="lg-calm-note">双击格子（或选中后按回车）填写，也可以从 Excel 复制一列粘贴。</p>')
    _differences(sheet)


def _frame(sheet: Sheet) -> pd.DataFrame:
    start, lines = sheet.draft.start, sheet.lines
    why = {} if sheet.reviewing else reasons(sheet.one)
    return pd.DataFrame({
        _ITEM: [line.item.name for line in lines],
        AMOUNT: pd.array([start.amounts.get(line.item.code) for line in lines], dtype="Float64"),
        _UNIT: [line.item.unit for line in lines],
        _KNOWN: [shown(line.known) for line in lines],
        _BEFORE: [shown(line.before) for line in lines],
        REMARK: _texts(lines, start.remarks),
        REASON: _texts(lines, {**why, **start.reasons})})


def _texts(lines: Sequence[ReturnLine], texts: Mapping[str, str]) -> list[str]:
    return [texts.get(line.item.code, "") for line in lines]


def fill(sheet: Sheet) -> None:
    """Put what the databases know into the blank cells."""
    known = {line.item.code: line.known for line in sheet.lines}
    sheet.draft.put(filled(sheet.draft.values, known, sheet.draft.codes))


def can_fill(sheet: Sheet) -> bool:
    """Whether there is a blank cell the databases know the figure of."""
    values: Values = sheet.draft.values
    return any(line.known is not None and line.item.code not in values.amounts
               for line in sheet.lines)


def _differences(sheet: Sheet) -> None:
    """Where the return and the databases both know the figure: both, and the difference."""
    amounts = sheet.draft.values.amounts
    rows = [f"<li>{escape(line.item.name)}：填报 {shown(amount)}{escape(line.item.unit)}，"
            f"数据库 {shown(line.known)}{escape(line.item.unit)}，{_apart(amount - line.known)}</li>"
            for line in sheet.lines if line.known is not None
            and (amount := amounts.get(line.item.code)) is not None]
    if rows:
        st.html(f'<ul class="lg-return-notes" aria-label="与数据库对照">{"".join(rows)}</ul>')


def _apart(difference: float) -> str:
    return "两者一致" if abs(difference) < 1e-9 else (
        f"相差 {'+' if difference > 0 else '−'}{shown(abs(difference))}")
