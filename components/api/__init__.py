"""The HTTP interface for other systems: what they may read, with a token, as JSON."""

from components.api.interface import ROUTES, Interface

__all__ = ["ROUTES", "Interface"]
