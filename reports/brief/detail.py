"""How much the brief says, so that its text stays within two pages; the annex has all figures at
any length.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import IntEnum

LINES = 45
"""Lines on two pages of the bundled template: 23 and 25 on a 25.4 pt line, the title taken off, less a reserve of three."""
CHARACTERS = 27
"""Full-width characters a line: 156 mm of 三号 (16 pt)."""
INDENT = 2
_WIDE = re.compile("[\u2014\u2018-\u201d\u2026\u2e80-\uffef]")


class Outlook(IntEnum):
    """Which indicators are told with their forecast."""

    NONE = 0
    BEHIND = 1
    ALL = 2


@dataclass(frozen=True)
class Detail:
    """`per_unit`: red indicators told per unit; `units`: units told with them, the others are only
    named.

    `named`: places and items named; `below`: units named per share (0: only counted); `closings`:
    counts told with the change that closes their gap; `dated`: alerts told with their first day;
    `daily`: counts on course told with their daily need; `inline`: the next steps as one paragraph;
    `places`: the places to be built named among the next steps; `climbed`: who has climbed since
    last month; `steady`: the counts on course named with what they still lack; `alerts`: how many
    of the city's own alerts are named, the gravest; `needs`: the daily need told at all.
    """

    outlook: Outlook
    per_unit: int
    units: int
    named: int
    below: int
    closings: int = 9
    dated: bool = True
    daily: bool = True
    inline: bool = False
    places: bool = True
    climbed: bool = True
    steady: bool = True
    alerts: int = 99
    needs: bool = True


_SHORT = Detail(Outlook.NONE, 1, 3, 2, 0, closings=1, dated=False, daily=False, inline=True)
_SHORTER = replace(_SHORT, units=0, named=0, places=False, climbed=False, steady=False)
DETAILS = (Detail(Outlook.ALL, 2, 9, 6, 9), Detail(Outlook.ALL, 1, 9, 4, 4),
           Detail(Outlook.BEHIND, 1, 5, 4, 4), Detail(Outlook.BEHIND, 1, 5, 3, 2, closings=2,
                                                      inline=True),
           Detail(Outlook.BEHIND, 1, 4, 3, 1, closings=1, inline=True),
           replace(_SHORT, outlook=Outlook.BEHIND), _SHORT, replace(_SHORT, units=2),
           replace(_SHORT, units=2, places=False), replace(_SHORT, units=1, named=1, places=False),
           replace(_SHORT, units=1, named=1, places=False, climbed=False),
           replace(_SHORT, units=1, named=1, places=False, climbed=False, steady=False),
           replace(_SHORT, units=0, named=1, places=False, climbed=False, steady=False),
           _SHORTER, replace(_SHORTER, alerts=4), replace(_SHORTER, alerts=2),
           replace(_SHORTER, alerts=2, needs=False),
           replace(_SHORTER, alerts=2, needs=False, closings=0))
"""From the fullest to the shortest."""


def lines_of(paragraphs: Iterable[str]) -> int:
    """Lines the paragraphs take, each with its indent; Latin letters and digits are half as wide.
    """
    return sum(
        math.ceil((INDENT + sum(1.0 if _WIDE.match(one) else 0.5 for one in text)) / CHARACTERS)
        for text in paragraphs)


def fits(paragraphs: Iterable[str]) -> bool:
    return lines_of(paragraphs) <= LINES
