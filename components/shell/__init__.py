"""The frame of every page: entry, account, navigation, selection, filters, figures in force."""

from components.shell.carded import carded, script_failed
from components.shell.cities import load_province
from components.shell.frame import View
from components.shell.kept import kept, per_view
from components.shell.navigation import SCREENS
from components.shell.selection import default_indicator
from components.shell.status_strip import STATE_SHAPES, STATE_WORDS

__all__ = [
    "SCREENS",
    "STATE_SHAPES",
    "STATE_WORDS",
    "View",
    "carded",
    "default_indicator",
    "kept",
    "load_province",
    "per_view",
    "script_failed",
]
