"""How long a source may keep a reader waiting, and the error for one that cannot be read."""

from __future__ import annotations

from kpi.vocabulary import InputError

CONNECT_SECONDS = 10
LOGIN_SECONDS = 20  # from the first packet to a session that answers
SILENCE_SECONDS = 30  # how much longer than a statement may take a server may stay silent


class SourceUnavailableError(InputError):
    """A service database cannot be reached or read. The text never holds a URL or password."""
