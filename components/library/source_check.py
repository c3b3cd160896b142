"""对照检查: does every mapping work against the live sources? And the rows that are left out, to hand
to their bureau.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from components.shell import View
from data_access.checking import CheckRow
from data_access.checking.check import check
from data_access.site import Settings
from kpi.definitions import Definitions
from kpi.scope import Permission
from kpi.wording import ABSENT, count

Listing = Callable[[Settings, str], bytes]


def show(view: View) -> None:
    """A button that asks the sources now, and the answer as a table."""
    st.html('<p class="lg-none">逐个打开数据源，核对表、列、编码和将要计入的行数；改过 sources.toml 后先检查再刷新。</p>')
    if st.button("开始对照检查", key="check-now"):
        view.permit.require(Permission.DATA)
        with st.spinner("正在逐个读取数据源…"):
            rows = check(view.current.settings)
        unusable = sum(not row.usable for row in rows)
        noticed = sum(row.rows is not None and row.noticed for row in rows)
        st.caption(
            f"共 {len(rows)} 个数据集：可用 {sum(row.rows is not None for row in rows)}（其中有提醒 {noticed}），"
            f"未接入 {sum(row.usable and row.rows is None for row in rows)}，有问题 {unusable}。")
        st.dataframe(_frame(rows, view.plan.definitions), hide_index=True)


def download(view: View, listing: Listing) -> None:
    """The excluded rows of a dataset, read when asked for; only for an account that sees the whole
    city and may export.
    """
    names = [name for name in view.plan.definitions.counted if name in view.current.snapshot.parts]
    if not (names and view.access.scope.everything and view.may(Permission.EXPORT)):
        st.html('<p class="lg-none">○ 只对可查看全市指标并可导出的账号提供。</p>')
        return
    settings = view.current.settings
    st.html('<p class="lg-none">未计入的行：编号、原因、区划代码和日期，最多 1,000 行，供数据单位更正；下载记入审计日志。</p>')
    with st.container(key="lg-excluded", horizontal=True, vertical_alignment="bottom"):
        dataset = st.selectbox("数据集", names, key="excluded-dataset", width=220,
                               format_func=view.plan.definitions.title)
        title = view.plan.definitions.title(dataset)
        st.download_button("下载清单（xlsx）",
                           view.handing_out(f"未计入的行 {title}", lambda: listing(settings, dataset)),
                           file_name=f"未计入的行-{title}{'-演示数据' if settings.sample else ''}.xlsx",
                           on_click="ignore", key="excluded-download")


def _frame(rows: list[CheckRow], named: Definitions) -> pd.DataFrame:
    return pd.DataFrame({"数据集": [named.title(row.dataset) for row in rows],
                         "来源": [named.connection_title(row.connection) for row in rows],
                         "结果": [_result(row) for row in rows],
                         "表": [row.source or ABSENT for row in rows],
                         "行数": [count(row.rows) for row in rows],
                         "最新": [ABSENT if row.newest is None else row.newest.isoformat()
                                for row in rows],
                         "说明": ["；".join(line.strip() for line in row.lines()[1:]) or row.problem
                                or ABSENT for row in rows]})


def _result(row: CheckRow) -> str:
    if not row.usable:
        return "■ 有问题"
    if row.rows is None:
        return "○ 未接入"
    return "▲ 可用，有提醒" if row.noticed else "● 可用"
