"""排名 of a province: the cities by the score method of the counties, each by its own plan."""

from html import escape

import streamlit as st

from components.look import notices, plain, theme
from components.look.panel import panel
from components.province import frame, league
from components.shell import level, month_stepper, page_params

with frame.page("ranking") as view:
    theme.sheet("ranking")
    rows, names = {row.division: row for row in view.card.ranking}, league.names(view)
    if not view.plan.core:
        notices.empty("没有可排名的市", "各市方案都还没有设定目标的指标；补充后自动出现排名。")
        st.stop()
    chosen = page_params.one("unit", list(rows), next(iter(rows)))
    with st.container(key="lg-league-head", gap="small"):
        st.html(
            f'<div class="lg-league-said"><h1>各市排名</h1><p>{escape(league.headline(view))}</p></div>'
        )
        month_stepper.show(view)
    with panel("league-city", "各市排名", "单元格为完成率，比率类为数值；各市按自己的方案和期限计算应达；得分相同者并列"):
        league.show(view, chosen)
    with st.container(key="lg-league-below"):
        with panel("score", f"得分构成 · {names[chosen]}", "得分 = Σ 权重 ×（完成率÷应达，最高计1）÷ Σ 权重"):
            key = "ranking-city"
            st.session_state[key] = chosen
            st.segmented_control("市", list(rows), key=key, required=True,
                                 label_visibility="collapsed",
                                 format_func=lambda code: plain(names[code]),
                                 on_change=lambda: page_params.put(
                                     "unit", st.session_state["ranking-city"], next(iter(rows))))
            league.score_sheet(view, rows[chosen])
            if chosen in view.enterable:
                st.button(f"进入{plain(names[chosen])}", key="enter-city", on_click=level.choose,
                          args=(chosen,))
        with panel("history", "逐月位次", "月末得分的位次"):
            league.history(view, chosen, height=470)
