"""Townships without a station and villages without a window, by name under their division."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import groupby

import streamlit as st

from components import notices
from components.frame import View
from kpi import wording
from kpi.division import Division
from kpi.unserved import Place, Unserved


def divisions(view: View) -> tuple[Division, ...]:
    """The chosen division alone, or all of the roll-up."""
    return view.members if view.selection.division is None else (view.place,)


def note(found: Sequence[Unserved] | None) -> str:
    """“缺 4 / 95” for the heading of the list."""
    if found is None:
        return ""
    return f"缺 {wording.count(sum(len(one.missing) for one in found))} / {wording.count(sum(one.places for one in found))}"


def show(found: Sequence[Unserved] | None, label: str, calm: str) -> None:
    """The list as a scrolling region; each division can be folded away."""
    if found is None:
        notices.empty("未接入", "载体登记或名录还没有数据源，接入后在此列出名单。")
        return
    missing = [one for one in found if one.missing]
    if not missing:
        st.html(f'<p class="lg-calm">● {escape(calm)}</p>')
        return
    entries = "".join(_entry(one) for one in missing)
    st.html(f'<div class="lg-fade lg-unserved" tabindex="0" role="region" aria-label="{escape(label)}">{entries}</div>')


def _entry(one: Unserved) -> str:
    served = 1 - len(one.missing) / one.places
    return (f"<details open><summary><b>{escape(one.division.short_name)}</b>"
            f'<span class="lg-bar-track"><i style="width:{served * 100:.1f}%"></i></span>'
            f"<span>缺 {len(one.missing)} / {one.places}</span></summary><ul>{_names(one.missing)}</ul></details>")


def _names(places: Sequence[Place]) -> str:
    """Townships one by one; villages gathered under their township."""
    return "".join(f"<li>{escape(township)}{'：' if township else ''}{escape('、'.join(place.name for place in of))}</li>"
                   for township, of in _by_township(places))


def _by_township(places: Sequence[Place]) -> list[tuple[str, list[Place]]]:
    if not any(place.township for place in places):
        return [("", [place]) for place in places]
    return [(township, list(of)) for township, of in groupby(places, key=lambda place: place.township)]
