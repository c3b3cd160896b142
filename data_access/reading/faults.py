"""Values that are not what they say – blanks, marks and dates for "nothing", padded codes, numbers
that are none.

Which faults a dataset has comes from the findings, which a refresh asks for anyway; only a column
that has one is read through an expression that mends it. So the statements of clean data stay as
they are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.sql.expression import ColumnElement

from data_access.boundary import EARLIEST, EMPTY_MARKS, LATEST, personal
from data_access.connect import BLANKS, LiveDataset, bare, days_between, exact, rounded
from kpi.definitions import UPDATED_AT, Column, ColumnType, Dataset
from kpi.vocabulary import InputError, Remark

KIND = "fault"
"""The `kind` of such a finding; `first` is the fault's name, `second` the key of a row that has it."""

EMPTY, NO_IDENTITY, PADDED, NO_DATE = "empty_mark", "no_identity", "padded_code", "placeholder_date"
EARLY_END, IGNORED_END, NUMBERED, UNREADABLE = (
    "end_before_start",
    "closing_ignored",
    "numbered_date",
    "unreadable_date",
)
LATE_BEGIN = "begin_after_end"
AMOUNT, SMALL = "bad_amount", "small_amount"
_BETWEEN = "\x01"  # what no text holds
_PLACES = ("unit_code", "township_code", "village_code")
_BIGGEST = 1e120
"""Whatever is above it is no amount, nor a number of Oracle; so is NaN, which PostgreSQL sorts
above everything.
"""


@dataclass(frozen=True)
class Fault:
    """One kind of fault of one column; `holds`: the rows that have it."""

    code: str
    column: Column
    holds: ColumnElement[bool]

    @property
    def name(self) -> str:
        return f"{self.column.name}:{self.code}"


def faults_of(live: LiveDataset) -> tuple[Fault, ...]:
    """Every fault that is looked for in the dataset, always in the same order."""
    return tuple(Fault(code, column, holds) for column in live.mapping.dataset.columns
                 if column.name in live.given and column.name != UPDATED_AT
                 for code, holds in _LOOKED_FOR[column.type](live, column))


def mask(live: LiveDataset, faults: Sequence[Fault],
         elsewhere: Collection[str] = ()) -> ColumnElement[int]:
    """A number with a bit for every fault a row has. Bits are only made of rows in which a quick
    look finds something.

    `elsewhere`: texts of which only what is none of their listed values can have a fault, left to
    `mask_of`.
    """
    wanted = [bit for bit, fault in enumerate(faults) if fault.column.name not in elsewhere]
    quick = [*_quick(live, faults, wanted), *(faults[bit].holds for bit in wanted
                                              if not _is_text(faults[bit].column))]
    return (
        sa.case(
            (sa.or_(*quick), _bits(faults, wanted)), else_=sa.literal_column("0", sa.BigInteger())
        )
        if quick
        else _bits(faults, [])
    )


def mask_of(faults: Sequence[Fault], names: Collection[str]) -> ColumnElement[int]:
    """The bits of these columns' faults, of a row that is looked at closely anyway."""
    return _bits(faults, [bit for bit, fault in enumerate(faults) if fault.column.name in names])


def _is_text(column: Column) -> bool:
    return column.type in (ColumnType.CODE, ColumnType.TEXT)


def _quick(live: LiveDataset, faults: Sequence[Fault],
           wanted: Sequence[int]) -> list[ColumnElement[bool]]:
    """Whether a row may have one of these faults of texts."""
    columns = {faults[bit].column.name: faults[bit].column for bit in wanted
               if _is_text(faults[bit].column)}
    required = {*live.mapping.dataset.identities, *_required(live.mapping.dataset)}
    quick: list[ColumnElement[bool]] = [live.columns[name].not_in(sorted(column.categories))
                                        for name, column in columns.items() if column.categories]
    quick += [live.columns[name].is_(None) for name in columns if name in required]
    others = [live.columns[name] for name, column in columns.items() if not column.categories]
    return [*quick, _suspicious(live, others)] if others else quick


