"""Villages and communities by name within their township."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from data_access.boundary.lists import VillageName
from data_access.boundary.spelling import cleaned, name_of

_COMMITTEE = re.compile(r"(?:村委会|居委会|(?:村民|居民)委员会|村民委|居民委|村委|居委)$")
_SUFFIX = re.compile(r"(?:社区|村|居)$")
_COMMUNITY, _VILLAGE = re.compile(r"社区|居民委|居委|居$"), re.compile(r"村民委|村委|村$")
_OFFICE = re.compile(
    r"(?:新时代文明实践站|(?:党群|便民|为民|综合|社区)服务(?:中心|站)|党群中心|党总?支部?|零工驿站|零工服务站|服务专窗|专窗)$")


class Villages:
    """Looks names up within given townships."""

    def __init__(self, villages: Iterable[VillageName], last: Callable[[str], str]) -> None:
        """`last`: of a township its last successor, in which its villages are looked for too."""
        self.by_code: Mapping[str, VillageName] = {village.code: village for village in villages}
        self._within: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._anywhere: dict[str, set[str]] = defaultdict(set)
        for village in self.by_code.values():
            name = _stem(name_of(cleaned(village.name)))
            for township in (village.township_code, last(village.township_code)):
                self._within[township, name].add(village.code)
            self._anywhere[name].add(village.code)

    def within(self, name: str, townships: Iterable[str]) -> frozenset[str]:
        """Codes of the villages of these townships that a name may stand for.

        A village and a community of the same name count as two when the text names which it means.
        """
        plain = _OFFICE.sub("", name)
        hits = frozenset(code for town in townships
                         for code in self._within.get((town, _stem(plain)), ()))
        if len(hits) < 2:
            return hits
        kinds = _kinds(plain)
        alike = (frozenset(code for code in hits
                           if name_of(cleaned(self.by_code[code].name)) == plain),
                 frozenset(code for code in hits if any(kinds)
                           and kinds == _kinds(self.by_code[code].name)))
        return next((some for some in alike if len(some) == 1), hits)

    def anywhere(self, name: str) -> frozenset[str]:
        """Codes of the villages of that name in all townships, to show as candidates."""
        return frozenset(self._anywhere.get(_stem(_OFFICE.sub("", name)), ()))


def _stem(name: str) -> str:
    """A village's name without committee, 社区 or 村: 凤凰社区居民委员会, 凤凰居委会 and 凤凰社区 are the same."""
    bare = _COMMITTEE.sub("", name)
    while len(bare) > 2 and (shorter := _SUFFIX.sub("", bare)) != bare:
        bare = shorter
    return bare


def _kinds(name: str) -> tuple[bool, bool]:
    return _COMMUNITY.search(name) is not None, _VILLAGE.search(name) is not None
