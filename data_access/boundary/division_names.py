"""Which division a cell's text stands for: by code in any spelling, or by name in any form. It
never guesses.

A text is taken apart completely (province, city, county, township, village, office): what cannot be
explained to its last character is not resolved. A name contained in it proves nothing: 刘集镇 is in
南刘集镇, which is elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from data_access.boundary.lists import DivisionLists
from data_access.boundary.spelling import as_meant, cleaned, digits_of, looks_like_a_code, name_of
from data_access.boundary.villages import Villages
from data_access.boundary.words import Form, Kind, Meaning, Token, Vocabulary, is_park_word
from kpi.vocabulary import UnitKind

_LONGEST = 80  # characters of a cell that may be a division; longer ones are remarks
_DIGITS_AND_NAME = re.compile(r"(\d{6,12})(\D{2,})|(\D{2,}?)(\d{6,12})")
_ADDRESS = re.compile(r"\S{1,24}(?:村|社区|居委会|村委会|组|队|号|室|小区|花园|广场|大厦|路|街|旁|内|楼|驿站|中心|附近|对面)")
_SHOWN = 6


class Outcome(StrEnum):
    """`LISTED`: the code as the lists have it. `REFUSED`: digits are lost. `EMPTY`: the cell has no
    value.
    """

    LISTED = "listed"
    RESOLVED = "resolved"
    AMBIGUOUS = "ambiguous"
    UNMATCHED = "unmatched"
    REFUSED = "refused"
    EMPTY = "empty"


@dataclass(frozen=True)
class Resolution:
    """What a text stands for. `unit`, `township` and `village` are codes, "" where the text does
    not say.

    The unit of an ambiguous township is given when all candidates lie in it. `reason` is a Chinese
    phrase.
    """

    outcome: Outcome
    unit: str = ""
    township: str = ""
    village: str = ""
    candidates: tuple[str, ...] = ()
    reason: str = ""

    @property
    def settles(self) -> bool:
        """Whether the text stands for exactly one place."""
        return self.outcome in (Outcome.LISTED, Outcome.RESOLVED)


EMPTY = Resolution(Outcome.EMPTY)


class DivisionNames:
    """Looks spellings up in the lists of one city."""

    def __init__(self, lists: DivisionLists) -> None:
        self._lists = lists
        self._words = Vocabulary(lists)
        self._villages = Villages(lists.villages, self._words.last)
        self._units = {unit.code: unit for unit in lists.units}
        self._towns = {town.code: town for town in lists.townships}
        self._former = {former.code: former for former in lists.former}

    def unit(self, value: Any) -> Resolution:
        """What a cell of a unit column stands for; of a township's name also the township."""
        return self._resolve(value, "", wants=Kind.UNIT)

    def township(self, value: Any, unit: str = "") -> Resolution:
        """What a cell of a township column stands for. `unit`: the row's own; it chooses, it does
        not veto.
        """
        return self._resolve(value, unit if unit in self._units else "", wants=Kind.TOWNSHIP)

    def village(self, value: Any, townships: str | tuple[str, ...] = ()) -> Resolution:
        """What a cell of a village column stands for; a name is looked for within the row's
        township only.

        `townships`: the row's township, or those it may be.
        """
        own = (townships,) if isinstance(townships, str) else townships
        clean = cleaned(value)
        if not clean:
            return EMPTY
        digits = digits_of(clean)
        if digits is not None:
            return _lost(clean) if digits.lost else self._village_code(digits.text)
        within = self._villages.within(name_of(clean), own)
        if len(within) == 1:
            return self._at_village(next(iter(within)), "按乡镇内的村（社区）名称对上")
        if within:
            return self._open(within, "同一乡镇里有几个同名的村（社区）")
        placed = self._resolve(value, "", wants=Kind.TOWNSHIP)
        if placed.village:
            return placed
        reason = "名录中该乡镇没有这个村（社区）" if any(own) else "没有乡镇，只凭村（社区）名不能确定"
        return self._open(self._villages.anywhere(name_of(clean)), reason, Outcome.UNMATCHED)

    @property
    def lists(self) -> DivisionLists:
        return self._lists

    def lies_in(self, unit: str, county: str | None) -> bool:
        """Whether the unit is a zone inside that county."""
        return (
            county is not None
            and unit != county
            and unit in self._units
            and self._units[unit].county_code == county
        )

    def name(self, code: str) -> str:
        """The name of a code of the lists, with the county of a township; the code itself when it
        is in none.
        """
        if code in self._towns:
            town = self._towns[code]
            unit = self._units.get(town.unit_code)
            return f"{unit.short_name if unit else ''}{town.name}"
        if code in self._villages.by_code:
            village = self._villages.by_code[code]
            return f"{self.name(village.township_code)}{village.name}"
        if code == self._lists.city_code:
            return self._lists.city_name
        return self._units[code].name if code in self._units else code

    def _resolve(self, value: Any, context: str, wants: Kind) -> Resolution:
        clean = cleaned(value)
        if not clean:
            return EMPTY
        digits = digits_of(clean)
        if digits is not None:
            if digits.lost:
                return _lost(clean)
            return self._code(digits.text, clean if isinstance(value, str) and value == digits.text
                              else "")
        if len(clean) > _LONGEST:
            return Resolution(Outcome.UNMATCHED, reason="文字太长，不像区划名称")
        return self._written(name_of(clean), context, wants)

    # --- codes

    def _code(self, digits: str, as_given: str) -> Resolution:
        outcome = Outcome.LISTED if as_given and len(digits) in (6, 9) else Outcome.RESOLVED
        if len(digits) == 12:
            if not digits.endswith("000"):
                return self._village_code(digits)
            digits = digits[:9]
        if len(digits) == 9 and digits.endswith("000"):
            digits, outcome = digits[:6], Outcome.RESOLVED
        if digits in self._towns:
            return Resolution(outcome, self._towns[digits].unit_code, digits, reason="按区划代码对上")
        if digits in self._units or digits == self._lists.city_code:
            return Resolution(outcome, digits, reason="按区划代码对上")
        if digits in (self._lists.city_code[:4], f"{self._lists.city_code[:4]}01"):
            return Resolution(Outcome.RESOLVED, self._lists.city_code, reason="是城市的代码")
        if digits in self._former:
            return self._at_former(digits)
        wrong = len(digits) not in (6, 9)
        return Resolution(Outcome.UNMATCHED, reason=f"代码是 {len(digits)} 位，区划代码应为 6、9 或 12 位"
                          if wrong else "名录中没有这个代码")

    def _at_former(self, code: str) -> Resolution:
        former = self._former[code]
        if former.successors:
            meaning = Meaning(Kind.TOWNSHIP, frozenset(map(self._words.last, former.successors)))
        else:
            meaning = Meaning(Kind.PARK, frozenset(former.units))
        result = self._placed([Token(former.name, meaning)], "", Kind.TOWNSHIP)
        return replace(result, reason=f"旧代码（{former.name}），{result.reason}")

    def _village_code(self, digits: str) -> Resolution:
        if digits in self._villages.by_code:
            return self._at_village(digits, "按村（社区）代码对上")
        if len(digits) not in (9, 12):
            return Resolution(Outcome.UNMATCHED, reason=f"代码是 {len(digits)} 位，村（社区）代码应为 12 位")
        town = self._code(digits[:9], "")
        if not town.settles:
            return town
        if len(digits) == 9 or digits.endswith("000"):
            return replace(town, reason="只有乡镇代码，没有写到村（社区）")
        return replace(town, reason="名录中没有这个村（社区）代码，按前 9 位归到乡镇")

    def _at_village(self, code: str, reason: str) -> Resolution:
        town = self._words.last(self._villages.by_code[code].township_code)
        return Resolution(Outcome.RESOLVED, self._towns[town].unit_code, town, code, reason=reason)

    # --- names

    def _written(self, text: str, context: str, wants: Kind) -> Resolution:
        mixed = _DIGITS_AND_NAME.fullmatch(text)
        if mixed:
            return self._agreeing(mixed[1] or mixed[4], mixed[2] or mixed[3], context, wants)
        if not text:
            return Resolution(Outcome.UNMATCHED, reason="没有可以辨认的文字")
        result = self._read(text, context, wants)
        meant = as_meant(text)
        if result.outcome is Outcome.UNMATCHED and meant != text:
            corrected = self._read(meant, context, wants)
            if corrected.settles:
                return replace(corrected, reason=f"把“{text}”看作“{meant}”，{corrected.reason}")
        if result.outcome is Outcome.UNMATCHED and looks_like_a_code(text):
            return replace(result, reason="代码里有字母（O 或 l），请改成数字")
        return result

    def _agreeing(self, digits: str, name: str, context: str, wants: Kind) -> Resolution:
        """A code and a name in the same cell count when both say the same."""
        code, named = self._code(digits, ""), self._written(name, context, wants)
        same = (
            code.settles
            and named.settles
            and (code.unit, code.township) == (named.unit, named.township)
        )
        if same:
            return replace(named, reason="代码与名称一致")
        return self._open(_places((code, named)), "单元格里的代码与名称不一致")

    def _read(self, text: str, context: str, wants: Kind) -> Resolution:
        readings = list(self._readings(text, 0, ()))
        if not readings:
            return self._open(self._similar(text), "名录中没有这个名称", Outcome.UNMATCHED)
        best = min(self._rank(tokens, wants) for tokens, _ in readings)
        results = {self._placed(list(tokens), context, wants, rest)
                   for tokens, rest in readings if self._rank(tokens, wants) == best}
        places = {(result.unit, result.township) for result in results}
        if len(results) == 1 or (len(places) == 1 and all(result.settles for result in results)):
            return min(results, key=lambda one: (not one.settles, one.village == "", one.reason))
        return self._open(_places(results), "这个名称有几种读法",
                          one_of=all(result.unit for result in results))

    def _rank(self, tokens: tuple[Token, ...], wants: Kind) -> tuple[int, ...]:
        """The reading with the fullest and longest names first; in a unit column a unit before a
        township.
        """
        forms = [token.meaning.form for token in tokens]
        return (forms.count(Form.GENERAL), forms.count(Form.SHORT), len(tokens), 0
                if wants is Kind.TOWNSHIP or any(token.meaning.kind is Kind.UNIT
                                                 for token in tokens) else 1)

    def _readings(self, text: str, start: int,
                  before: tuple[Token, ...]) -> Iterator[tuple[tuple[Token, ...], str]]:
        """Every way to take the text apart to its end, and what remains behind a township written
        in full.
        """
        if start == len(text):
            if any(token.meaning.kind is not Kind.FILLER for token in before):
                yield before, ""
            return
        more = False
        for token in self._words.tokens_at(text, start):
            for reading in self._readings(text, start + len(token.text), (*before, token)):
                more = True
                yield reading
        if not more and before and self._may_go_on(before[-1], text[start:]):
            yield before, text[start:]

    def _may_go_on(self, last: Token, rest: str) -> bool:
        if last.meaning.kind is not Kind.TOWNSHIP or last.meaning.form is not Form.FULL:
            return False
        if self._villages.within(rest, last.meaning.codes):
            return True
        if len(last.meaning.codes) > 1 or not _ADDRESS.fullmatch(rest):
            return False
        return not any(name in rest for name, _ in self._words.full_names())

    def _placed(self, tokens: list[Token], context: str, wants: Kind, rest: str = "") -> Resolution:
        """The place all tokens together stand for."""
        meanings = [token.meaning for token in tokens]
        towns = [meaning for meaning in meanings if meaning.kind is Kind.TOWNSHIP]
        units = [meaning for meaning in meanings if meaning.kind is Kind.UNIT]
        if towns:
            if all(town.form is Form.SHORT for town in towns) and any(
                one.kind is Kind.PARK for one in meanings
            ):
                return self._open(frozenset().union(*(town.codes for town in towns)),
                                  "园区的名称，不能确定是不是乡镇的")
            return self._in_township(towns, units, context, rest)
        park = next((token for token in tokens if token.meaning.kind is Kind.PARK), None)
        named = [next(iter(meaning.codes)) for meaning in units]
        if park is not None:
            return self._in_park(park, named, context)
        if not named:
            return Resolution(Outcome.RESOLVED, self._lists.city_code, reason="写的是全市")
        return self._in_unit(tokens, named, context, wants)

    def _in_township(self, towns: list[Meaning], units: list[Meaning], context: str,
                     rest: str) -> Resolution:
        union = frozenset().union(*(meaning.codes for meaning in towns))
        codes = frozenset.intersection(*(meaning.codes for meaning in towns))
        if not codes:
            return self._open(union, "写了几个乡镇（街道）")
        villages = self._villages.within(rest, codes) if rest else frozenset()
        if villages:
            codes = frozenset(self._words.last(self._villages.by_code[village].township_code)
                              for village in villages)
        prefix = [next(iter(meaning.codes)) for meaning in units]
        chosen = (
            self._chosen(codes, prefix)
            if prefix
            else self._chosen(codes, [context] if context else [])
        )
        if len(codes) > 1 and len(chosen) != 1:
            return self._open(codes, "已拆分或有重名，不能确定是哪一个", one_of=True)
        code = next(iter(chosen or codes))
        if prefix and not chosen:
            return self._open(codes, "所写的县区与乡镇（街道）不符")
        if not chosen and context and all(meaning.form is not Form.FULL for meaning in towns):
            return self._open(codes, "只写了简称，又与本行的县区不符")
        reason = f"按名称对上，其后的“{rest}”没有用到" if rest else "按名称对上"
        if len(villages) == 1:
            return self._at_village(next(iter(villages)), "按乡镇和村（社区）名称对上")
        return Resolution(Outcome.RESOLVED, self._towns[code].unit_code, code, reason=reason)

    def _chosen(self, codes: frozenset[str], units: list[str]) -> frozenset[str]:
        """Those that lie in the unit, or else in its county."""
        counties = {self._units[unit].county_code for unit in units}
        own = frozenset(code for code in codes if self._towns[code].unit_code in units)
        return own or frozenset(code for code in codes if self._towns[code].county_code in counties)

    def _in_park(self, park: Token, named: list[str], context: str) -> Resolution:
        listed = park.meaning.codes
        if listed:
            if len(listed) == 1 and (not named or self._same_county(named[-1], next(iter(listed)))):
                return Resolution(Outcome.RESOLVED, next(iter(listed)),
                                  reason="园区、农场不是乡镇，按所在县区（功能区）计")
            return self._open(listed, "归哪个县区（功能区）管理不能确定")
        county = named[-1] if named else context
        if not county:
            return self._open({unit.code for unit in self._units.values()
                               if park.text in unit.name}, "各县区都有开发区、园区，没有写是哪一个")
        rivals = {unit.code for unit in self._units.values() if unit.kind is UnitKind.ZONE
                  and unit.county_code == county and unit.code != county
                  and any(name.endswith(park.text)
                          for name in (unit.name, unit.short_name, *unit.aliases))}
        if rivals:
            return self._open({county, *rivals}, "可能是县区自己的园区，也可能是功能区")
        return Resolution(Outcome.RESOLVED, county, reason="县区自己的开发区、园区，按县区计")

    def _in_unit(self, tokens: list[Token], named: list[str], context: str,
                 wants: Kind) -> Resolution:
        zones = {unit for unit in named if self._units[unit].kind is UnitKind.ZONE}
        counties = {unit for unit in named if self._units[unit].kind is UnitKind.COUNTY}
        if len(zones) > 1 or len(counties) > 1:
            return self._open(set(named), "写了几个县区")
        code = next(iter(zones or counties))
        general = zones and any(
            token.meaning.kind is Kind.UNIT and is_park_word(token.text) for token in tokens
        )
        county = next(iter(counties), context if wants is Kind.TOWNSHIP else "")
        if general and county and county != code:
            # a county writes 经开区 for its own, whatever zone has that for its short name
            if self._same_county(county, code):
                return self._open({county, code}, "可能是县区自己的园区，也可能是功能区")
            return Resolution(Outcome.RESOLVED, county, reason="县区自己的开发区、园区，按县区计")
        if zones and counties and not self._same_county(code, next(iter(counties))):
            return self._open(set(named), "写了几个县区")
        return Resolution(Outcome.RESOLVED, code, reason="按名称对上")

    def _same_county(self, one: str, other: str) -> bool:
        return one == other or self._units[one].county_code == self._units[other].county_code

    def _similar(self, text: str) -> set[str]:
        """Codes of names contained in the text or sharing its first two characters: to look at,
        never to take.
        """
        return {code for name, meaning in self._words.full_names() for code in meaning.codes
                if name in text or (len(text) > 1 and len(name) <= len(text) + 1
                                    and name.startswith(text[:2]))}

    def _open(self, places: Iterable[str], reason: str, outcome: Outcome = Outcome.AMBIGUOUS, *,
              one_of: bool = False) -> Resolution:
        """Not decided. `one_of`: it is certainly one of the places, so that their common unit is
        certain too.
        """
        candidates = tuple(sorted(places))
        units = {self._unit_of(place) for place in candidates}
        unit = next(iter(units)) if one_of and len(units) == 1 else ""
        return Resolution(outcome if candidates else Outcome.UNMATCHED, unit,
                          candidates=candidates[:_SHOWN], reason=reason)

    def _unit_of(self, place: str) -> str:
        if place in self._villages.by_code:
            place = self._words.last(self._villages.by_code[place].township_code)
        return self._towns[place].unit_code if place in self._towns else place


def _places(results: Iterable[Resolution]) -> set[str]:
    return {place for result in results
            for place in (result.candidates or (result.township or result.unit,)) if place}


def _lost(clean: str) -> Resolution:
    return Resolution(Outcome.REFUSED, reason=f"“{clean}”是表格软件的科学计数法，后面的数字已经丢失；"
                      "请在原表把该列设为文本后重新填写或导出")
