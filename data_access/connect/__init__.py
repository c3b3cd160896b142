"""Opening a source for reading only, and binding a dataset to its columns."""

from data_access.connect.addresses import FORMS, parse_address
from data_access.connect.causes import explain
from data_access.connect.limits import CONNECT_SECONDS
from data_access.connect.opening import Sources
from data_access.connect.schema import BITS, SHOWN_TEXT, LiveDataset, with_plain_dates
from data_access.connect.sqltools import (
    BLANKS,
    bare,
    byte_order,
    days_between,
    exact,
    later_of,
    local_date,
    no_text,
    rounded,
    seconds_of,
)

__all__ = [
    "BITS",
    "BLANKS",
    "CONNECT_SECONDS",
    "FORMS",
    "SHOWN_TEXT",
    "LiveDataset",
    "Sources",
    "bare",
    "byte_order",
    "days_between",
    "exact",
    "explain",
    "later_of",
    "local_date",
    "no_text",
    "parse_address",
    "rounded",
    "seconds_of",
    "with_plain_dates",
]
