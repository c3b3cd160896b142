"""The frame of every page: entry, account, navigation, selection, filters, figures in force."""

from components.shell.cache import cached_per_view
from components.shell.carded import script_failed
from components.shell.cities import load_province
from components.shell.frame import View
from components.shell.navigation import SCREENS
from components.shell.selection import default_indicator
from components.shell.status_strip import STATE_SHAPES, STATE_WORDS

__all__ = [
    "SCREENS",
    "STATE_SHAPES",
    "STATE_WORDS",
    "View",
    "cached_per_view",
    "default_indicator",
    "load_province",
    "script_failed",
]