_Of = Callable[[Any], ColumnElement[Any]]
_END_CHARACTERS: Mapping[str, tuple[_Of, _Of]] = {
    "postgresql": (
        lambda text: sa.func.ascii(text, type_=sa.Integer()),
        lambda text: sa.func.ascii(sa.func.right(text, 1, type_=sa.Text()), type_=sa.Integer()),
    ),
    "sqlite": (
        lambda text: sa.func.unicode(text, type_=sa.Integer()),
        lambda text: sa.func.unicode(
            sa.func.substr(text, -1, 1, type_=sa.Text()), type_=sa.Integer()
        ),
    ),
}
"""The number of the first character of a text, and that of its last one; of an empty one 0, on SQLite null."""


def _suspicious(live: LiveDataset, texts: Sequence[ColumnElement[Any]]) -> ColumnElement[bool]:
    marks = ["", *sorted(marks_of(live))]
    if live.make in _END_CHARACTERS:
        # numbers of characters are had and compared for next to nothing
        blanks, (first, last) = set(map(ord, BLANKS)), _END_CHARACTERS[live.make]
        begins = sorted({ord(mark[0]) for mark in marks if mark} | blanks)
        return sa.or_(*(sa.or_(*([text == ""] if live.make == "sqlite" else []),
                               first(text).in_([0, *begins]), last(text).in_(sorted(blanks)))
                        for text in texts))
    if not _is_mysql(live):
        return sa.or_(*(sa.or_(text != bare(text), _stands_for_nothing(live, text, text))
                        for text in texts))
    # there every look at a text is slow: one at all of them together
    blank = "[[:space:]\u3000\u00a0]"
    pattern = f"{_BETWEEN}({blank}|({'|'.join(map(re.escape, marks))}){_BETWEEN})|{blank}{_BETWEEN}"
    joined = sa.func.concat(_BETWEEN, sa.func.concat_ws(_BETWEEN, *texts), _BETWEEN)
    return joined.op("REGEXP", is_comparison=True)(pattern)


def _bits(faults: Sequence[Fault], which: Sequence[int]) -> ColumnElement[int]:
    total: ColumnElement[Any] = sa.literal_column("0", sa.BigInteger())
    for bit in which:
        total = total + sa.case((faults[bit].holds,
                                 sa.literal_column(str(1 << bit), sa.BigInteger())),
                                else_=sa.literal_column("0", sa.BigInteger()))
    return total


def of_mask(faults: Sequence[Fault], number: int) -> list[str]:
    """The names of the faults whose bits are set."""
    return [fault.name for bit, fault in enumerate(faults) if number >> bit & 1]


def _text_faults(live: LiveDataset, column: Column) -> list[tuple[str, ColumnElement[bool]]]:
    value, dataset = live.columns[column.name], live.mapping.dataset
    if column.name not in _matters(dataset):
        return []
    trimmed = bare(value)
    empty = _stands_for_nothing(live, value, trimmed)
    if column.type == ColumnType.TEXT:
        return [(EMPTY, empty)] if column.nullable else []
    padded = [(PADDED, sa.and_(value != trimmed, sa.not_(empty)))]
    if column.name in dataset.identities:
        return [(NO_IDENTITY, sa.or_(value.is_(None), empty)), *padded]
    if column.name in _required(dataset):
        return [(EMPTY, sa.or_(value.is_(None), empty)), *padded]
    return [(EMPTY, empty), *padded] if column.nullable else padded


def _required(dataset: Dataset) -> frozenset[str]:
    """Codes that matter and must be given, of which no rule excludes a row without: what they are
    split by has it unnamed.
    """
    return frozenset(column.name for column in dataset.columns if column.type == ColumnType.CODE
                     and not column.nullable and not column.categories
                     and column.name in _matters(dataset) and column.name not in dataset.identities)


def _matters(dataset: Dataset) -> frozenset[str]:
    """Texts that decide what a row counts as or where; of a list of divisions and of a register,
    all.
    """
    if dataset.counted_on is None or dataset.register:
        return frozenset(dataset.column_names)
    same = () if dataset.duplicate is None else dataset.duplicate.same
    asked_for = [name for event in dataset.events for name in event.requires]
    return frozenset((*dataset.identities, *same, *dataset.dimensions, *asked_for,
                      *(column.name for column in dataset.columns if column.categories), *_PLACES))


