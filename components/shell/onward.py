"""Ways from one screen to another that carry what the reader looks at: links with an address, so
that they open in a new tab too.
"""

from __future__ import annotations

from html import escape
from typing import NoReturn
from urllib.parse import urlencode

import streamlit as st

from components.look import plain
from components.shell import level, navigation, plans, selection

WHOLE = ""
"""As `division`: the whole city, whatever unit was looked at before."""


def link(label: str, address: str, **choice: str) -> None:
    """A link to the screen at `address` with the reader's choice, changed by `choice`; parameters
    that are no part of the choice (`severity`, `item`) are that screen's own.
    """
    st.page_link(_file(address), label=plain(label), query_params=_params(choice))


def go(address: str, **choice: str) -> NoReturn:
    """Open that screen; for what is no link, like a click on a map. Not for callbacks."""
    st.switch_page(_file(address), query_params=_params(choice))


def way(label: str, address: str, **choice: str) -> None:
    """A link at the right end of a panel's heading."""
    with st.container(key=f"lg-way-{address}-{'-'.join(choice.values())}"):
        link(label, address, **choice)


def trail(*steps: tuple[str, str, dict[str, str]], here: str) -> None:
    """“总览 › 县区 › 泗洪县”: the screens above this one as links, and this one's name."""
    with st.container(key="lg-trail", horizontal=True, vertical_alignment="center", gap=None):
        for label, address, choice in steps:
            link(label, address, **choice)
            st.html('<span class="lg-trail-next" aria-hidden="true">›</span>')
        st.html(f'<span class="lg-trail-here" aria-current="page">{escape(here)}</span>')


def address(screen: str, **choice: str) -> str:
    """A relative address for a link in markup, with the city and the plan that are looked at."""
    return f"{screen}?{urlencode({**_place(), **choice})}"


def _params(choice: dict[str, str]) -> dict[str, str]:
    return {**_place(), **selection.chosen(), **choice}


def _place() -> dict[str, str]:
    city = level.city()
    own = {} if city is None else {level.KEY: city.member.code}
    return {**own, **plans.key()}


def _file(address: str) -> str:
    return next(screen.file for screen in navigation.SCREENS if screen.address == address)
