"""Text from databases and settings, made safe for the places that read Markdown."""

from __future__ import annotations

import re


def plain(text: str) -> str:
    """Text for a label that would otherwise read it as Markdown; for `st.html` use `html.escape`
    instead.
    """
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|~<>$:])", r"\\\1", text)
