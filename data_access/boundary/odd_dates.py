"""Dates as they stand in a column that holds text or numbers, where there is no doubt which day is
meant.
"""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date, datetime, timedelta, timezone
from typing import Any

EARLIEST, LATEST = date(1990, 1, 1), date(2100, 12, 31)
"""A day outside these is none: it stands for "no date" in some system."""

NO_DAY = "0001-01-01"  # outside the bounds, so that it is counted among them
_DAY = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T\s]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d{6})?")
_OFFSET = re.compile(
    r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)\s*(Z|[+-]\d{2}(?::?\d{2})?)",
    re.IGNORECASE)
_NOUGHTS = re.compile(r"0{4}[-/.年]?0{1,2}[-/.月]?0{1,2}日?(?:[T\s]+[0:.]+)?")
_NUMBER = re.compile(r"\d+(\.\d+)?")
_LOCAL = timezone(timedelta(hours=8))
_SERIAL_EPOCH = date(1899, 12, 30)


def iso_day(value: Any) -> str | None:
    """The day as "YYYY-MM-DD" by the clock of the office; `NO_DAY` for one that stands for none;
    None when it is no date.

    Text in the usual spellings, local time with an offset, days since 1899-12-30 as spreadsheets
    have them, yyyymmdd, and seconds or milliseconds since 1970 are recognised: within the bounds no
    number is two of them.
    """
    try:
        day = _day(value)
    except (ValueError, OverflowError):
        return None
    return None if day is None else day.isoformat() if EARLIEST <= day <= LATEST else NO_DAY


def _day(value: Any) -> date | None:
    if isinstance(value, int | float):
        return _from_number(float(value))
    text = unicodedata.normalize("NFKC", str(value)).strip()
    if _NOUGHTS.fullmatch(text):
        return date.min
    offset = _OFFSET.fullmatch(text)
    if offset is not None:
        return datetime.fromisoformat(f"{offset[1]}T{offset[2]}{offset[3].upper()}").astimezone(
            _LOCAL).date()
    written = _DAY.fullmatch(text) or _COMPACT.fullmatch(text)
    if written is not None:
        return date(int(written[1]), int(written[2]), int(written[3]))
    return _from_number(float(text)) if _NUMBER.fullmatch(text) else None


def _from_number(number: float) -> date | None:
    if not math.isfinite(number):
        return None
    if (EARLIEST - _SERIAL_EPOCH).days <= number < (LATEST - _SERIAL_EPOCH).days + 1:
        return _SERIAL_EPOCH + timedelta(days=int(number))
    if number == 0:
        return date.min
    written = _COMPACT.fullmatch(str(int(number)))
    if (
        written is not None
        and number.is_integer()
        and EARLIEST.year <= int(written[1]) <= LATEST.year
    ):
        return date(int(written[1]), int(written[2]), int(written[3]))
    for unit in (1, 1000):
        day = _since_1970(number / unit)
        if day is not None:
            return day
    return None


def _since_1970(seconds: float) -> date | None:
    if not 0 < seconds < 4_200_000_000:
        return None
    day = datetime.fromtimestamp(seconds, _LOCAL).date()
    return day if EARLIEST <= day <= LATEST else None
