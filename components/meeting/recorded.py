"""What is said after an entry was recorded on a page that may be of an earlier day."""

from __future__ import annotations

from datetime import date

from components.shell import View


def words(view: View, on: date) -> str:
    """“已登记”; where the entry's day lies after the page's, from which day it is listed."""
    if on <= view.card.as_of:
        return "已登记"
    return f"已登记；本页截至 {view.card.as_of}，截至日期选到 {on} 或以后才列出"
