"""The distinct places a source's rows give, each with what it stands for, and the remarks about
them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from data_access.boundary.division_names import EMPTY, DivisionNames, Outcome, Resolution
from kpi.vocabulary import Remark

SHOWN = 20  # spellings with a remark of their own, the most frequent; the others share one
Key = tuple[str | None, str | None, str | None]

RESOLVED, OPEN, LOST, VILLAGE = (
    "division_resolved",
    "division_open",
    "division_digits_lost",
    "village_open",
)


@dataclass(frozen=True)
class RawPlace:
    """Rows that give this unit, township and village, as the source has them; None: null, or no
    such column.
    """

    unit: str | None
    township: str | None
    village: str | None
    rows: int

    @property
    def key(self) -> Key:
        return (self.unit, self.township, self.village)


@dataclass(frozen=True)
class Places:
    """`table`: (unit, township, village) as given → what it counts as; what is not resolved stays
    as given.
    """

    table: Mapping[Key, Key]
    remarks: tuple[Remark, ...]

    def pair(self, unit: str | None, township: str | None) -> tuple[str | None, str | None]:
        """Unit and township that rows with this unit and township count as, if it is the same for
        all their villages.
        """
        meant = self._pairs.get((unit, township), set())
        return next(iter(meant)) if len(meant) == 1 else (unit, township)

    @cached_property
    def _pairs(self) -> Mapping[tuple[str | None, str | None], set[tuple[str | None, str | None]]]:
        pairs: dict[tuple[str | None, str | None],
                    set[tuple[str | None, str | None]]] = defaultdict(set)
        for given, meant in self.table.items():
            pairs[given[:2]].add(meant[:2])
        return pairs

    @property
    def changed(self) -> Mapping[Key, Key]:
        """Only those that count as something else than they say."""
        return {given: meant for given, meant in self.table.items() if given != meant}


@dataclass(frozen=True)
class _Found:
    unit: Resolution
    township: Resolution
    village: Resolution


def resolve_places(names: DivisionNames, raw: Iterable[RawPlace], where: str, *,
                   by_village: bool = False) -> Places:
    """What each place of a dataset counts as, with one remark per spelling. `where`: what the
    remarks call the dataset.

    `by_village`: a row with neither unit nor township counts in the township of its listed village.
    """
    table: dict[Key, Key] = {}
    noted: dict[tuple[str, str, str, str], int] = defaultdict(int)
    for place in raw:
        looked_up = _look_up(names, place)
        table[place.key] = _meant(names, place, looked_up, by_village)
        for column, text, result in (("县区", place.unit, looked_up.unit),
                                     ("乡镇", place.township, looked_up.township),
                                     ("村（社区）", place.village, looked_up.village)):
            code = _remark_code(column, text, result, names.lists.all_villages)
            if code:
                noted[code, column, str(text), _sentence(names, code, column, str(text),
                                                         result)] += place.rows
    return Places(table, _remarks(noted, where))


def _look_up(names: DivisionNames, place: RawPlace) -> _Found:
    unit = names.unit(place.unit)
    township = names.township(place.township, unit.unit)
    if place.village is None:
        return _Found(unit, township, EMPTY)
    within = (township.township,) if township.township else township.candidates or (unit.township,)
    village = names.village(place.village, within)
    # a community decides which part of a split township it was
    if (
        township.outcome is Outcome.AMBIGUOUS
        and village.village
        and village.township in township.candidates
    ):
        township = village
    return _Found(unit, township, village)


def _meant(names: DivisionNames, place: RawPlace, looked_up: _Found, by_village: bool) -> Key:
    unit, township, village = looked_up.unit, looked_up.township, looked_up.village
    code = _as_counted(place.township, township, township.township)
    if township is EMPTY and unit.township:
        code = unit.township
    if by_village and township is EMPTY and unit is EMPTY and village.village:
        code = village.township
    own = _as_counted(place.unit, unit, unit.unit)
    if (
        township.unit
        and not township.township
        and (not unit.unit or names.lies_in(township.unit, own))
    ):
        own = township.unit
    return (
        own,
        code,
        _as_counted(place.village, village, village.village) if village.village else place.village,
    )


def _as_counted(given: str | None, result: Resolution, code: str) -> str | None:
    """The code; null for a cell that says nothing or nothing of this kind; else as given, so that
    it is listed.
    """
    if code:
        return code
    return None if result.settles or result.outcome is Outcome.EMPTY else given


def _remark_code(column: str, text: str | None, result: Resolution, all_villages: bool) -> str:
    if text is None or result.outcome in (Outcome.EMPTY, Outcome.LISTED):
        return ""
    if result.outcome is Outcome.REFUSED:
        return LOST
    if column == "村（社区）":
        # where only the central villages are listed, a code of another one is nothing to mend
        listed = result.settles and (
            text == result.village or (len(text) == 12 and text.isdigit() and not all_villages)
        )
        return "" if listed else RESOLVED if result.village else VILLAGE
    return RESOLVED if result.settles else OPEN


def _sentence(names: DivisionNames, code: str, column: str, text: str, result: Resolution) -> str:
    if code == LOST:
        return f"{column}{result.reason}。这些行按没有写{column}处理。"
    if code == RESOLVED:
        place = result.village or result.township or result.unit
        return f"{column}“{text}”按 {place} {names.name(place)} 计（{result.reason}）。不对时请在原表改写为代码。"
    candidates = "、".join(f"{place} {names.name(place)}" for place in result.candidates)
    sure = f"，按{names.name(result.unit)}计，不分到乡镇" if result.unit and not result.township else ""
    listed = f"；可能是 {candidates}" if candidates else ""
    return f"{column}“{text}”对不上名录：{result.reason}{listed}{sure}。请在原表改写为名录中的名称或代码。"


def _remarks(noted: Mapping[tuple[str, str, str, str], int], where: str) -> tuple[Remark, ...]:
    grouped: dict[tuple[str, str], list[tuple[int, str, str]]] = defaultdict(list)
    for (code, column, text, sentence), rows in noted.items():
        grouped[code, column].append((rows, text, sentence))
    remarks = []
    for (code, column), lines in sorted(grouped.items()):
        ordered = sorted(lines, key=lambda line: (-line[0], line[1], line[2]))
        remarks += [Remark(code, rows, f"{where} {column}", sentence)
                    for rows, _, sentence in ordered[:SHOWN]]
        rest = ordered[SHOWN:]
        if rest:
            done = "已按名录对上" if code == RESOLVED else "对不上名录，请在原表改写"
            remarks.append(Remark(code, sum(line[0] for line in rest), f"{where} {column}",
                                  f"{column}另有 {len(rest)} 种写法{done}。"))
    return tuple(remarks)
