"""Which datasets the units hand in, as sources.toml says; opening one and closing it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from data_access.boundary import DatasetMapping, load_mappings
from data_access.proposing.saving import entry_in, with_entry
from data_access.site import Settings

_KEY = "handed_in"


def openings(settings: Settings) -> Mapping[str, tuple[str, ...]]:
    """Dataset → the codes of the units it is open to, () for all of them, in the definitions'
    order. Raises InputError when sources.toml cannot be parsed.
    """
    mappings = load_mappings(settings.sources_file, settings.definitions)
    return {name: one.handed_in for name, one in mappings.items()
            if isinstance(one, DatasetMapping) and one.handed_in is not None and not one.absent}


def open_to(settings: Settings, unit: str) -> tuple[str, ...]:
    """The datasets this unit hands in."""
    return tuple(name for name, units in openings(settings).items() if not units or unit in units)


def opened(text: str, dataset: str, units: Sequence[str]) -> str:
    """The text of sources.toml with the dataset open to these units, () for all. Raises InputError
    where it cannot be written.
    """
    entry = dict(entry_in(text, dataset) or {})
    entry.pop(_KEY, None)
    return with_entry(text, dataset, {_KEY: list(units) or True, **entry})


def closed(text: str, dataset: str) -> str:
    """The text with the dataset open to nobody: what was handed in stays stored and is not read."""
    entry = dict(entry_in(text, dataset) or {})
    entry.pop(_KEY, None)
    return with_entry(text, dataset, entry)
