"""Codes and values nobody knows, contradictory divisions and what else was noticed in the rows;
what only the city has.
"""

from __future__ import annotations

from html import escape

import streamlit as st

from components.look import notices
from components.shell import View
from data_access.reading import Health
from data_access.snapshots import Snapshot
from kpi.definitions import SHIPPED
from kpi.vocabulary import Remark
from kpi.wording import wording


def show(view: View) -> None:
    """The findings of all datasets in one table; a calm sentence when there are none."""
    rows = [
        f"<tr><th scope=row>{escape(view.plan.definitions.title(name))}</th><td>{kind}</td><td>{escape(text)}</td>"
        f"<td>{wording.count(number)}</td></tr>"
        for name, kind, text, number in _all(view.current.snapshot)
    ]
    if not rows:
        notices.empty("没有需要核对的内容", "所有行的区划代码和分类值都认识，乡镇与单位没有矛盾，读取时也没有需要提醒的地方。")
        return
    st.html(_table("需要核对的编码、分类值与读取提醒", ("数据集", "问题", "内容", "行（格）数"), "".join(rows)))


def unassigned(view: View) -> None:
    """市本级（未分县区） of each core indicator that adds up; needs the whole city's figures."""
    if not view.access.scope.everything:
        st.html('<p class="lg-none">○ 只对可查看全市指标的账号显示。</p>')
        return
    rows = "".join(_unassigned(view, item.code) for item in view.plan.core)
    st.html(_table("各指标市本级（未分县区）的数量", ("指标", "市本级（未分县区）", "全市（比率为分子）", "占比"), rows))


def _all(snapshot: Snapshot) -> list[tuple[str, str, str, int]]:
    remarks = [(remark.dataset, "读取提醒", _without_title(remark), remark.count)
               for remark in snapshot.remarks]
    return remarks + [(name, *one) for name, part in snapshot.parts.items()
                      for one in _found(part.data.health)]


def _without_title(remark: Remark) -> str:
    """The remark's line as a cell of a table that names the dataset beside it."""
    return remark.line().removeprefix(SHIPPED.title(remark.dataset)).lstrip(" ：").rstrip("。")


def _found(health: Health) -> list[tuple[str, str, int]]:
    unknown = [("区划代码不在名录", f"乡镇 {pair.township or '空'} / 单位 {pair.unit or '空'}", pair.rows)
               for pair in health.unknown_codes]
    values = [("分类值不认识", f"{one.column} = {one.value}", one.rows) for one in health.unknown_values]
    conflicts = [("乡镇与单位矛盾", f"乡镇 {pair.township} / 单位 {pair.unit}", pair.rows)
                 for pair in health.conflicts]
    return [*unknown, *values, *conflicts]


def _unassigned(view: View, code: str) -> str:
    item, series = view.plan.indicator(code), view.figures.series.get(code)
    day = view.card.as_of
    name = f'<tr data-indicator="{code}"><th scope=row>{escape(item.name)}</th>'
    if series is None or series.axis.position(day) < 0:
        return f"{name}{f'<td>{wording.ABSENT}</td>' * 3}</tr>"
    city = series.at(view.geography.city, day).numerator
    left = series.unassigned(day)
    share = left / city if city else None
    return f"{name}<td>{wording.count(left)}</td><td>{wording.count(city)}</td><td>{wording.percent(share)}</td></tr>"


def _table(label: str, heads: tuple[str, ...], rows: str) -> str:
    return (
        f'<div class="lg-table-box lg-data-scroll" tabindex="0" role="region" aria-label="{label}">'
        '<table class="lg-table lg-plain"><thead><tr>'
        f"{''.join(f'<th scope=col>{head}</th>' for head in heads)}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
