"""报表: the papers of a day and scope, their preview, frozen meetings and what has changed since."""

import streamlit as st

from components.library import handing_out, meetings, papers
from components.look import theme
from components.look.panel import panel
from components.shell import frame

with frame.page("exports", choose_division=True) as view:
    theme.title("报表")
    unit = handing_out.scope(view)
    with st.container(key="lg-exports"):
        with panel("papers", "内容与下载",
                   f"截至 {view.card.as_of}　范围：{view.place.name if unit else '全市'}"):
            offered = handing_out.offers(
                view, papers.choose_sheets(handing_out.SHEETS, handing_out.MEETING_SHEETS))
            papers.show_downloads(view, offered)
            if len(offered) > 1:
                papers.show_all(view, offered, handing_out.bundle(view, offered))
            if unit is not None:
                st.html(f'<p class="lg-muted">{handing_out.city_only()}只出全市的；把“单位”改回“全市”即可下载。</p>')
        with panel("preview", "打印预览"):
            papers.show_preview(view, offered, handing_out.draw)
    with panel("meetings", "定稿与上次会议相比", "打开定稿即当时的数字"):
        meetings.show_freeze(view, handing_out.freezing(view))
        note = meetings.choose(view)
        if note is not None:
            meetings.show(view, note)