def _date_faults(live: LiveDataset, column: Column) -> list[tuple[str, ColumnElement[bool]]]:
    value, given, dataset = live.columns[column.name], live.given[column.name], live.mapping.dataset
    looked_for = [(NO_DATE, sa.and_(value.is_not(None), sa.not_(_is_day(live, value))))]
    if _is_sqlite(live) and column.name not in live.plain_dates:
        empty = bare(sa.cast(given, sa.Text())).in_(["", *sorted(marks_of(live))])
        unread = sa.and_(given.is_not(None), value.is_(None))
        looked_for += [(EMPTY, sa.and_(unread, empty)),
                       (UNREADABLE, sa.and_(unread, sa.not_(empty))),
                       (NUMBERED, sa.and_(value.between(EARLIEST, LATEST), _is_number(given)))]
    start = column.ignored_before or _start(dataset, column)
    if start:
        early = sa.and_(value < live.columns[start], _is_day(live, value),
                        live.columns[start] <= LATEST)
        looked_for.append((IGNORED_END if column.ignored_before else EARLY_END, early))
    if column.precedes:
        other = live.columns[column.precedes]
        looked_for.append((LATE_BEGIN, sa.and_(value > other, _is_day(live, value),
                                               other >= EARLIEST)))
    return looked_for


def _is_number(given: ColumnElement[Any]) -> ColumnElement[bool]:
    """SQLite: a number, or a text of one, where a date should stand; 8, 12 or 14 digits are a day
    as systems write it.
    """
    text = bare(sa.cast(given, sa.Text()))
    points = sa.func.length(text) - sa.func.length(sa.func.replace(text, ".", ""))
    digits = sa.and_(sa.func.glob("*[^0-9.]*", text) == 0, points <= 1,
                     sa.func.length(text).not_in((8, 12, 14)))
    return sa.or_(sa.func.typeof(given).in_(("integer", "real")), digits)


def _start(dataset: Dataset, column: Column) -> str:
    """The counting date, of a column with the end of what it begins."""
    ends = {event.on for event in dataset.events if event.kind == "later"} | {
        event.ended for event in dataset.events if event.ended} | (
            {dataset.overlaps.ends} if dataset.overlaps else set())
    return (
        dataset.counted_on or ""
        if column.name in ends and column.name != dataset.counted_on and not column.precedes
        else ""
    )


def _is_day(live: LiveDataset, day: ColumnElement[Any]) -> ColumnElement[bool]:
    """Dates that do not stand for none; null for null."""
    within = day.between(EARLIEST, LATEST)
    # MariaDB and MySQL also keep a day 0 of a month; it is no days from any other
    return (
        sa.and_(within, days_between(day, sa.literal(EARLIEST, sa.Date())).is_not(None))
        if _is_mysql(live)
        else within
    )


def _number_faults(live: LiveDataset, column: Column) -> list[tuple[str, ColumnElement[bool]]]:
    value, given, dataset = live.columns[column.name], live.given[column.name], live.mapping.dataset
    bad: list[ColumnElement[bool]] = []
    if isinstance(given.type, sa.Numeric | sa.Float | sa.types.NullType) or _is_sqlite(live):
        bad.append(sa.or_(value > _BIGGEST, value < -_BIGGEST))
        # a column of SQLite holds what it was given, whatever it is declared as
        if column.type == ColumnType.INT and (_is_sqlite(live)
                                              or not isinstance(given.type, sa.Integer)):
            bad.append(sa.and_(value.between(-_BIGGEST, _BIGGEST), value != rounded(value)))
    if _is_sqlite(live):
        bad.append(sa.and_(given.is_not(None), value.is_(None)))
    if column.name == dataset.amount and dataset.most is not None:
        bad.append(value > dataset.most)
    looked_for = [(AMOUNT, sa.or_(*bad))] if bad else []
    if (column.name == dataset.amount and column.type == ColumnType.REAL
            and dataset.reported is None):
        looked_for.append((SMALL, sa.and_(value > 0, value < 1)))
    return looked_for


def _no_faults(_live: LiveDataset, _column: Column) -> list[tuple[str, ColumnElement[bool]]]:
    return []  # a flag that is neither is listed with its value


_LOOKED_FOR: Mapping[
    ColumnType, Callable[[LiveDataset, Column], list[tuple[str, ColumnElement[bool]]]]
] = {
    ColumnType.CODE: _text_faults,
    ColumnType.TEXT: _text_faults,
    ColumnType.DATE: _date_faults,
    ColumnType.INT: _number_faults,
    ColumnType.REAL: _number_faults,
    ColumnType.BOOL: _no_faults,
    ColumnType.TIMESTAMP: _no_faults,
}


