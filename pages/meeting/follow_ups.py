"""督办: the joint meeting's items, by state, by unit and by meeting."""

import streamlit as st

from components.look import theme
from components.meeting import follow_up_board, follow_up_forms, follow_up_item, open_book
from components.shell import frame
from data_access.running.apart import apart
from kpi.follow_ups import Meeting
from reports.follow_up_import import read_items, template_xlsx
from reports.minutes import minutes_docx

with frame.page("follow_ups", choose_division=True) as view:
    theme.title("督办")
    book = open_book(view)
    with st.container(key="lg-fu-bar"):
        follow_up_board.summary(book)
        follow_up_forms.buttons(book, lambda: template_xlsx(view.plan), lambda content,
                                meeting: apart(20, read_items, content, view.plan, view.geography,
                                               meeting=meeting))
    chosen = follow_up_board.choose_view()

    def minutes(meeting: Meeting) -> bytes:
        day, standing = book.at(meeting)
        return minutes_docx(meeting, standing, view.plan, view.geography, as_of=day,
                            sample=view.current.snapshot.sample)

    follow_up_board.show(book, chosen, minutes)
    follow_up_item.show(book)
