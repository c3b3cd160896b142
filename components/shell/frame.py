"""What every page begins with: style, figures, filter bar, status strip; and how a page fails.

    with frame.page("overview") as view:
        …
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.look import notices, theme
from components.shell import account, filter_bar, level, navigation, plans, selection, state
from components.shell.carded import show_failure
from components.shell.cities import load_city
from components.shell.permit import Finish, Permit, RefusedError, as_it_is, failure, permit
from components.shell.selection import Selection
from data_access.current import Current
from data_access.snapshots import local_now
from kpi.figures import Figures
from kpi.plan import IndicatorPlan, Plan
from kpi.province import within
from kpi.scope import NOBODY, Access, Permission
from kpi.scorecard import Scorecard
from kpi.vocabulary import Division, Geography, InputError

_log = logging.getLogger(__name__)
Loading = TypeVar("Loading")


@dataclass(frozen=True, eq=False)
class View:
    """What one page run shows: the figures, the reader's selection, and the scorecard of its day,
    all by the plan that was in force on it.

    Everything in it is already cut to what `access` may see. `key` stands for snapshot, plan and
    scope in caches.
    """

    current: Current
    key: str
    selection: Selection
    card: Scorecard
    access: Access = NOBODY

    @property
    def plan(self) -> Plan:
        return self.current.plan

    @property
    def figures(self) -> Figures:
        return self.current.figures

    @property
    def geography(self) -> Geography:
        return self.figures.facts.geography

    @property
    def item(self) -> IndicatorPlan:
        """The chosen indicator."""
        return self.plan.indicator(self.selection.indicator)

    @cached_property
    def members(self) -> tuple[Division, ...]:
        """The divisions of the chosen roll-up, in display order."""
        return self.geography.members(self.selection.rollup)

    def now(self) -> datetime:
        """The time by the city's own clock, whatever the server's; for what is recorded, and what
        is due.
        """
        return local_now(self.plan)

    def scorecard_on(self, day: date) -> Scorecard:
        """The scorecard of another day, for the same reader."""
        return _loaded(self.access, lambda _text, _share: None).scorecard(day)

    def may(self, permission: Permission) -> bool:
        """Whether to offer something that needs a permission."""
        return self.access.allowed(permission)

    @cached_property
    def permit(self) -> Permit:
        """To be asked at the moment of every write and download; made with the page, so that it is
        the page's own.
        """
        city = level.city()
        plan = plans.other()
        return permit(self.access, None if city is None else city.member.code,
                      None if plan is None else plan.id)

    def handing_out(self, what: str, make: Callable[[], bytes],
                    permission: Permission = Permission.EXPORT,
                    finish: Finish = as_it_is) -> Callable[[], bytes]:
        """`make` for a download button; asking for the file needs the permission then, and is
        recorded. `finish` makes of the marked file what is handed out.
        """
        return self.permit.handing_out(permission, what, make, finish)

    @cached_property
    def of_the_whole(self) -> View:
        """The same view without a unit chosen, for a page that is about the whole city; an account
        of one unit has no other.
        """
        return replace(self, selection=replace(self.selection, division=None))

    @property
    def place(self) -> Division:
        """The chosen division, or the city."""
        return self.selection.place(self.geography)


@contextmanager
def page(name: str, *, choose_division: bool = False, choose_indicator: bool = False,
         filters: bool = True) -> Iterator[View]:
    """The frame of the page called `name` (its url path); what goes wrong inside becomes a card,
    never a traceback.

    `choose_division`, `choose_indicator` add these pickers to the filter bar; `filters=False`
    leaves the bar out.
    """
    theme.apply()
    with designed_failures(name):
        access = account.guard(name)
        plans.settled()
        view = _view(name, access)
        show_failure(failure())
        plans.banner(access)
        if filters:
            filter_bar.show(view.current, view.selection, view.access,
                            choose_division=choose_division, choose_indicator=choose_indicator)
        yield view
        selection.finish(view.selection, view.current)
        level.finish()
        plans.finish()


@contextmanager
def part(name: str) -> Iterator[View]:
    """The view for a fragment of that page that runs again by itself: always of the newest
    snapshot, failing as a page does.
    """
    with designed_failures(name):
        yield _view(name, account.again(name))


@contextmanager
def designed_failures(name: str) -> Iterator[None]:
    """What goes wrong inside becomes a card, never a traceback."""
    try:
        yield
    except RefusedError as error:
        notices.card("error", "这一步没有执行", str(error))
        st.stop()
    except InputError as error:
        notices.input_error(error)
        st.stop()  # a page without figures has nothing more to run
    except Exception:
        _log.exception("page %s failed", name)
        notices.failure()
        st.stop()


def _view(name: str, access: Access) -> View:
    access = _in_plan(name, _in_city(name, access))
    loaded = with_progress(lambda progress: _loaded(access, progress))
    selection.begin(name)
    chosen, politely = selection.parse(selection.chosen(), loaded.current,
                                       loaded.current.figures.facts.geography)
    for sentence in politely:
        notices.fallback(sentence)
    view = View(loaded.current.judged_on(chosen.as_of), loaded.key_on(chosen.as_of), chosen,
                loaded.scorecard(chosen.as_of), access)
    _ = view.permit
    return view


def _in_city(name: str, access: Access) -> Access:
    """In a province, what the account may do in the chosen city; ends the run when that is not to
    open this page.
    """
    city = level.city()
    if city is None:
        return access
    narrowed = within(access, city.member.code)
    if not narrowed.allowed(navigation.permission(name)):
        account.refused_card(narrowed, name)
        level.way_back()
        st.stop()
    return narrowed


def _in_plan(name: str, access: Access) -> Access:
    """What the account may do in the chosen plan; ends the run where the page is about the current
    plan only.
    """
    plan = plans.other()
    if plan is None:
        return access
    narrowed = replace(access, looking_back=True)
    if not narrowed.allowed(navigation.permission(name)):
        notices.card("empty", f"“{navigation.title(name)}”页只用于现在的方案",
                     f"{plan.years}的方案只能查看，不再修改。要使用这一页，请先返回现在的方案。")
        plans.back_button()
        plans.finish()
        st.stop()
    return narrowed


def _loaded(access: Access, progress: state.Progress) -> state.Loaded:
    city, plan = level.city(), plans.other()
    if plan is not None:
        return plans.load_plan_figures(plan, progress, access.scope)
    if city is None and level.site() is not None:
        raise InputError("这一页按市查看；请先从上方选择一个市。")
    return (
        state.load(progress, access.scope)
        if city is None
        else load_city(city, progress, access.scope)
    )


def with_progress(load: Callable[[state.Progress], Loading]) -> Loading:
    """What `load` gives; a first visitor is told how the reading gets on."""
    places: list[DeltaGenerator] = []
    shown: list[DeltaGenerator] = []

    def progress(text: str, share: float) -> None:
        if not shown:
            places.append(st.empty())
            shown.append(notices.preparing(places[0].container(key="lg-first")))
        shown[0].progress(min(share, 1.0), text=text)

    loaded = load(progress)
    for place in places:  # only the first reader of a fresh server waits for anything
        place.empty()
    return loaded
