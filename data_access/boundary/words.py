"""The tokens a written division is made of: every name in every form it is written in, offices,
parks, fillers.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from data_access.boundary.lists import DivisionLists
from data_access.boundary.spelling import cleaned, name_of
from kpi.vocabulary import ManagingUnit, Township, UnitKind

_PROVINCES = {
    "11": "北京市", "12": "天津市", "13": "河北省", "14": "山西省", "15": "内蒙古自治区", "21": "辽宁省", "22": "吉林省",
    "23": "黑龙江省", "31": "上海市", "32": "江苏省", "33": "浙江省", "34": "安徽省", "35": "福建省", "36": "江西省",
    "37": "山东省", "41": "河南省", "42": "湖北省", "43": "湖南省", "44": "广东省", "45": "广西壮族自治区", "46": "海南省",
    "50": "重庆市", "51": "四川省", "52": "贵州省", "53": "云南省", "54": "西藏自治区", "61": "陕西省", "62": "甘肃省",
    "63": "青海省", "64": "宁夏回族自治区", "65": "新疆维吾尔自治区"}
_SHORT_PROVINCE = re.compile(r"(?:壮族|回族|维吾尔)?自治区$|[省市]$")
_SUFFIX = re.compile(r"(?:民族乡|街道|镇|乡)$")
_UNIT_SUFFIX = re.compile(r"(?:自治县|区|县|市)$")
_STREET_OFFICES = ("街道办事处", "街道办", "街办", "办事处", "街")
_OFFICE = re.compile(
    r"(?:人民)?政府|人力资源(?:和|与)?社会保障(?:局|所|中心|服务中心|服务所|服务站)|(?:人社|社保|就业)(?:局|所|中心|分局|站)"
    r"|劳动(?:和社会)?(?:就业|保障)(?:和社会保障)?(?:服务)?(?:局|所|站|中心)|公共?就业(?:和?人才)?服务(?:中心|局|所|站)"
    r"|就业(?:管理|服务)(?:处|中心|局|所|站)|人力资源市场|(?:党群|便民|为民|政务|综合|社区|公共)服务(?:中心|站|大厅)"
    r"|党群中心|社会(?:事业|事务|保障)局|管(?:理委员会|委会|委)|党工?委|工委|总工会|工会|办公室|组织部"
    r"|城市管理局|零工(?:市场|驿站|之家|服务站)|机关|本级|[县区乡镇]直(?:机关|属)?|[县区]级|辖区|全[境县区镇乡]|境内")
_PARK = re.compile(
    r"(?:国家级|省级)?(?:经济|技术|高新|产业|工业|科技|生态|化工|农业|电子|信息|物流|商贸|循环|经|台商|软件|文化|创意"
    r"|食品|纺织|家居|智能|装备|制造|光电|新材料|新能源|绿色|现代|示范|木材|建材)*"
    r"(?:开发区|开区|高新区|产业园区?|工业园区?|工业集中区|集中区|创业园|科技园|园区)")
_CITY_WORDS = ("全市", "市本级", "本市", "市直", "市级", "市属", "市直属", "市直机关", "市辖区")
_FILLERS = ("原", "现", "现为", "现名", "现属", "今", "今属", "隶属", "所属", "属", "属于")


class Kind(StrEnum):
    CITY = "city"
    UNIT = "unit"
    TOWNSHIP = "township"
    PARK = "park"  # of whatever county stands before it, or of `codes`
    FILLER = "filler"


class Form(IntEnum):
    """How much of a name is written; of two readings of a text the fuller counts."""

    FULL = 0
    SHORT = 1  # a township without its suffix, a county without 县
    GENERAL = 2  # a word many places share: 开发区


@dataclass(frozen=True)
class Meaning:
    """What a token stands for. `codes`: units or townships, of which it is one; several: nobody can
    tell which.
    """

    kind: Kind
    codes: frozenset[str]
    form: Form = Form.FULL


@dataclass(frozen=True)
class Token:
    text: str
    meaning: Meaning


class Vocabulary:
    """All tokens of one city's lists."""

    def __init__(self, lists: DivisionLists) -> None:
        self._lists = lists
        self._last = {town.code: _last(town, {t.code: t for t in lists.townships})
                      for town in lists.townships}
        self._meanings: dict[str, set[Meaning]] = defaultdict(set)
        self._add_city()
        self._add_units()
        self._add_townships()
        self._add_former()
        self._add_aliases()
        for filler in _FILLERS:
            self._add(filler, Meaning(Kind.FILLER, frozenset()))
        self._longest = max(map(len, self._meanings))

    def tokens_at(self, text: str, start: int) -> Iterator[Token]:
        """Every token the text can have at this position, in every meaning."""
        for end in range(start + 1, min(len(text), start + self._longest) + 1):
            for meaning in self._meanings.get(text[start:end], ()):
                yield Token(text[start:end], meaning)
        office = _OFFICE.match(text, start)
        if office:
            yield Token(office[0], Meaning(Kind.FILLER, frozenset()))
        park = _PARK.match(text, start)
        if park and park[0] not in self._meanings:
            yield Token(park[0], Meaning(Kind.PARK, frozenset(), Form.GENERAL))

    def meanings(self, text: str) -> frozenset[Meaning]:
        """What the text stands for as it is; empty when it is no name of any list."""
        return frozenset(self._meanings.get(text, ()))

    def last(self, township: str) -> str:
        """The last successor of a township of the list."""
        return self._last[township]

    def full_names(self) -> Iterator[tuple[str, Meaning]]:
        """Every name written in full, with what it stands for."""
        for name, meanings in self._meanings.items():
            for meaning in meanings:
                if meaning.form == Form.FULL and meaning.kind in (
                    Kind.UNIT,
                    Kind.TOWNSHIP,
                    Kind.PARK,
                ):
                    yield name, meaning

    def _add(self, name: str, meaning: Meaning) -> None:
        written = name_of(cleaned(name))
        if written:
            self._meanings[written].add(meaning)

    def _add_city(self) -> None:
        city = Meaning(Kind.CITY, frozenset({self._lists.city_code}))
        name = self._lists.city_name
        if name.removesuffix("市") != name:
            self._add(name.removesuffix("市"), Meaning(Kind.CITY, city.codes, Form.SHORT))
        for word in (name, *_CITY_WORDS, *(f"{name}{word[1:]}" for word in _CITY_WORDS)):
            self._add(word, city)
        province = _PROVINCES.get(self._lists.city_code[:2], "")
        for word in filter(None, (province, _SHORT_PROVINCE.sub("", province))):
            self._add(word, Meaning(Kind.FILLER, frozenset()))

    def _add_units(self) -> None:
        for unit in self._lists.units:
            of = frozenset({unit.code})
            for name in (unit.name, *unit.aliases):
                if self._still(unit, name):
                    self._add(name, Meaning(Kind.UNIT, of))
            stem = (
                _UNIT_SUFFIX.sub("", unit.name) if unit.kind is UnitKind.COUNTY else unit.short_name
            )
            for name in {unit.short_name, stem}:
                if (len(name) > 1 and self._still(unit, name)
                        and Meaning(Kind.UNIT, of) not in self._meanings[name]):
                    self._add(name, Meaning(Kind.UNIT, of, Form.SHORT))

    def _still(self, unit: ManagingUnit, name: str) -> bool:
        """Whether the name stands for the unit: not of one that is gone where another has it now.
        """
        return unit.valid_to is None or not any(
            other.valid_to is None and name in (other.name, other.short_name, *other.aliases)
            for other in self._lists.units)

    def _add_townships(self) -> None:
        for town in self._lists.townships:
            self._add_township(town.name, frozenset({self._last[town.code]}))

    def _add_former(self) -> None:
        for former in self._lists.former:
            if former.successors:
                self._add_township(former.name,
                                   frozenset(self._last[code] for code in former.successors))
            else:
                self._add(former.name, Meaning(Kind.PARK, frozenset(former.units)))

    def _add_township(self, name: str, codes: frozenset[str]) -> None:
        full = re.sub(r"街道办(?:事处)?$", "街道", name)
        stem = _SUFFIX.sub("", full)
        self._add(full, Meaning(Kind.TOWNSHIP, codes))
        if stem == full or len(stem) < 2:
            return
        self._add(stem, Meaning(Kind.TOWNSHIP, codes, Form.SHORT))
        if full.endswith("街道"):
            for office in _STREET_OFFICES:
                self._add(stem + office, Meaning(Kind.TOWNSHIP, codes))

    def _add_aliases(self) -> None:
        units = {unit.code for unit in self._lists.units}
        for name, code in self._lists.aliases.items():
            meaning = Meaning(Kind.UNIT, frozenset({code})) if code in units else Meaning(
                Kind.TOWNSHIP, frozenset({self._last[code]}))
            self._add(name, meaning)


def is_park_word(text: str) -> bool:
    """Whether the text is only a word for a park, which any county may have."""
    return _PARK.fullmatch(text) is not None


def _last(town: Township, by_code: dict[str, Township]) -> str:
    seen = [town.code]
    while (
        after := by_code.get(by_code[seen[-1]].successor_code or "")
    ) is not None and after.code not in seen:
        seen.append(after.code)
    return seen[-1]