def marks_of(live: LiveDataset) -> frozenset[str]:
    """Texts that stand for nothing in this dataset."""
    return EMPTY_MARKS | live.mapping.empty


def _stands_for_nothing(live: LiveDataset, value: ColumnElement[Any],
                        trimmed: ColumnElement[Any]) -> ColumnElement[bool]:
    """Texts that are blank or a mark; null, or false, for null."""
    marks = sorted(marks_of(live))
    if not live.empty_is_null:
        return trimmed.in_(["", *marks])
    # there a text of blanks is null without them, and a list with an empty text is one with a null,
    # of which the database never says that something is not in it
    blank = sa.and_(value.is_not(None), bare(value).is_(None))
    return sa.or_(blank, sa.and_(trimmed.is_not(None), trimmed.in_(marks)))


def _is_mysql(live: LiveDataset) -> bool:
    return live.make in ("mysql", "mariadb")


def _is_sqlite(live: LiveDataset) -> bool:
    return live.make == "sqlite"


def cleaned(live: LiveDataset, opened: Connection, names: Iterable[str]) -> LiveDataset:
    """The dataset with the columns that have these faults mended; itself when there are none.

    Raises InputError when a column of dates holds what is none.
    """
    codes: dict[str, set[str]] = {}
    for name in names:
        column, _, code = name.partition(":")
        codes.setdefault(column, set()).add(code)
    if not codes:
        return live
    _refuse_unreadable(live, opened, [column for column, having in codes.items()
                                      if UNREADABLE in having])
    columns = dict(live.columns)
    # a date that is ignored before another one is compared with what that one is after mending
    for column in sorted(codes,
                         key=lambda name: bool(live.mapping.dataset.column(name).ignored_before)):
        if column in columns:
            columns[column] = _mended(live, columns, live.mapping.dataset.column(column),
                                      codes[column])
    return replace(live, columns=columns)


def _mended(live: LiveDataset, columns: Mapping[str, ColumnElement[Any]], column: Column,
            codes: set[str]) -> ColumnElement[Any]:
    value = columns[column.name]
    if column.type in (ColumnType.CODE, ColumnType.TEXT):
        plain = bare(value) if column.type == ColumnType.CODE else value
        if codes & {EMPTY, NO_IDENTITY}:
            plain = sa.case((_stands_for_nothing(live, value, bare(value)), sa.null()), else_=plain)
        return sa.type_coerce(plain, sa.String()) if live.make == "postgresql" else exact(plain)
    if column.type == ColumnType.DATE:
        holds = _is_day(live, value)
        if IGNORED_END in codes:
            holds = sa.and_(holds, sa.or_(columns[column.ignored_before].is_(None),
                                          value >= columns[column.ignored_before]))
        return sa.type_coerce(sa.case((holds, value), else_=sa.null()), sa.Date())
    whole = value == rounded(value) if column.type == ColumnType.INT else sa.true()
    return sa.type_coerce(sa.case((sa.and_(value.between(-_BIGGEST, _BIGGEST), whole), value),
                                  else_=sa.null()), value.type)


def _refuse_unreadable(live: LiveDataset, opened: Connection, names: Sequence[str]) -> None:
    for fault in faults_of(live):
        if fault.code == UNREADABLE and fault.column.name in names:
            mapping, name = live.mapping, fault.column.name
            given = sa.cast(live.given[name], sa.Text())  # a number is none of the driver's dates
            example = opened.execute(sa.select(given).select_from(live.selectable).where(
                fault.holds).limit(1)).scalar()
            shown = (
                "有的内容"
                if personal([str(example)], is_key=False)
                else f"写的是“{str(example)[:30]}”，"
            )
            raise InputError(
                f"{mapping.where}：列 {mapping.their_column(name)}（对应 {name}）{shown}不是日期；"
                "请把这一列改成 2025-03-01 这样的日期，或在 sources.toml 中改用 query 换算。")


def all_cleaned(live: LiveDataset, opened: Connection) -> tuple[LiveDataset, tuple[Remark, ...]]:
    """A list of divisions with its faults mended, by one statement, and the remarks about them."""
    faults = faults_of(live)
    rows = sa.select(mask(live, faults).label("faults"),
                     live.columns[live.mapping.dataset.key].label("key")).select_from(
                         live.selectable).subquery("given")
    some = opened.execute(sa.select(rows.c.faults, sa.func.count(), sa.func.min(rows.c.key)).where(
        rows.c.faults > 0).group_by(rows.c.faults)).all()
    frame = pd.DataFrame([(0, KIND, name, None if key is None else str(key), int(count))
                          for number, count, key in some for name in of_mask(faults, int(number))],
                         columns=["slice", "kind", "first", "second", "rows"])
    return cleaned(live, opened, frame["first"].unique()), fault_remarks(frame, live)


