"""Which units make up the city's gap: a bar to the left or right of what is due, with its number.
"""

from __future__ import annotations

from html import escape

import streamlit as st

from components.shell import View, cached_per_view, onward
from kpi.figures import GapPart, decompose, gap_unit
from kpi.judging import Light
from kpi.sentences import closing_words
from kpi.sentences.standing import standing
from kpi.wording import wording

_MANY = 7  # rows from which on they stand closer


@cached_per_view(128)
def parts_of(view: View) -> tuple[GapPart, ...]:
    """The parts of the chosen indicator's gap; empty when nothing is judged, or only old data could
    be.
    """
    if view.card.city_line(view.item.code).light == Light.STALE:
        return ()
    return decompose(view.card.by_key, view.item.code, view.geography, view.selection.rollup)


def title(view: View) -> str:
    """“缺口构成”, or “差额构成” where the whole is not short of what is due."""
    return "缺口构成" if _whole(view) < 0 else "差额构成"


def note(view: View) -> str:
    """The city's own gap, beside the heading: “全市比应达多968个”."""
    if not parts_of(view):
        return ""
    whole = _whole(view)
    return f"全市比{_against(view)}{'多' if whole >= 0 else '少'}{_size(abs(whole))}{gap_unit(view.item.indicator)}"


def _whole(view: View) -> float:
    return sum(part.gap for part in parts_of(view))


def _against(view: View) -> str:
    return "目标" if view.card.final else "应达"


@cached_per_view(128)
def _closing(view: View) -> str:
    return closing_words(view.figures, view.card, view.item.code, view.geography.city)


def show(view: View) -> None:
    """The chosen indicator's gap by unit, furthest behind first, each row leading to its unit, and
    the smallest change that closes it.
    """
    with st.container(key="lg-gaps", gap=None):
        st.html(_html(view))
        _links(view)


def _links(view: View) -> None:
    """Over the rows of the list and as high: the unit's page, by name for keyboard and reader."""
    parts = parts_of(view)
    many = "crowded" if len(parts) > _MANY else "rows"
    with st.container(key=f"lg-gaps-{many}", gap=None):
        for part in parts:
            if part.division is not None:
                onward.link(f"进入{part.division.name}", "county", division=part.division.code,
                            indicator=view.item.code)


@cached_per_view(128)
def _html(view: View) -> str:
    parts, line = parts_of(view), view.card.city_line(view.item.code)
    if not parts:
        return f'<p class="lg-calm-note">○ {escape(view.item.name)}{standing(line, view.item)}，没有可拆分的缺口。</p>'
    closing = "" if view.card.final else _closing(view)
    crowded = " lg-crowded" if len(parts) > _MANY else ""
    return (
        f'<ul class="lg-gap{crowded}" aria-label="{escape(view.item.name)}各单位与{_against(view)}之差">{_rows(parts, view)}</ul>'
        f'{f"<p class=lg-gap-close>{escape(closing)}。</p>" if closing else ""}'
    )


def _rows(parts: tuple[GapPart, ...], view: View) -> str:
    low, high = min(0.0, *(part.gap for part in parts)), max(0.0, *(part.gap for part in parts))
    span = (high - low) or 1.0
    unit, against = gap_unit(view.item.indicator), _against(view)
    unassigned = view.geography.names.unassigned
    return "".join(_row(part, unassigned if part.division is None else part.division.short_name,
                        against, unit, -low / span * 100, span) for part in parts)


def _row(part: GapPart, name: str, against: str, unit: str, zero: float, span: float) -> str:
    width = abs(part.gap) / span * 100
    left = zero - width if part.gap < 0 else zero
    behind = part.gap < 0
    word = "少" if behind else "多"
    return (
        f'<li class="lg-gap-{"behind" if behind else "ahead"}" title="{escape(name)}比{against}{word}{_size(abs(part.gap))}{unit}">'
        f'<span>{escape(name.partition("（")[0])}</span>'
        f'<i><b style="left:{left:.2f}%;width:{width:.2f}%"></b><u style="left:{zero:.2f}%"></u></i>'
        f"<em>{'▼ 少' if behind else '▲ 多'}{_size(abs(part.gap))}{unit}</em></li>"
    )


def _size(amount: float) -> str:
    """Few places are said to a tenth, because what is due is a fraction of one."""
    return wording.count(amount) if amount >= 10 else f"{amount:.1f}".removesuffix(".0")
