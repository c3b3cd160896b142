"""What a figure is made of: sorted bars from zero with number and share, a table that is its own chart."""

from __future__ import annotations

from html import escape

import streamlit as st

from components.shell.frame import View
from components.shell.kept import per_view
from kpi.indicators.breakdown import Part, Split, splits
from kpi.wording import wording

_SHOWN = 12


def known(view: View) -> bool:
    """Whether the indicator can be taken apart at all, with the data there is."""
    return bool(_splits(view))


def show(view: View) -> None:
    """Every way to take the indicator apart, each on its own tab."""
    found = _splits(view)
    if len(found) == 1:
        st.html(_html(view, 0))
        return
    for number, tab in enumerate(st.tabs([split.title for split in found])):
        with tab:
            st.html(_html(view, number))


@per_view(128)
def _splits(view: View) -> tuple[Split, ...]:
    return splits(view.item.code, view.figures.facts, view.place, view.card.as_of)


@per_view(256)
def _html(view: View, number: int) -> str:
    found = _splits(view)
    return _bars(found[number], heading=len(found) == 1)


def _bars(split: Split, heading: bool = False) -> str:
    if not split.parts:
        return '<p class="lg-none">○ 方案期内还没有记录。</p>'
    longest = max(max(part.value, 0) for part in split.parts) or 1
    rows = "".join(_row(part, split.unit, longest) for part in split.parts[:_SHOWN])
    title = f"<caption>{escape(split.title)}</caption>" if heading else ""
    rest = split.parts[_SHOWN:]
    left = f"；另有 {len(rest)} 类共 {wording.figure(sum(part.value for part in rest), split.unit)}" if rest else ""
    return (f'<table class="lg-bars" aria-label="{escape(split.title)}">{title}<tbody>{rows}</tbody></table>'
            f'<p class="lg-none">合计 {wording.figure(split.total, split.unit)}{left}</p>')


def _row(part: Part, unit: str, longest: float) -> str:
    note = f"<small>{escape(part.note)}</small>" if part.note else ""
    width = max(part.value, 0) / longest * 100
    return (f"<tr><th scope=row>{escape(part.name)}{note}</th><td class='lg-bars-bar'><i style='width:{width:.2f}%'></i></td>"
            f"<td>{wording.figure(part.value, unit)}</td><td>{wording.percent(part.share)}</td></tr>")
