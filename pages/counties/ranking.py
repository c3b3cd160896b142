"""排名: who is ahead within each peer group, how sure that is, and how the score is made."""

from html import escape

import streamlit as st

from components.counties import league_table, method_table, place_history, score_sheet
from components.look import notices, plain, theme
from components.look.panel import panel
from components.shell import frame, month_stepper, page_params
from kpi.scope import visible
from kpi.sentences import formula_words, group_division, league_sentence

GROUPS = league_table.GROUPS

with frame.page("ranking") as view:
    theme.sheet("ranking")
    groups = [group for group in GROUPS if league_table.rows_of(view, group)]
    rows = {row.division: row for group in groups for row in league_table.rows_of(view, group)}
    if not rows or not view.plan.core:
        notices.empty("没有可排名的单位", "方案还没有设定目标的指标，或区划名录中没有县区；补充后自动出现排名。")
        st.stop()
    first = next((code for code, row in rows.items()
                  if visible(view.card, group_division(view.card, row).rollup, code)),
                 next(iter(rows)))
    chosen = page_params.one("unit", list(rows), first)
    with st.container(key="lg-league-head", gap="small"):
        st.html(
            '<div class="lg-league-said"><h1>排名</h1><p>'
            f'{escape("".join(league_sentence(view.card, group, GROUPS[group]) for group in groups))}</p></div>'
        )
        month_stepper.show(view)
    note = f"单元格为完成率，比率类为数值；{'其他单位只公布完成率' if view.geography.partial else '得分相同者并列'}"
    for group in groups:
        with panel(f"league-{group}", f"{GROUPS[group]}排名", note if group == groups[0] else ""):
            league_table.show(view, group, chosen)
    with st.container(key="lg-league-below"):
        with panel("score", f"得分构成 · {group_division(view.card, rows[chosen]).name}",
                   formula_words(view.plan.scoring)):
            key = "ranking-unit"
            st.session_state[key] = chosen
            st.segmented_control(
                "单位", list(rows), key=key, required=True, label_visibility="collapsed",
                format_func=lambda code: plain(group_division(view.card, rows[code]).short_name),
                on_change=lambda: page_params.put("unit", st.session_state["ranking-unit"], first))
            score_sheet.show(view, rows[chosen])
        with panel("history", f"逐月位次 · {GROUPS[rows[chosen].group]}", "月末得分的位次"):
            place_history.show(view, rows[chosen].group, chosen, height=420)
    if not view.geography.partial:
        with panel("methods", f"换一种记分办法 · {GROUPS[rows[chosen].group]}",
                   "位次和得分；▲▼ 为与现行办法相比；办法由方案设定"):
            method_table.show(view, rows[chosen].group, chosen)
