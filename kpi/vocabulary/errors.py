"""The one exception whose text is meant for a clerk."""

from __future__ import annotations


class InputError(Exception):
    """Input the program cannot use. `str()` is one plain sentence: what, where, what to do."""
