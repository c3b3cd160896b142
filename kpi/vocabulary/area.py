"""What an area and its members are called: a city with its counties, or a province with its cities.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class AreaNames:
    """Words for an area in sentences, tables and file names.

    `whole`: the area taken together. `member`: one of its parts (“3个县区”); `group`: its parts in a
    heading; `members`: all of them in a sentence; `unassigned`: what belongs to the area and to no
    part of it.
    """

    whole: str
    member: str
    group: str
    members: str
    unassigned: str


    def adapted(self, text: str) -> str:
        """A text written for a city and its counties, in the words of this area."""
        for here, there in ((CITY.unassigned, self.unassigned), (CITY.members, self.members),
                            (CITY.group, self.group), (CITY.whole, self.whole)):
            text = text.replace(here, there)
        return text


CITY = AreaNames("全市", "县区", "县区", "各县区", "市本级（未分县区）")
PROVINCE = AreaNames("全省", "市", "各市", "各市", "未分到市")
