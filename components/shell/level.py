"""Which city of a province is looked at; in a program of one city there is nothing to choose and
nothing happens.

The address names the city (`city=321300`), none is the province as a whole. As with the selection,
an address on another page than before overrides what it names, on the same page it is the whole
choice.
"""

from __future__ import annotations

import streamlit as st

from components.shell import navigation, selection
from components.shell.settings_cache import current_settings
from data_access.site import CitySite, ProvinceSite, province_site
from kpi.province import open_cities
from kpi.scope import Access
from kpi.vocabulary import InputError

KEY = "city"
_CHOSEN, _WRITTEN, _PAGE = "level.chosen", "level.written", "level.page"
# of this run, for the picker: a page itself has only what counts in its city
_ACCESS = "level.access"


def site() -> ProvinceSite | None:
    """The province this program serves, None when it serves one city. Raises InputError on a bad
    province file.
    """
    return province_site(current_settings())


def city() -> CitySite | None:
    """The city that is looked at; None for the province as a whole and in a program of one city."""
    province, code = site(), st.session_state.get(_CHOSEN)
    return (
        None
        if province is None or code is None or code not in province.codes
        else province.city(code)
    )


def page() -> str:
    """The address of the page that is being shown."""
    return str(st.session_state.get(_PAGE, ""))


def begin(address: str, access: Access) -> bool:
    """Take up the address at the start of a run; whether the province as a whole is looked at.

    Whoever may enter only one city is taken there by pages that show no province.
    """
    try:
        province = site()
    except InputError:
        return False  # the page says what is wrong
    if province is None:
        return False
    state, named = st.session_state, st.query_params.get(KEY)
    state[_ACCESS] = access
    if state.get(_PAGE) != address:
        state[_CHOSEN] = named or state.get(_CHOSEN)
    elif named != state.get(_WRITTEN):
        state[_CHOSEN] = named
    if state.get(_CHOSEN) not in province.codes:
        state[_CHOSEN] = None
    state[_PAGE] = address
    if state[_CHOSEN] is None and address not in navigation.OF_THE_PROVINCE:
        own = open_cities(access, province.codes, navigation.permission(address))
        state[_CHOSEN] = own[0] if len(own) == 1 else None
    return state[_CHOSEN] is None


def choose(code: str | None) -> None:
    """Look at another city, None for the province. For widget callbacks, before the page runs
    again.
    """
    st.session_state[_CHOSEN] = code
    # divisions belong to one city
    selection.choose(division=None, rollup=None)


def finish() -> None:
    """Write the city to the address; only when it changed."""
    code = st.session_state.get(_CHOSEN)
    if site() is None or code == st.query_params.get(KEY):
        st.session_state[_WRITTEN] = code
        return
    if code is None:
        st.query_params.pop(KEY, None)
    else:
        st.query_params[KEY] = code
    st.session_state[_WRITTEN] = code


def picker() -> None:
    """范围: the province or one of the cities the account may enter; nothing in a program of one
    city.
    """
    province = site()
    if province is None:
        return
    names = {"": province.spec.name, **{code: province.city(code).member.name
                                        for code in enterable_codes()}}
    current = st.session_state.get(_CHOSEN) or ""
    names.setdefault(current, current)
    key = "filter-city"
    st.session_state[key] = current
    st.selectbox("范围", list(names), key=key, width=220, format_func=lambda code: names[code],
                 on_change=lambda: choose(st.session_state[key] or None))


def way_back() -> None:
    """A button to the province, for who ended up in a city they may not enter."""
    province = site()
    if province is not None:
        st.button(f"返回{province.spec.name}", key="level-back", on_click=choose, args=(None,))


def enterable_codes() -> tuple[str, ...]:
    """The cities in which whoever is looking may open the page that is shown."""
    province, access = site(), st.session_state.get(_ACCESS)
    return (
        ()
        if province is None or access is None
        else open_cities(access, province.codes, navigation.permission(page()))
    )
