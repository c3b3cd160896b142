"""A unit hands in its own register: which datasets are open, what a file holds, what it changes."""

from data_access.handing_in.faults import FaultyRegisterError
from data_access.handing_in.openings import closed, open_to, opened, openings
from data_access.handing_in.putting import (
    Effect,
    Weighed,
    content_of,
    effect,
    put_back,
    put_in_force,
    refreshed,
    versions_of,
    weighed,
)
from data_access.handing_in.taking import (
    Handed,
    Taking,
    lacking,
    read_handed,
    taking_of,
    units_of,
    with_own_unit,
)

__all__ = [
    "Effect",
    "FaultyRegisterError",
    "Handed",
    "Taking",
    "Weighed",
    "closed",
    "content_of",
    "effect",
    "lacking",
    "open_to",
    "opened",
    "openings",
    "put_back",
    "put_in_force",
    "read_handed",
    "refreshed",
    "taking_of",
    "units_of",
    "versions_of",
    "weighed",
    "with_own_unit",
]
