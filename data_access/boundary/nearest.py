"""A name that is not among those there are, with the nearest of them."""

from __future__ import annotations

import difflib
from collections.abc import Collection


def nearest(name: str, names: Collection[str]) -> str | None:
    """The name most like `name`, None when none is like it."""
    matches = difflib.get_close_matches(name, sorted(names), n=1, cutoff=0.6)
    return matches[0] if matches else None


def not_among(name: str, names: Collection[str]) -> str:
    """“不认识；是不是 sheets？可用的有 …。”, to be put after the name."""
    like = nearest(name, names)
    guess = f"；是不是 {like}？" if like else "；"
    return f"不认识{guess}可用的有 {'、'.join(names)}，请改正或删去。"
