"""What every page of a province begins with: style, the cities' figures, filter bar and strip.

    with frame.page("overview") as view:
        …
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape

import streamlit as st

from components.look import notices, theme
from components.shell import (
    View,
    account,
    filter_bar,
    frame,
    level,
    load_province,
    selection,
    status_strip,
)
from kpi.plan import Plan
from kpi.province import Province, ProvinceCard, open_cities, province_scope
from kpi.scope import Access
from kpi.sentences.headline import elapsed_words


@dataclass(frozen=True, eq=False, kw_only=True)
class ProvinceView(View):
    """A view whose city is the province and whose counties are the cities. `province_card`: who is
    in which sum.

    `enterable`: codes of the cities the reader may go into.
    """

    province: Province
    province_card: ProvinceCard
    enterable: tuple[str, ...]

    @property
    def plan(self) -> Plan:
        """The plan with the targets of the day."""
        return self.card.plan


@contextmanager
def page(name: str, *, choose_indicator: bool = False) -> Iterator[ProvinceView]:
    """The frame of a page of the province; as `frame.page` for one of a city."""
    theme.apply()
    theme.sheet("parts")
    theme.sheet("province")
    with frame.designed_failures(name):
        view = _view(name, account.guard(name))
        _bar(view, choose_indicator)
        _left_out(view)
        yield view
        selection.finish(view.selection, view.current)
        level.finish()


def _view(name: str, access: Access) -> ProvinceView:
    site = level.site()
    assert site is not None
    loaded = frame.with_progress(lambda progress: load_province(site, progress, province_scope(
        access, site.codes)))
    selection.begin(name)
    chosen, politely = selection.parse(selection.chosen(), loaded.current,
                                       loaded.current.figures.facts.geography)
    for sentence in politely:
        notices.fallback(sentence)
    province_card = loaded.on(chosen.as_of)
    return ProvinceView(
        loaded.current, loaded.key, chosen, province_card.card, access, province=loaded.province,
        province_card=province_card, enterable=open_cities(access, site.codes))


def _bar(view: ProvinceView, choose_indicator: bool) -> None:
    with st.container(key="lg-bar", horizontal=True, vertical_alignment="center", gap="medium"):
        level.picker()
        filter_bar.day_picker(view.current, view.selection)
        if choose_indicator:
            filter_bar.indicator_picker(view.current, view.selection)
        _strip(view)
        account.menu(view.access)


def _strip(view: ProvinceView) -> None:
    """Sample badge, data until, the state of every city's data, and how far along the plans are."""
    snapshot = view.current.snapshot
    badge = '<span class="lg-sample">演示数据</span>' if snapshot.sample else ""
    st.html(f"""<div class="lg-strip" role="status">{badge}
<span>数据截至 <b>{view.current.default_day.isoformat()}</b></span>
{status_strip.sources(list(snapshot.sources.values()), "市")}
<span>各市序时进度 <b>{escape(elapsed_words(view.card))}</b></span></div>""")


def _left_out(view: ProvinceView) -> None:
    """The cities that are in no sum at all, by name and reason."""
    names = {division.code: division.name for division in view.province.geography.counties}
    whole = view.access.scope.everything
    for code, why in view.province.unread.items():
        # why a source cannot be read names files and addresses; that is for whoever sees everything
        notices.card("warning", f"不含{names[code]}", why if whole else "该市数据暂未读到，全省合计中不含该市。")
