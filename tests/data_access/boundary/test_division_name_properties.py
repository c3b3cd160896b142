"""Every official name in every decorated form stands for itself or is left open, in 宿迁, elsewhere
and in the province.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest

from data_access.boundary import DivisionLists, DivisionNames, Outcome, Resolution, lists_of
from kpi.vocabulary.division import Geography, ManagingUnit, Township, UnitKind
from reference import province
from tests.data_access.boundary.lists import elsewhere_lists, suqian, suqian_lists

Decorated = Callable[[str], str]

AROUND: tuple[Decorated, ...] = (str, lambda name: f" {name}　", lambda name: f"'{name}",
                                 lambda name: f"“{name}”", lambda name: f"（{name}）",
                                 lambda name: "　".join(name), lambda name: f"{name}人民政府",
                                 lambda name: f"{name}党群服务中心", lambda name: f"{name}人社局",
                                 lambda name: f"原{name}", lambda name: f"{name}（{name}）",
                                 lambda name: f"{name}-{name}")
BEFORE = ("东", "西", "南", "北", "新", "老", "大", "小", "上", "下")


def _province(city: province.City) -> DivisionLists:
    units = tuple(ManagingUnit(row["unit_code"], row["name"], row["short_name"],
                               UnitKind(row["kind"]), row["county_code"], None, row["sort_order"])
                  for row in province.unit_rows(city.code))
    towns = tuple(Township(row["township_code"], row["name"], row["unit_code"], row["county_code"],
                           row["kind"]) for row in province.township_rows(city.code))
    return lists_of(Geography(city.code, city.name, units, towns))


CITIES = {"宿迁": suqian_lists, "另一座城市": elsewhere_lists,
          **{f"江苏 {city.short_name}": (lambda city=city: _province(city))
             for city in province.cities() if city.short_name in ("徐州", "苏州", "盐城", "南京")}}


@pytest.fixture(params=CITIES, scope="module")
def lists(request: pytest.FixtureRequest) -> DivisionLists:
    return CITIES[request.param]()


@pytest.fixture(scope="module")
def names(lists: DivisionLists) -> DivisionNames:
    return DivisionNames(lists)


def _last(lists: DivisionLists, code: str) -> str:
    return Geography(lists.city_code, lists.city_name, lists.units, lists.townships).final_township[
        code]


def _stem(name: str) -> str:
    return name.removesuffix("街道").removesuffix("镇").removesuffix("乡")


def _forms(lists: DivisionLists, town: Township) -> Iterator[str]:
    unit = next(one for one in lists.units if one.code == town.unit_code)
    county = next(one for one in lists.units if one.code == town.county_code)
    for around in AROUND:
        yield around(town.name)
    for before in (unit.name, county.name, f"{lists.city_name}{county.name}", f"{county.name}/",
                   f"{lists.city_name} "):
        yield before + town.name
    yield f"{town.name}（{county.name}）"
    yield _stem(town.name)
    if town.name.endswith("街道"):
        yield from (_stem(town.name) + office for office in ("街道办", "街道办事处", "办事处"))


def test_a_township_stands_for_itself_or_is_left_open(lists: DivisionLists,
                                                      names: DivisionNames) -> None:
    outcome: Counter[bool] = Counter()
    finals = {town.code: _last(lists, town.code) for town in lists.townships}
    for town in lists.townships:
        for form in _forms(lists, town):
            for context in ("", town.unit_code, lists.units[0].code):
                result = names.township(form, context)
                assert result.township in ("", finals[town.code]), (form, context, result)
                outcome[result.township != ""] += 1
    assert outcome[True] >= 0.9 * outcome.total()


def test_a_township_in_full_is_resolved_with_its_county(lists: DivisionLists,
                                                        names: DivisionNames) -> None:
    for town in lists.townships:
        county = next(one for one in lists.units if one.code == town.county_code)
        twins = [one for one in lists.townships
                 if (one.name, one.county_code) == (town.name, town.county_code)
                 and one.code != town.code]
        if not twins:
            assert names.township(f"{lists.city_name}{county.name}{town.name}").township == _last(
                lists, town.code)


def test_a_code_stands_for_itself_in_every_spelling(lists: DivisionLists,
                                                    names: DivisionNames) -> None:
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    for town in lists.townships:
        code = town.code
        for form in (code, f"{code}000", f"{code}.0", f"'{code}", f"{code}　", code.translate(wide),
                     int(code), float(code), f"{code}{town.name}", f"{town.name}({code})"):
            result = names.township(form)
            assert result.township in (code, _last(lists, code)) or (
                result.candidates and not result.settles
            ), form
    for unit in lists.units:
        for form in (unit.code, f"{unit.code}000000", f"{unit.code}.0", f" {unit.code}",
                     int(unit.code)):
            assert names.unit(form).unit == unit.code


def test_a_unit_stands_for_itself_or_is_left_open(lists: DivisionLists,
                                                  names: DivisionNames) -> None:
    for unit in lists.units:
        for name in {unit.name, unit.short_name, *unit.aliases}:
            for around in AROUND:
                assert names.unit(around(name)).unit in ("", unit.code), (name, around(name))
        assert names.unit(unit.name).unit == unit.code
        assert names.unit(f"{lists.city_name}{unit.name}管委会").unit == unit.code


def test_a_name_inside_another_is_no_match(lists: DivisionLists, names: DivisionNames) -> None:
    listed = {town.name for town in lists.townships} | {one.name for one in lists.former}
    stems = {_stem(name) for name in listed}
    tried = wrong_by_longest_name = 0
    for town in lists.townships:
        for before in BEFORE:
            other = before + town.name
            if other in listed or _stem(other) in stems:
                continue
            tried += 1
            wrong_by_longest_name += _longest_contained(other, listed) == town.name
            result = names.township(other)
            assert not result.settles, (other, result)
    # what a matcher that takes the longest contained name would do
    assert wrong_by_longest_name > 0.9 * tried


def _longest_contained(text: str, listed: set[str]) -> str:
    return max((name for name in listed if name in text), key=len, default="")


def test_two_townships_in_a_cell_are_left_open(lists: DivisionLists, names: DivisionNames) -> None:
    towns = [town for town in lists.townships if _last(lists, town.code) == town.code]
    for one, other in pairwise(towns):
        if one.name != other.name:
            for text in (f"{one.name}、{other.name}", f"{one.name}{other.name}",
                         f"{one.name}（{other.name}）"):
                result: Resolution = names.township(text)
                assert not result.settles, (text, result)


def test_a_former_township_is_where_its_list_says_or_open(names: DivisionNames,
                                                          lists: DivisionLists) -> None:
    for former in lists.former:
        for form in (former.name, former.code, f"{former.code}000", f"原{former.name}",
                     f"{former.name}人民政府"):
            result = names.township(form)
            assert result.township in ("", *(_last(lists, code) for code in former.successors)), (
                form, result)
            if len(former.successors) > 1 or len(former.units) > 1:
                assert not result.settles


def test_a_village_stands_for_itself_within_its_township_or_is_open(
        names: DivisionNames, lists: DivisionLists) -> None:
    right = tried = 0
    for village in lists.villages:
        stem = village.name.removesuffix("居委会").removesuffix("村委会")
        own = ("社区", "社区居委会", "社区居民委员会") if village.name.endswith("居委会") else ("村", "村村民委员会")
        for form in (village.name, village.code, stem, *(stem + suffix for suffix in own),
                     f"{village.name}党群服务中心"):
            result = names.village(form, village.township_code)
            assert result.village in ("", village.code), (form, result)
            tried += 1
            right += result.village == village.code
    assert right >= 0.9 * tried


def test_a_village_and_a_community_of_one_name_are_open_when_only_the_name_is_written() -> None:
    twins = suqian().village("双淮", "321324101")
    assert twins.outcome is Outcome.AMBIGUOUS
    assert len(twins.candidates) == 2
    assert suqian().village("双淮村", "321324101").village == "321324101212"
