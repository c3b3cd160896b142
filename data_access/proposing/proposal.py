"""Which dataset a table is and which of its columns is which, with reasons a clerk can judge.

Pure: a table's shape in, a proposal out. Nothing is proposed twice, nothing personal ever, and what
only looks like a column (开放时间 are hours) is named and passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from data_access.boundary import DivisionNames
from data_access.boundary.cells import AMOUNT_COLUMNS, as_text
from data_access.proposing.evidence import category, placed, readable, says_flag
from data_access.proposing.shape import Shape, ShapeColumn
from data_access.proposing.words import Words, plain, spellings
from kpi.definitions import UPDATED_AT, Column, ColumnType, Dataset, Definitions

_NAMED, _CHECK, _PART, _CONTENT = 100, 60, 40, 30
_READABLE, _PLACED = 0.5, 0.5
_BY_WHOM = re.compile(r"(填报|编制|制表|报送|审核|制单|填表|统计|上报|主管)(单位|部门|机关|人)")
_LEAST_CONTENT = 0.8
_LONGER_BY = 4
_UNITS = (("万", 10_000.0), ("千", 1_000.0), ("亿", 100_000_000.0))


class Sure(StrEnum):
    """How sure a proposal is, as it is shown."""

    YES = "有把握"
    CHECK = "请核对"
    NO = "没有找到"


@dataclass(frozen=True)
class ColumnProposal:
    """What one canonical column is in the table: `theirs`, the name of a column, or `constant`, the
    same for every row; neither when nothing was recognised. `values`: their text → ours;
    `unmapped`: texts nothing is proposed for.
    """

    column: str
    theirs: str | None = None
    constant: str | bool | None = None
    sure: Sure = Sure.NO
    why: str = ""
    values: Mapping[str, str | bool] = field(default_factory=dict)
    unmapped: tuple[str, ...] = ()


@dataclass(frozen=True)
class FalseFriend:
    """A column of the table that only looks like `column`."""

    theirs: str
    column: str
    why: str


@dataclass(frozen=True)
class Proposal:
    """How a table would be read as `dataset`. `columns`: one for each of the dataset's, in its
    order. `personal`: columns of the table nothing may be read from, and why.

    `empty`: texts that stand for nothing. `skip`: of rows that are none. `scale`: canonical column
    → what its numbers are multiplied by. `covers`: the kinds of venue the table is complete for,
    None when nothing says so.
    """

    dataset: str
    columns: tuple[ColumnProposal, ...]
    friends: tuple[FalseFriend, ...] = ()
    personal: Mapping[str, str] = field(default_factory=dict)
    empty: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    scale: Mapping[str, float] = field(default_factory=dict)
    covers: tuple[str, ...] | None = None

    def column(self, name: str) -> ColumnProposal:
        return next(one for one in self.columns if one.column == name)


@dataclass(frozen=True)
class _Match:
    column: Column
    theirs: ShapeColumn
    score: float
    sure: Sure
    why: str


@dataclass(frozen=True)
class Recogniser:
    """What a proposal is made by. `names` None: no lists of divisions, so that their names are not
    recognised.
    """

    words: Words
    names: DivisionNames | None = None

    def datasets(self, shape: Shape, definitions: Definitions) -> tuple[tuple[str, float], ...]:
        """Every dataset with the share of its needed columns the table has, 0–1, the most likely
        first. What the table is called decides between equals, and only then.
        """
        rated = []
        for name, dataset in definitions.datasets.items():
            if dataset.own:
                continue
            matches = self._assigned(shape, dataset)
            needed = [one for one in dataset.columns if not one.nullable and one.name != UPDATED_AT]
            sure = sum(matches[one.name].score >= _CHECK for one in needed if one.name in matches)
            more = sum(one.score >= _CHECK for one in matches.values())
            called = self._called(shape, name)
            share = sure / len(needed) if needed else 0.0
            own = dataset.counted_on in matches
            rated.append((-(share + 0.3 * called + 0.2 * own + 0.01 * more), dataset.order, name,
                          share))
        return tuple((name, share) for _, _, name, share in sorted(rated))

    def propose(self, shape: Shape, dataset: Dataset) -> Proposal:
        """The proposal for a table as one dataset."""
        matches = self._assigned(shape, dataset)
        columns = tuple(self._column(shape, dataset, column, matches.get(column.name))
                        for column in dataset.columns)
        kind = next((one for one in columns if one.column == "kind"), None)
        covers = ((str(kind.constant),) if dataset.register and kind is not None
                  and kind.constant is not None else None)
        return Proposal(dataset.name, columns, tuple(self._friends(shape, dataset, matches)),
                        {one.name: one.personal for one in shape.columns if one.personal},
                        self._empty(matches), shape.skip, _scale(shape, matches), covers)

    # --- which column is which

    def _assigned(self, shape: Shape, dataset: Dataset) -> dict[str, _Match]:
        """The best matches, none of a column twice on either side."""
        matches = [match for column in dataset.columns for theirs in shape.columns
                   if theirs.personal is None
                   and (match := self._match(dataset, column, theirs)) is not None]
        places = {one.name: position for position, one in enumerate(shape.columns)}
        order = {name: position for position, name in enumerate(dataset.column_names)}
        result: dict[str, _Match] = {}
        taken: set[str] = set()
        for match in sorted(matches, key=lambda one: (-one.score, order[one.column.name],
                                                      places[one.theirs.name])):
            if match.column.name not in result and match.theirs.name not in taken:
                result[match.column.name] = match
                taken.add(match.theirs.name)
        return result

    def _match(self, dataset: Dataset, column: Column, theirs: ShapeColumn) -> _Match | None:
        words = self.words.of(dataset, column)
        headings = [text for one in theirs.headings for text in spellings(one)]
        if any(one in words.never for one in headings):
            return None
        share = readable(column, theirs.values, self.words.empty)
        lies = placed(column, theirs.values, self.names)
        if (share is not None and share < _READABLE) or (lies is not None and lies < _PLACED):
            return None
        score, sure, why = _by_heading(words.also, words.check, headings, theirs.name)
        if not score:
            score, sure, why = _by_part(words.also, headings, share, lies, theirs.name)
        if not score and lies is not None and lies >= _LEAST_CONTENT:
            what = "县区、功能区" if column.name == "unit_code" else "乡镇、街道"
            score, sure, why = _CONTENT, Sure.CHECK, f"“{theirs.name}”的内容是{what}的名称或代码"
        if not score:
            return None
        if column.name == dataset.key and _repeats(theirs):
            sure, why = Sure.CHECK, f"{why}；但有重复的内容，请核对"
            score -= 1
        return _Match(column, theirs, score + (share or 0) + (lies or 0), sure, why)

    # --- the reasons

    def _column(self, shape: Shape, dataset: Dataset, column: Column,
                match: _Match | None) -> ColumnProposal:
        if match is None:
            return self._without(shape, dataset, column)
        values, unmapped = self.values(dataset, column, match.theirs)
        sure, why = match.sure, match.why
        if unmapped and not values and len(unmapped) > 3:
            sure, why = Sure.CHECK, f"{why}；内容看不出分类，请核对"
        return ColumnProposal(column.name, match.theirs.name, None, sure, why, values, unmapped)

    def values(self, dataset: Dataset, column: Column,
               theirs: ShapeColumn) -> tuple[dict[str, str | bool], tuple[str, ...]]:
        """What the texts of a column of theirs are among the values of ours, and those nothing is
        proposed for; neither where they read by themselves.
        """
        kinds = [one for one in theirs.kinds or () if one]
        if column.type == ColumnType.BOOL:
            if all(map(says_flag, kinds)):
                return {}, ()
        elif not column.categories or all(one in column.categories for one in kinds):
            return {}, ()
        meanings = self.words.values.get((dataset.name, column.name), {})
        chosen = {one: category(one, meanings) for one in kinds if one not in self.words.empty}
        values = {one: value == "true" if column.type == ColumnType.BOOL else value
                  for one, value in chosen.items() if value is not None}
        return values, tuple(one for one, value in chosen.items() if value is None)

    def _without(self, shape: Shape, dataset: Dataset, column: Column) -> ColumnProposal:
        """A column the table does not have: what the table is called may say it of every row."""
        if column.name == "unit_code":
            return self._unit_of_all(shape)
        meanings = self.words.values.get((dataset.name, column.name), {})
        if not column.nullable and meanings:
            named = {value: text for text in shape.about if not _BY_WHOM.search(text)
                     and (value := category(text, meanings)) is not None}
            if len(named) == 1:
                (value, text), = named.items()
                constant = value == "true" if column.type == ColumnType.BOOL else value
                return ColumnProposal(column.name, None, constant, Sure.CHECK,
                                      f"“{text}”里写着，每行都按它")
        why = "可以没有" if column.nullable or column.name == UPDATED_AT else "必须有，请选一列或填写每行都一样的值"
        return ColumnProposal(column.name, None, None, Sure.NO, why)

    def _unit_of_all(self, shape: Shape) -> ColumnProposal:
        for text in shape.about:
            unit = self.unit_in(text)
            if unit is not None:
                return ColumnProposal("unit_code", None, unit, Sure.CHECK,
                                      f"“{text}”里写着{self._name(unit)}，每行都按它")
        return ColumnProposal("unit_code", None, None, Sure.NO, "有乡镇的按乡镇计；两样都没有的行不计入（区划不明）")

    def _name(self, unit: str) -> str:
        return unit if self.names is None else self.names.name(unit)

    def unit_in(self, text: str) -> str | None:
        """The one unit a file, sheet or title names; None when it names none, or several."""
        if self.names is None:
            return None
        resolved = self.names.unit(text)
        if resolved.settles and resolved.unit and not resolved.township:
            return None if resolved.unit == self.names.lists.city_code else resolved.unit
        given = plain(text)
        spans = {unit.code: max((len(name) for name in (unit.name, unit.short_name, *unit.aliases)
                                 if len(name) > 1 and plain(name) in given), default=0)
                 for unit in self.names.lists.units}
        named = [code for code, length in spans.items() if length]
        return named[0] if len(named) == 1 else None

    def _friends(self, shape: Shape, dataset: Dataset,
                 matches: Mapping[str, _Match]) -> Iterator[FalseFriend]:
        used = {one.theirs.name for one in matches.values()}
        for theirs in shape.columns:
            if theirs.personal is not None or theirs.name in used:
                continue
            headings = [text for one in theirs.headings for text in spellings(one)]
            for column in dataset.columns:
                words = self.words.of(dataset, column)
                why = next((words.never[one] for one in headings if one in words.never), None)
                if why is None and any(one in words.also or one in words.check
                                       for one in headings):
                    why = self._unlike(column, theirs)
                if why is not None:
                    yield FalseFriend(theirs.name, column.title or column.name, why)
                    break

    def _unlike(self, column: Column, theirs: ShapeColumn) -> str | None:
        share = readable(column, theirs.values, self.words.empty)
        lies = placed(column, theirs.values, self.names)
        if share is not None and share < _READABLE:
            kind = "日期" if column.type in (ColumnType.DATE, ColumnType.TIMESTAMP) else "数字"
            return f"内容多半不是{kind}"
        return "内容多半不是区划" if lies is not None and lies < _PLACED else None

    def _called(self, shape: Shape, dataset: str) -> bool:
        about = " ".join(map(plain, shape.about))
        return any(plain(text) in about for text in self.words.named[dataset])

    def _empty(self, matches: Mapping[str, _Match]) -> tuple[str, ...]:
        """Texts for “nothing” that stand in columns which cannot read them."""
        used = {text for match in matches.values()
                if match.column.type != ColumnType.TEXT
                for text in map(as_text, match.theirs.values) if text in self.words.empty}
        return tuple(sorted(used))


def _by_heading(also: frozenset[str], check: Mapping[str, str], headings: Sequence[str],
                name: str) -> tuple[float, Sure, str]:
    if any(one in also for one in headings):
        return _NAMED, Sure.YES, f"表头“{name}”就是这一列"
    why = next((check[one] for one in headings if one in check), None)
    return (0, Sure.NO, "") if why is None else (_CHECK, Sure.CHECK, f"表头“{name}”：{why}")


def _by_part(also: frozenset[str], headings: Sequence[str], share: float | None,
             lies: float | None, name: str) -> tuple[float, Sure, str]:
    """A heading with a longer name of the column in it, where the content speaks for it."""
    if share is None and lies is None:
        return 0, Sure.NO, ""
    part = max((word for word in also for one in headings
                if len(word) >= 3 and word in one and len(one) <= len(word) + _LONGER_BY),
               key=len, default="")
    return (_PART, Sure.CHECK, f"表头“{name}”里有“{part}”") if part else (0, Sure.NO, "")


def _repeats(theirs: ShapeColumn) -> bool:
    texts = [as_text(value) for value in theirs.values]
    return len(set(texts)) < len(texts)


def _scale(shape: Shape, matches: Mapping[str, _Match]) -> dict[str, float]:
    result = {}
    for name, match in matches.items():
        if name not in AMOUNT_COLUMNS:
            continue
        notes = [text for text in shape.about if "单位" in text]
        unit = next((factor for text in (*match.theirs.headings, *notes)
                     for sign, factor in _UNITS if f"{sign}元" in text or f"（{sign}" in text
                     or f"({sign}" in text or f"{sign}人" in text), None)
        if unit is not None:
            result[name] = unit
    return result
