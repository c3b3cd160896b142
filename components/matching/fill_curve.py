"""How many posts are still open after so many days, and what half of them is read from."""

from __future__ import annotations

import streamlit as st

from components.shell import View
from kpi.figures import Market
from kpi.matching import Step
from kpi.wording import ABSENT, count, percent


def show(view: View, known: Market) -> None:
    """A row per bucket of days."""
    if not known.steps:
        st.html('<p class="lg-calm-note">○ 待数据：需要撮合录用，并且大多有岗位发布日期。</p>')
        return
    body = "".join(_row(step) for step in known.steps)
    st.html('<div class="lg-table-box" tabindex="0" role="region" aria-label="多少天招到人">'
            '<table class="lg-table lg-curve"><thead><tr>'
            '<th scope="col">发布后</th><th scope="col">尚未招到</th><th scope="col">其间招到</th>'
            '<th scope="col">此后仍未招到</th><th scope="col" class="lg-demand-bars"></th></tr></thead>'
            f"<tbody>{body}</tbody></table></div>"
            '<p class="lg-calm-note">近 365 天发布的岗位，按人数。每一档只看到截至日已经过完的；'
            "少于 30 个的档不给比例。</p>")


def _row(step: Step) -> str:
    left = step.open_after
    width = 0 if left is None else 100 * left
    shown = ABSENT if left is None else percent(left)
    return (f'<tr><th scope="row">{step.first}–{step.last} 天</th><td>{count(step.at_risk)}</td>'
            f"<td>{count(step.filled)}</td><td>{shown}</td>"
            f'<td class="lg-demand-bars"><i class="lg-jobs" style="width:{width:.1f}%"></i></td></tr>')
