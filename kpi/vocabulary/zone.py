"""Where a city's day begins."""

from __future__ import annotations

from datetime import timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

TIME_ZONE = "Asia/Shanghai"
_HOURS = timedelta(hours=8)


def zone(name: str) -> tzinfo:
    """The time zone of this name. Raises ValueError when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # a machine without the zone files; there has been no summer time since 1991
        if name == TIME_ZONE:
            return timezone(_HOURS, name)
        raise ValueError(name) from None
