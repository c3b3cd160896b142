"""数据: what was read, what was left out and why, how late it comes; refreshing and checking the
sources.
"""

import streamlit as st

from components.library import (
    dataset_table,
    findings_table,
    forms,
    held_cards,
    refresh_panel,
    return_coverage,
    rows_chart,
    source_cards,
    source_check,
)
from components.look import theme
from components.look.panel import panel
from components.shell import frame
from reports.excluded_list import excluded_xlsx

with frame.page("data", filters=False) as view:
    theme.title("数据")
    theme.sheet("parts")
    theme.sheet("data_health")
    with panel("sources", "数据源", source_cards.note(view)):
        refresh_panel.show(view)
        held_cards.show(view)
        source_cards.show(view)
    with panel("datasets", "读取与核对", dataset_table.NOTE):
        dataset_table.show(view)
    return_coverage.show(view)
    with st.container(key="lg-data-two-a"):
        with panel("rows", "每日行数", "按业务日期，含未计入的行"):
            rows_chart.show(view, height=260)
        with panel("unassigned", "市本级（未分县区）", "只知属于全市的数量，计入全市而不计入任何县区"):
            findings_table.unassigned(view)
    with st.container(key="lg-data-two-b"):
        with panel("findings", "需要核对的内容", "行数最多的在前，每类最多列 50 种"):
            findings_table.show(view)
        with panel("check", "对照检查与未计入清单", "现在向数据源查询，不写入任何内容"):
            source_check.show(view)
            source_check.download(view, excluded_xlsx)
    with panel("forms", "填报表", "没有业务系统的单位按表报送"):
        forms.download(view)
