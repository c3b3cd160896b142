"""Demand against supply against training, by occupation."""

from __future__ import annotations

from html import escape

import streamlit as st

from components.shell import View
from kpi.figures import Market
from kpi.matching import Occupation
from kpi.sentences import people
from kpi.wording import ABSENT, count


def show(view: View, known: Market) -> None:
    """A row per occupation: posts and seekers as bars, what is short, training, and open posts."""
    if not known.occupations:
        st.html('<p class="lg-calm-note">○ 近 90 天没有发布岗位。</p>')
        return
    most = max(max(one.jobs, one.seekers or 0) for one in known.occupations)
    body = "".join(_row(one, most, known) for one in known.occupations)
    st.html('<div class="lg-table-box" tabindex="0" role="region" aria-label="分工种供需">'
            '<table class="lg-table lg-demand"><thead><tr><th scope="col">工种</th>'
            '<th scope="col">岗位</th><th scope="col" class="lg-demand-bars">岗位／求职</th>'
            '<th scope="col">求职</th><th scope="col">缺口</th><th scope="col">年内培训</th>'
            f'<th scope="col">三十天未招满</th></tr></thead><tbody>{body}</tbody></table></div>'
            '<p class="lg-calm-note">缺口＝岗位－求职；负数是求职的人多于岗位。'
            "占岗位不到 1% 的工种和没有工种的并入其他。</p>")


def _row(one: Occupation, most: float, known: Market) -> str:
    short = ABSENT if one.short is None else _signed(one.short)
    worst = ' class="lg-here"' if one == known.shortest else ""
    bars = "".join(f'<i class="{name}" style="width:{100 * value / most if most else 0:.1f}%"></i>'
                   for name, value in (("lg-jobs", one.jobs), ("lg-seekers", one.seekers or 0)))
    return (f'<tr{worst}><th scope="row">{escape(one.name)}</th><td>{count(one.jobs)}</td>'
            f'<td class="lg-demand-bars">{bars}</td><td>{people(one.seekers)}</td>'
            f"<td><b>{short}</b></td><td>{people(one.trained)}</td>"
            f"<td>{_open(one, known)}</td></tr>")


def _open(one: Occupation, known: Market) -> str:
    if known.by_occupation is None:
        return ABSENT
    named = {other.name for other in known.occupations}
    rows = known.by_occupation.items()
    own = [row for name, row in rows if name == one.name] if one.name in dict(rows) else [
        row for name, row in rows if name not in named] if one is known.occupations[-1] else []
    return count(sum(sum(row.values()) for row in own))


def _signed(value: float) -> str:
    return f"−{count(-value)}" if value < 0 else count(value)
