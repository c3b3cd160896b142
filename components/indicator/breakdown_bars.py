"""What a figure is made of: sorted bars from zero with number and share, a table that is its own
chart.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from components.shell import View, cached_per_view
from kpi.scope import (
    EXPLAINED,
    HIDDEN_NAMES,
    Hidden,
    PublishedPart,
    PublishedSplit,
    published_splits,
)
from kpi.wording import wording

_SHOWN = 12


def known(view: View) -> bool:
    """Whether the indicator can be taken apart at all, with the data there is."""
    return bool(_splits(view))


def show(view: View) -> None:
    """Every way to take the indicator apart, each on its own tab."""
    groups = _splits(view)
    if len(groups) == 1:
        st.html(_html(view, 0))
        return
    for number, tab in enumerate(st.tabs([split.title for split in groups])):
        with tab:
            st.html(_html(view, number))


@cached_per_view(128)
def _splits(view: View) -> tuple[PublishedSplit, ...]:
    return published_splits(view.item.code, view.figures.facts, view.place, view.card.as_of)


@cached_per_view(256)
def _html(view: View, number: int) -> str:
    groups = _splits(view)
    return _bars(groups[number], heading=len(groups) == 1)


def _bars(split: PublishedSplit, heading: bool = False) -> str:
    if not split.parts:
        return '<p class="lg-none">○ 方案期内还没有记录。</p>'
    longest = max(_length(part) for part in split.parts) or 1
    rows = "".join(_row(part, split.unit, longest) for part in split.parts[:_SHOWN])
    title = f"<caption>{escape(split.title)}</caption>" if heading else ""
    rest = split.parts[_SHOWN:]
    left = f"；另有 {len(rest)} 类共 {_together(rest, split.unit)}" if rest else ""
    why = f"。{EXPLAINED}" if split.partial else ""
    return (
        f'<table class="lg-bars" aria-label="{escape(split.title)}">{title}<tbody>{rows}</tbody></table>'
        f'<p class="lg-none">合计 {_words(split.total, split.unit)}{left}{why}</p>'
    )


def _length(part: PublishedPart) -> float:
    return 0 if isinstance(part.value, Hidden) else max(part.value, 0)


def _words(value: float | Hidden, unit: str) -> str:
    return (
        f"{HIDDEN_NAMES[value]} {unit}"
        if isinstance(value, Hidden)
        else wording.figure(value, unit)
    )


def _together(rest: Sequence[PublishedPart], unit: str) -> str:
    values = [part.value for part in rest]
    shown = [value for value in values if not isinstance(value, Hidden)]
    return (
        wording.figure(sum(shown), unit)
        if len(shown) == len(values)
        else _words(Hidden.PROTECTING, unit)
    )


def _row(part: PublishedPart, unit: str, longest: float) -> str:
    note = f"<small>{escape(part.note)}</small>" if part.note else ""
    width = _length(part) / longest * 100
    return (
        f"<tr><th scope=row>{escape(part.name)}{note}</th><td class='lg-bars-bar'><i style='width:{width:.2f}%'></i></td>"
        f"<td>{_words(part.value, unit)}</td><td>{'' if isinstance(part.value, Hidden) else wording.percent(part.share)}</td></tr>"
    )
