"""Which screens there are, in the order and groups of the top navigation."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st
from streamlit.navigation.page import StreamlitPage

LEADERS, COUNTIES, MEETING, LIBRARY = "领导驾驶舱", "县区", "联席会议", "资料"


@dataclass(frozen=True)
class Screen:
    """One page: its file, its title in the navigation, and its address. The first one is the home page, at “/”."""

    group: str
    title: str
    address: str
    file: str


SCREENS = (
    Screen(LEADERS, "总览", "", "pages/leaders/overview.py"),
    Screen(COUNTIES, "排名", "ranking", "pages/counties/ranking.py"),
    Screen(COUNTIES, "县区", "county", "pages/counties/county.py"),
    Screen(MEETING, "预警", "alerts", "pages/meeting/alerts.py"),
    Screen(MEETING, "督办", "follow_ups", "pages/meeting/follow_ups.py"),
)


def pages() -> dict[str, list[StreamlitPage]]:
    """The pages by group, groups in the order of `SCREENS`."""
    grouped: dict[str, list[StreamlitPage]] = {}
    for screen in SCREENS:
        grouped.setdefault(screen.group, []).append(
            st.Page(screen.file, title=screen.title, url_path=screen.address or None, default=screen is SCREENS[0]))
    return grouped
