"""Townships without a station and villages without a window, by name under their division."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from html import escape
from itertools import groupby

import streamlit as st

from components.look import notices
from components.shell import View, cached_per_view
from kpi.counting import Place, Unserved, townships_without_station, villages_without_window
from kpi.vocabulary import Division
from kpi.wording import wording


class Lack(StrEnum):
    """What a place is without."""

    STATION = "station"
    WINDOW = "window"


_FIND = {Lack.STATION: townships_without_station, Lack.WINDOW: villages_without_window}
_LABELS = {Lack.STATION: "没有驿站的乡镇（街道）", Lack.WINDOW: "没有专窗的中心村（社区）"}
_CALM = {Lack.STATION: "乡镇（街道）都已有开放的驿站。", Lack.WINDOW: "中心村（社区）都已有开放的专窗。"}


def _divisions(view: View) -> tuple[Division, ...]:
    """The chosen division alone, or all of the roll-up."""
    return view.members if view.selection.division is None else (view.place,)


@cached_per_view(128)
def _found(view: View, lack: Lack) -> Sequence[Unserved] | None:
    return _FIND[lack](view.figures.facts, _divisions(view), view.card.as_of)


def note(view: View, lack: Lack) -> str:
    """“缺 4 / 95” for the heading of the list."""
    places = _found(view, lack)
    if places is None:
        return ""
    return f"缺 {wording.count(sum(len(one.missing) for one in places))} / {wording.count(sum(one.places for one in places))}"


def show(view: View, lack: Lack) -> None:
    """The list as a scrolling region; each division can be folded away."""
    if _found(view, lack) is None:
        notices.empty("未接入", "载体登记或名录还没有数据源，接入后在此列出名单。")
    else:
        st.html(_html(view, lack))


@cached_per_view(128)
def _html(view: View, lack: Lack) -> str:
    missing = [one for one in _found(view, lack) or () if one.missing]
    if not missing:
        return f'<p class="lg-calm">● {_CALM[lack]}</p>'
    entries = "".join(_entry(one) for one in missing)
    return f'<div class="lg-fade lg-unserved" tabindex="0" role="region" aria-label="{_LABELS[lack]}">{entries}</div>'


def _entry(place: Unserved) -> str:
    served = 1 - len(place.missing) / place.places
    return (
        f"<details open><summary><b>{escape(place.division.short_name)}</b>"
        f'<span class="lg-bar-track"><i style="width:{served * 100:.1f}%"></i></span>'
        f"<span>缺 {len(place.missing)} / {place.places}</span></summary><ul>{_names(place.missing)}</ul></details>"
    )


def _names(places: Sequence[Place]) -> str:
    """Townships one by one; villages gathered under their township."""
    return "".join(
        f"<li>{escape(township)}{'：' if township else ''}{escape('、'.join(place.name for place in of))}</li>"
        for township, of in _by_township(places)
    )


def _by_township(places: Sequence[Place]) -> list[tuple[str, list[Place]]]:
    if not any(place.township for place in places):
        return [("", [place]) for place in places]
    return [(township, list(of))
            for township, of in groupby(places, key=lambda place: place.township)]
