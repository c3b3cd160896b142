"""What each township of one unit has, in a table that can be sorted."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from components.shell.frame import View
from components.shell.kept import kept
from kpi.counting.townships import TownshipRow, of_division, township_rows
from kpi.vocabulary.division import Division

_COLUMNS = {"stations": "驿站", "windows": "专窗", "venues": "全部载体", "jobs": "岗位（个）", "users": "注册用户（人）",
            "trainings": "培训（人次）"}


def show(view: View, division: Division) -> None:
    """A row per township; columns of datasets that are 未接入 stay away and are named."""
    rows = of_division(_rows(view.key, view.card.as_of.isoformat(), view), division)
    if not rows:
        st.html('<p class="lg-calm-note">○ 本单位没有下辖乡镇。</p>')
        return
    known = [field for field in _COLUMNS if getattr(rows[0], field) is not None]
    frame = pd.DataFrame({"乡镇": [row.name for row in rows],
                          **{_COLUMNS[field]: [int(getattr(row, field)) for row in rows] for field in known}})
    st.dataframe(frame, hide_index=True, key="township-table", width="content", alt=f"{division.name}各乡镇载体、岗位、用户、培训数",
                 height=min(35 * (len(rows) + 1) + 3, 563),
                 column_config={"乡镇": st.column_config.TextColumn(pinned=True),
                                **{_COLUMNS[field]: st.column_config.NumberColumn(format="localized") for field in known}})
    absent = "、".join(title for field, title in _COLUMNS.items() if field not in known)
    st.html(f'<p class="lg-calm-note">按现行区划；只登记到县区、没有乡镇的记录不在表内。{f"未接入：{absent}。" if absent else ""}</p>')


@kept(32)
def _rows(key: str, as_of: str, _view: View) -> tuple[TownshipRow, ...]:
    return township_rows(_view.figures.facts, _view.card.as_of)
