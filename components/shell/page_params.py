"""Settings of one page that belong in its address beside the selection: how the map is coloured,
what it shows.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st


def one(name: str, allowed: Sequence[str], default: str) -> str:
    """The address parameter `name`; the default when it is missing or not allowed."""
    given = st.query_params.get(name)
    return given if given is not None and given in allowed else default


def several(name: str, allowed: Sequence[str], default: Sequence[str]) -> list[str]:
    """The comma-separated address parameter `name`, in the order allowed; “none” is the empty
    choice.
    """
    given = st.query_params.get(name)
    wanted = default if given is None else given.split(",")
    return [value for value in allowed if value in wanted]


def put(name: str, value: str, default: str) -> None:
    """Write the parameter, or take it out of the address when it is the default. For widget
    callbacks.
    """
    if value == default:
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = value


def put_several(name: str, values: Sequence[str], default: Sequence[str]) -> None:
    """As `put`, for a parameter read by `several`."""
    put(name, ",".join(values) or "none", ",".join(default))
