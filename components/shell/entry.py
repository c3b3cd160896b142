"""Between the door and the screens: who may open what, and where somebody wanted to go before
signing in.
"""

from __future__ import annotations

from typing import Literal

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from components.look import notices, theme
from components.shell import account, level, navigation, plans, state
from kpi.scope import Access
from kpi.vocabulary import InputError


def run() -> None:
    """Show the navigation of whoever is looking and run the page asked for; without a sign-in, only
    the sign-in.
    """
    try:
        state.start_timer()
        access = account.current_access()
    except InputError as error:
        theme.apply()
        notices.input_error(error)
        return
    grouped = navigation.pages(access, _closed)
    position: Literal["top", "hidden"] = "top" if _menu(access) else "hidden"
    chosen = st.navigation(grouped, position=position)
    if access is not None:
        _return({page.url_path: page for pages in grouped.values() for page in pages})
    if access is not None:
        plans.begin(_address(chosen, access))
    if access is not None and level.begin(_address(chosen, access), access):
        # the page asked for is known only now; its address stays, the file that runs is the
        # province's
        chosen = st.navigation(navigation.pages(access, _closed, of_the_province=True),
                               position=position)
    chosen.run()


def _address(page: StreamlitPage, access: Access) -> str:
    """The address of a page; "/" is another address of the first one."""
    named = str(page.url_path)
    return navigation.home_screen(access).address if named in ("", navigation.HOME) else named


def _menu(access: Access | None) -> bool:
    return access is not None and any(
        access.allowed(screen.permission) for screen in navigation.SCREENS
    )


def _closed(address: str) -> None:
    """What runs in place of a page that is not open: the guard, which says why."""
    theme.apply()
    account.guard(address)


def _return(by_address: dict[str, st.Page]) -> None:
    link = account.pending_link()
    if link is not None and link.page in by_address:
        st.switch_page(by_address[link.page], query_params=dict(link.params))
