"""报表 of a province: its own papers as of a day, by the code that makes a city's."""

import streamlit as st

from components.library import handing_out, papers
from components.look import notices, theme
from components.look.panel import panel
from components.province import frame

with frame.page("exports") as view:
    theme.title("报表")
    if not view.access.scope.everything:
        notices.empty("全省报表只对可查看全省的账号提供", "请从上方“范围”选择本市，下载本市的报表。")
        st.stop()
    with st.container(key="lg-exports"):
        with panel("papers", "内容与下载", f"截至 {view.card.as_of}　范围：全省和各市"):
            offered = handing_out.offers(
                view, papers.choose_sheets(handing_out.PROVINCE_SHEETS, handing_out.MEETING_SHEETS))
            papers.show_downloads(view, offered)
            st.html('<p class="lg-muted">乡镇缺口、数据质量、督办和定稿属于各市；从上方“范围”选择一个市即可下载。</p>')
        with panel("preview", "打印预览"):
            papers.show_preview(view, offered, handing_out.draw)
