"""Does a site's mapping work: connections, columns, excluded rows, indexes."""

from data_access.checking.check import CheckRow
from data_access.checking.excluded import ExcludedRow, excluded_rows

__all__ = [
    "CheckRow",
    "ExcludedRow",
    "excluded_rows",
]
