"""Tables for other systems in a database of theirs: what is opened, and how rows get there whole or
not at all.
"""

from data_access.exchange.target import TARGET_VARIABLE, Target, open_target
from data_access.exchange.writing import Content, TableSpec, ValueKind, write

__all__ = [
    "TARGET_VARIABLE",
    "Content",
    "TableSpec",
    "Target",
    "ValueKind",
    "open_target",
    "write",
]
