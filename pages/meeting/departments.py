"""部门: what each department of the city has collected against its quota; its duties and items."""

import streamlit as st

from components.departments import collected_table, department_choice, own_list, unit_shares
from components.look import notices, theme
from components.look.panel import panel
from components.shell import frame

with frame.page("departments") as view:
    for sheet in ("parts", "duties", "departments"):
        theme.sheet(sheet)
    theme.title("部门")
    if not view.plan.departments:
        notices.empty("方案没有列出部门", "在方案文件写上 [departments.…]：部门名称、征集的行业和任务；写法见自带的文件。")
        st.stop()
    counts = collected_table.counts(view)
    for item in counts:
        with panel(f"collected-{item.code}", f"各部门{item.name}", f"截至 {view.card.as_of}"):
            collected_table.show(view, item)
    if not counts:
        notices.empty("部门征集未接入", "需要零工岗位发布的数据源，并在方案文件写明各部门征集的行业。")
    choices = department_choice.open_to(view)
    if choices:
        chosen = department_choice.choose(choices)
        with st.container(key="lg-department-two"):
            with panel("department-duties", f"任务清单 · {chosen.name}",
                       own_list.duties_note(view, chosen)):
                own_list.show_duties(view, chosen)
            with st.container(key="lg-department-right"):
                with panel("department-units", f"征集 · {chosen.name}", "分单位"):
                    if counts and chosen.sectors:
                        unit_shares.show(view, chosen, counts[0])
                    else:
                        st.html('<p class="lg-calm-note">○ 方案没有给这个部门列征集的行业。</p>')
                with panel("department-items", f"督办 · {chosen.name}",
                           own_list.items_note(view, chosen)):
                    own_list.show_items(view, chosen)
