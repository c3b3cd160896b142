"""The audit log as a table, newest first, with the state of its chain above it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from components.look import notices
from components.shell import View, account
from data_access.accounts import ACTION_NAMES, Record

_SHOWN = 500
_ALL = "全部"


def show(view: View) -> None:
    """Verdict, filter by kind, table. Reads the log itself: it is never cached."""
    log = account.current_log()
    verdict = log.verify()
    if verdict.broken is not None:
        notices.card("error", "审计日志链条断开", verdict.broken, then="请保留现场并立即报告信息安全负责人。")
    else:
        st.caption(f"共 {verdict.records:,} 条，链条完整。下面是最近 {_SHOWN} 条以内。")
    kinds = {_ALL: None, **{name: action for action, name in ACTION_NAMES.items()}}
    kind = kinds[st.selectbox("类别", list(kinds), key="audit-kind", width=220)]
    records = [record for record in log.latest(_SHOWN) if kind is None or record.action == kind]
    if not records:
        notices.empty("没有记录", "所选类别还没有发生过。")
        return
    st.dataframe(_frame(records), hide_index=True, height=min(35 * (len(records) + 1) + 3, 423),
                 alt="审计日志，新的在前")


def _frame(records: list[Record]) -> pd.DataFrame:
    names = {action.value: name for action, name in ACTION_NAMES.items()}
    return pd.DataFrame({"编号": [record.number for record in records],
                         "时间": [record.time[:19].replace("T", " ") for record in records],
                         "账号": [record.account for record in records],
                         "地址": [record.address or "—" for record in records],
                         "操作": [names.get(record.action, record.action) for record in records],
                         "对象": [record.object for record in records],
                         "结果": [record.result for record in records]})
