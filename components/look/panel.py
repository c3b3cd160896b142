"""A white card with a heading, the box everything on a page lies in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


@contextmanager
def panel(key: str, title: str, note: str = "") -> Iterator[None]:
    """A card called `title`; `note` is said in grey beside it. `key` names it for the style sheet.
    """
    with box(key, title, note):
        yield


def box(key: str, title: str, note: str = "") -> DeltaGenerator:
    """The same card with its heading, put on the page now to be filled later: `with box(…):`."""
    card = st.container(key=f"lg-panel-{key}", gap="small")
    card.html(
        f'<div class="lg-panel-head"><h2>{escape(title)}</h2><span>{escape(note)}</span></div>')
    return card
