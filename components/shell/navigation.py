"""Which screens there are, in the order and groups of the top navigation."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from typing import Literal

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from components.shell.cache import cached
from kpi.scope import Access, Permission
from kpi.vocabulary import InputError

LEADERS, COUNTIES, MEETING, LIBRARY = "领导驾驶舱", "县区", "联席会议", "资料"


@dataclass(frozen=True)
class Screen:
    """One page: its file, its title in the navigation, its address, and what somebody needs to open
    it.

    The first one that somebody may open is their home page.
    """

    group: str
    title: str
    address: str
    file: str
    permission: Permission = Permission.VIEW


SCREENS = (
    Screen(LEADERS, "总览", "overview", "pages/leaders/overview.py"),
    Screen(LEADERS, "指标", "indicator", "pages/leaders/indicator.py"),
    Screen(LEADERS, "地图", "map", "pages/leaders/county_map.py"),
    Screen(LEADERS, "供需", "matching", "pages/leaders/matching.py"),
    Screen(LEADERS, "大屏", "wallboard", "pages/leaders/wallboard.py"),
    Screen(COUNTIES, "排名", "ranking", "pages/counties/ranking.py"),
    Screen(COUNTIES, "县区", "county", "pages/counties/county.py"),
    Screen(COUNTIES, "月报", "returns", "pages/counties/returns.py"),
    Screen(COUNTIES, "台账报送", "registers", "pages/counties/registers.py", Permission.HAND_IN),
    Screen(MEETING, "预警", "alerts", "pages/meeting/alerts.py"),
    Screen(MEETING, "督办", "follow_ups", "pages/meeting/follow_ups.py"),
    Screen(MEETING, "部门", "departments", "pages/meeting/departments.py"),
    Screen(MEETING, "任务清单", "duties", "pages/meeting/duties.py"),
    Screen(LIBRARY, "报表", "exports", "pages/library/exports.py", Permission.EXPORT),
    Screen(LIBRARY, "口径", "definitions", "pages/library/definitions.py"),
    Screen(LIBRARY, "数据", "data", "pages/library/data_health.py", Permission.DATA),
    Screen(LIBRARY, "接入", "connect", "pages/library/connect.py", Permission.CONNECT),
    Screen(LIBRARY, "方案", "plan", "pages/library/plan.py", Permission.PLAN),
    Screen(LIBRARY, "审计", "audit", "pages/library/audit.py", Permission.ADMINISTER),
)


# What runs at these addresses while a province is looked at as a whole; every other page asks for a
# city first.
OF_THE_PROVINCE = {"overview": "pages/province/overview.py", "map": "pages/province/city_map.py",
                   "ranking": "pages/province/ranking.py", "alerts": "pages/province/alerts.py",
                   "exports": "pages/province/exports.py"}
CHOOSE_A_CITY = "pages/province/choose.py"
HOME = "home"
# Screens that run by themselves on a wall: nobody is there to keep their sign-in awake.
UNATTENDED = ("wallboard",)


def permission(address: str) -> Permission:
    """What somebody needs to open the page. Raises InputError for a page that is not on the list:
    unlisted is closed.
    """
    for screen in SCREENS:
        if screen.address == address:
            return screen.permission
    raise InputError(f"没有名为 {address} 的页面；请从上方导航选择。")


def pages(access: Access | None, closed: Callable[[str], None], *,
          of_the_province: bool = False) -> dict[str, list[StreamlitPage]]:
    """The pages by group, groups in the order of `SCREENS`; those somebody may not open only run
    `closed`.

    A closed page is not in the menu and its file is never run, but its address answers, so that a
    link somebody was sent leads to the sign-in or to a plain word about permissions. The first open
    page is also the home page. `of_the_province`: with the files of a province's own pages in place
    of a city's.
    """
    # a run marks the page it calls, so each needs pages of its own; looking up their files again it
    # does not
    return {group: [copy(page) for page in made]
            for group, made in _made(_open(access), closed, of_the_province).items()}


@cached(32)
def _made(may: tuple[Screen, ...], closed: Callable[[str], None],
          of_the_province: bool) -> dict[str, list[StreamlitPage]]:
    home = (may or SCREENS)[0]
    grouped: dict[str, list[StreamlitPage]] = {}
    for screen in SCREENS:
        shown = _file(screen, of_the_province) if screen in may else _closed(closed, screen.address)
        title = screen.title if screen in may else "零工归宿监测"
        visible: Literal["visible", "hidden"] = "visible" if screen in may else "hidden"
        group = grouped.setdefault(screen.group, [])
        if screen is home:
            # the framework answers "/" for its default page and calls the page's own address
            # unknown
            group.append(st.Page(shown, title=title, url_path=HOME, default=True,
                                 visibility=visible))
            visible = "hidden"
        group.append(st.Page(shown, title=title, url_path=screen.address, visibility=visible))
    return grouped


def home_screen(access: Access | None) -> Screen:
    """What "/" shows: the first screen somebody may open."""
    return (_open(access) or SCREENS)[0]


def _open(access: Access | None) -> tuple[Screen, ...]:
    return tuple(screen for screen in SCREENS if access is not None
                 and access.allowed(screen.permission))


def _file(screen: Screen, of_the_province: bool) -> str:
    return OF_THE_PROVINCE.get(screen.address, CHOOSE_A_CITY) if of_the_province else screen.file


def title(address: str) -> str:
    """The page's name in the navigation. Raises InputError for a page that is not on the list."""
    permission(address)
    return next(screen.title for screen in SCREENS if screen.address == address)


def _closed(closed: Callable[[str], None], address: str) -> Callable[[], None]:
    return lambda: closed(address)
