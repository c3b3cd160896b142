"""What each township of one unit has, in a table that can be sorted."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from components.shell import View
from components.shell.cache import cached
from kpi.scope import (
    EXPLAINED,
    HIDDEN_NAMES,
    Hidden,
    Published,
    PublishedTownship,
    published_townships,
)
from kpi.vocabulary import Division, Rollup
from kpi.wording import count

_COLUMNS = {"stations": "驿站", "windows": "专窗", "venues": "全部载体", "jobs": "岗位（个）",
            "users": "注册用户（人）", "trainings": "培训（人次）"}


def show(view: View, division: Division) -> None:
    """A row per township; columns of datasets that are 未接入 stay away and are named."""
    rows = [one for one in _rows(view.key, view.card.as_of.isoformat(), view)
            if division.rollup == Rollup.CITY or one.row.unit in division.units]
    if not rows:
        st.html('<p class="lg-calm-note">○ 本单位没有下辖乡镇。</p>')
        return
    columns = {field: [_value(row, field) for row in rows] for field in _COLUMNS}
    counted = [field for field, values in columns.items() if values[0] is not None]
    hidden = {field for field in counted if any(isinstance(value, Hidden)
                                                for value in columns[field])}
    frame = pd.DataFrame({"乡镇": [row.row.name for row in rows],
                          **{_COLUMNS[field]: [_words(value) for value in columns[field]]
                             if field in hidden else [int(value or 0) for value in columns[field]]
                             for field in counted}})
    st.dataframe(frame, hide_index=True, key="township-table", width="stretch",
                 alt=f"{division.name}各乡镇载体、岗位、用户、培训数", height=min(35 * (len(rows) + 1) + 3, 563),
                 column_config={"乡镇": st.column_config.TextColumn(pinned=True),
                                **{_COLUMNS[field]: st.column_config.NumberColumn(
                                    format="localized") for field in counted
                                   if field not in hidden},
                                **{_COLUMNS[field]: st.column_config.TextColumn(alignment="right")
                                   for field in hidden}})
    absent = "、".join(title for field, title in _COLUMNS.items() if field not in counted)
    st.html(f'<p class="lg-calm-note">按现行区划；只登记到县区、没有乡镇的记录不在表内。{f"未接入：{absent}。" if absent else ""}'
            f'{EXPLAINED if hidden else ""}</p>')


def _value(one: PublishedTownship, field: str) -> Published | None:
    if field in ("users", "trainings"):
        result: Published | None = getattr(one, field)
        return result
    exact = getattr(one.row, field)
    return None if exact is None else int(exact)


def _words(value: Published | None) -> str:
    return HIDDEN_NAMES[value] if isinstance(value, Hidden) else count(value)


@cached(32)
def _rows(key: str, as_of: str, _view: View) -> tuple[PublishedTownship, ...]:
    return published_townships(_view.figures.facts, _view.card.as_of)
