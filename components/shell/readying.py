"""What the server does before its first visitor: everything the first page needs is loaded, so that
nobody waits for it.
"""

from __future__ import annotations

import importlib
import logging

from components.shell import state
from components.shell.cities import load_city, load_province
from components.shell.settings_cache import current_settings
from data_access.current import can_be_shown
from data_access.site import CitySite, ProvinceSite, province_site
from kpi.scope import EVERYTHING
from kpi.vocabulary import InputError

# imported by the pages when they run, half a second of the first one
_DRAWING = ("plotly.graph_objects", "pydeck", "components.maps.county_map",
            "components.indicator.pace_chart")
_log = logging.getLogger(__name__)


def make_ready() -> None:
    """Load the figures with their history and the default day's scorecard into the memory all
    sessions share.

    Where no snapshot can be shown yet nothing is read: the first visitor does that and sees how it
    gets on. What fails is logged and fails again, with its sentence, on the page.
    """
    try:
        _load()
    except InputError as error:
        _log.warning("figures not loaded at start: %s", error)
    except Exception:
        _log.exception("figures not loaded at start")


def _load() -> None:
    for name in _DRAWING:
        importlib.import_module(name)
    settings = current_settings()
    site = province_site(settings)
    if site is not None:
        _load_province(site)
    elif can_be_shown(settings):
        loaded = state.load(_quiet, EVERYTHING)
        loaded.scorecard(loaded.current.default_day)


def _load_province(site: ProvinceSite) -> None:
    """Every city that has not to be read first, and the province once there is no other."""
    loaded_cities = [_load_city(city) for city in site.cities]
    if all(loaded_cities):
        loaded = load_province(site, _quiet, EVERYTHING)
        loaded.on(loaded.current.default_day)


def _load_city(city: CitySite) -> bool:
    """Whether the city is in memory now; the trouble of one is not that of the others."""
    try:
        if not can_be_shown(city.settings):
            return False
        loaded = load_city(city, _quiet, EVERYTHING)
        loaded.scorecard(loaded.current.default_day)
        return True
    except InputError as error:
        _log.warning("%s not loaded at start: %s", city.member.name, error)
        return False


def _quiet(_text: str, _share: float) -> None:
    """Nobody is looking yet."""
