"""What every page begins with: style, figures, filter bar, status strip; and how a page fails.

    with frame.page("overview") as view:
        …
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components import filter_bar, notices, selection, state, theme
from components.selection import Selection
from data_access.current import Current
from kpi.division import Division, Geography
from kpi.errors import InputError
from kpi.plan import IndicatorPlan, Plan
from kpi.scorecard import Figures, Scorecard

_log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class View:
    """What one page run shows: the figures, the reader's selection, and the scorecard of its day.

    `key` stands for snapshot and plan in caches.
    """

    current: Current
    key: str
    selection: Selection
    card: Scorecard

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

    @property
    def place(self) -> Division:
        """The chosen division, or the city."""
        return self.selection.place(self.geography)


@contextmanager
def page(name: str, *, choose_division: bool = False, choose_indicator: bool = False,
         filters: bool = True) -> Iterator[View]:
    """The frame of the page called `name` (its url path); what goes wrong inside becomes a card, never a traceback.

    `choose_division`, `choose_indicator` add these pickers to the filter bar; `filters=False` leaves the bar out.
    """
    theme.apply()
    with _designed_failures(name):
        view = _view(name)
        if filters:
            filter_bar.show(view.current, view.selection, choose_division=choose_division,
                            choose_indicator=choose_indicator)
        yield view
        selection.finish(view.selection, view.current)


@contextmanager
def part(name: str) -> Iterator[View]:
    """The view for a fragment of that page that runs again by itself: always of the newest snapshot, failing as a page does."""
    with _designed_failures(name):
        yield _view(name)


@contextmanager
def _designed_failures(name: str) -> Iterator[None]:
    try:
        yield
    except InputError as error:
        notices.input_error(error)
        st.stop()  # a page without figures has nothing more to run
    except Exception:
        _log.exception("page %s failed", name)
        notices.failure()
        st.stop()


def _view(name: str) -> View:
    loaded = _load()
    selection.begin(name)
    chosen, politely = selection.parse(selection.chosen(), loaded.current, loaded.current.figures.facts.geography)
    for sentence in politely:
        notices.fallback(sentence)
    return View(loaded.current, loaded.key, chosen, loaded.scorecard(chosen.as_of))


def _load() -> state.Loaded:
    place = st.empty()
    shown: list[DeltaGenerator] = []

    def progress(text: str, share: float) -> None:
        if not shown:
            shown.append(notices.preparing(place.container(key="lg-first")))
        shown[0].progress(min(share, 1.0), text=text)

    loaded = state.load(progress)
    place.empty()
    return loaded