Sum = tuple[str, str | None, str | None, int]


def finding_sums(findings: pd.DataFrame) -> list[Sum]:
    """(kind, first, second, rows) of the findings over all slices, each once. Without pandas: there
    are a few dozen of them, and to have them grouped takes longer than all else done with them.
    """
    sums: Counter[tuple[str, str | None, str | None]] = Counter()
    columns = (findings[name].tolist() for name in ("kind", "first", "second", "rows"))
    for kind, first, second, rows in zip(*columns, strict=True):
        sums[str(kind), _given(first), _given(second)] += int(rows)
    return [(*finding, rows) for finding, rows in sums.items()]


def _given(value: Any) -> str | None:
    return None if value is None or value != value else str(value)


def fault_names(findings: pd.DataFrame) -> list[str]:
    """The faults that were met."""
    return sorted({str(name) for kind, name, *_ in finding_sums(findings) if kind == KIND})


def fault_remarks(findings: pd.DataFrame, live: LiveDataset) -> tuple[Remark, ...]:
    """One remark per fault that was met."""
    met: dict[str, list[tuple[str | None, int]]] = {}
    for kind, name, key, rows in finding_sums(findings):
        if kind == KIND:
            met.setdefault(str(name), []).append((key, rows))
    remarks = []
    for name, rows_by_key in sorted(met.items()):
        column, _, code = name.partition(":")
        keys = sorted(key for key, _ in rows_by_key if key is not None)
        remarks.append(_remark(live, live.mapping.dataset.column(column), code,
                               sum(rows for _, rows in rows_by_key), keys[0] if keys else None))
    return tuple(remarks)


def _remark(live: LiveDataset, column: Column, code: str, count: int, key: str | None) -> Remark:
    dataset = live.mapping.dataset
    title = column.title or column.name
    start = column.ignored_before or dataset.counted_on
    begins = "" if not start else dataset.column(start).title or start
    ends = "" if not column.precedes else dataset.column(column.precedes).title or column.precedes
    uncounted = "，这些行不计入" if column.name in (dataset.counted_on, dataset.amount) else ""
    above = (
        f"、大于 {dataset.most:,.0f}"
        if column.name == dataset.amount and dataset.most is not None
        else ""
    )
    texts = {
        EMPTY: f"{title}没有填，或是“/”“无”一类的记号，这些行照常计入，但没有{title}；请补上"
        if column.name in _required(dataset)
        else f"{title}是空白或“/”“无”一类的记号，按没有填处理；其实有内容的请补上",
        NO_IDENTITY: f"{title}没有填，或是“/”“无”一类的记号，分不清是哪一个，这些行不计入；请补上",
        PADDED: f"{title}前后有空格，去掉空格后再比对；请在原表中去掉",
        NO_DATE: f"{title}早于 {EARLIEST.year} 年或晚于 {LATEST.year} 年，不是真的日期，按没有填处理{uncounted}；请核对",
        EARLY_END: f"{title}早于{begins}，仍按登记的日期和通常的规则计；请核对",
        LATE_BEGIN: f"{title}晚于{ends}，相隔天数按 0 计；请核对",
        IGNORED_END: f"{title}早于{begins}，这个{title}不算；请核对",
        NUMBERED: f"{title}写成了数字（日期序号或时间戳），已换算成日期；请核对",
        AMOUNT: f"{title}不是数字、有小数或超出范围{above}，按没有填处理{uncounted}；请核对"
        if column.type == ColumnType.INT
        else f"{title}不是数字或超出范围{above}，按没有填处理{uncounted}；请核对",
        SMALL: f"{title}大于 0 而不足 1，多半是以万为单位填的，照常计入；请核对单位",
    }
    example = (
        ""
        if key is None or column.name == dataset.key
        else f"，例如 {dataset.column(dataset.key).title or dataset.key} {key}"
    )
    return Remark(code, count, f"{dataset.title} {title}", f"{texts.get(code, title)}{example}。")
