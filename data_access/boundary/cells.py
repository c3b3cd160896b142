"""What a clerk typed into a cell, as the value of a canonical column, and what is to be noted about
it.

A cell has one of three outcomes: a value, a value with a note (nulled, recognised or unusable, and
counted), or it cannot be read and is named. Nothing is guessed.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from enum import StrEnum
from typing import Any

from data_access.boundary.empty import CELL_MARKS, NO_END
from data_access.boundary.odd_dates import EARLIEST, LATEST
from kpi.definitions import Column, ColumnType

EXPECTED = {ColumnType.DATE: "日期，应形如 2025-03-01", ColumnType.TIMESTAMP: "时间，应形如 2025-03-01 08:30",
            ColumnType.INT: "整数", ColumnType.REAL: "数字", ColumnType.BOOL: "是或否"}
LOST_DIGITS = "完整的编码（位数已丢失）"
NO_IDENTITY = "有效的编号，而各行要靠它区分"
UNSAVED = "是公式，而文件里没有保存它的结果"
ADVICE = {LOST_DIGITS: "请把编码列设为“文本”格式后重新填写", UNSAVED: "公式请用 Excel 或 WPS 打开、重新计算后保存"}
DIVISION_COLUMNS = frozenset({"unit_code", "township_code", "village_code", "county_code",
                              "successor_code"})
AMOUNT_COLUMNS = frozenset({"headcount", "amount"})

_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
                  r"(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_COMPACT_TIME = re.compile(r"(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})")
_OFFSET = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})")
_NOUGHTS = re.compile(r"0{4}[-/.年]?0{1,2}[-/.月]?0{1,2}日?([T\s]+[0:.]+)?")
_LOCAL = timezone(timedelta(hours=8))
_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?")
_GROUPED = re.compile(r"[-+]?\d{1,3}([,，]\d{3})+(\.\d+)?")
_SCIENTIFIC = re.compile(r"\d\.\d+[eE]\+?\d+|\d+[eE]\+\d+")
_TRAILING_NOUGHT = re.compile(r"(\d+)\.0+")
_TRUE = {"是", "true", "1", "yes", "y", "√", "✓", "✔", "☑"}
_FALSE = {"否", "false", "0", "no", "n", "×", "✗", "✘", "☒", "☐"}
TICKS = frozenset("√✓✔☑")
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))
_WIDE = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B),
                                          *range(0xFF41, 0xFF5B))}
_EXACT = 10 ** 15  # a larger number typed into a spreadsheet has lost its last digits


class Note(StrEnum):
    """What is counted and remarked about a cell that was read all the same."""

    EMPTY_MARK = "empty_mark"
    ERROR_VALUE = "error_value"
    PLACEHOLDER_DATE = "placeholder_date"
    EPOCH_DATE = "epoch_date"
    OFFSET_DATE = "offset_date"
    BAD_AMOUNT = "bad_amount"
    CLEANED_CODE = "cleaned_code"
    BAD_FLAG = "bad_flag"
    TICK_BLANK = "tick_blank"


@dataclass(frozen=True)
class Flawed:
    """A cell whose formula ended in an error (`text` is what it shows), or, with no text, has no
    saved value.
    """

    text: str | None


@dataclass(frozen=True)
class Outcome:
    """`value` for the database. `note`: what to count about it. `wrong`: what it is not, in words,
    when it cannot be read.
    """

    value: Any = None
    note: Note | None = None
    wrong: str | None = None


@dataclass(frozen=True)
class Reading:
    """How the cells of one column are read. `marks`: texts that stand for nothing. `mapped`: a
    values table maps them later.

    `identity`: rows are told apart by it, so it is never nulled. `scale`: a number counts so many
    times. `most`: a larger number is no plausible amount.
    """

    column: Column
    marks: frozenset[str] = CELL_MARKS
    mapped: frozenset[str] | None = None
    identity: bool = False
    scale: float = 1.0
    most: float | None = None
    epoch: datetime = field(default_factory=lambda: datetime(1899, 12, 30))

    @property
    def type(self) -> ColumnType:
        return ColumnType.TEXT if self.mapped is not None else self.column.type

    @property
    def is_amount(self) -> bool:
        return self.column.name in AMOUNT_COLUMNS

    def outcome(self, cell: Any) -> Outcome:
        """What a cell means. Grain: one cell. An empty one is a plain null."""
        if isinstance(cell, str):
            cell = cell.strip() if cell.isascii() else cell.translate(_INVISIBLE).strip()
        if cell is None or cell == "":
            return Outcome(wrong=NO_IDENTITY) if self.identity else _NOTHING
        if isinstance(cell, Flawed):
            return (
                Outcome(wrong=UNSAVED)
                if cell.text is None
                else self._nothing(Note.ERROR_VALUE, cell.text)
            )
        if self.mapped is not None:
            cell = self._as_mapped(cell)
            if cell in self.mapped:
                return Outcome(cell)
        if isinstance(cell, str) and cell in self.marks:
            return self._nothing(Note.EMPTY_MARK, cell)
        if self.mapped is not None and self.column.type == ColumnType.BOOL:
            return Outcome(cell, Note.BAD_FLAG)
        try:
            return self._read(cell)
        except (ValueError, OverflowError):
            if self.is_amount:
                return Outcome(None, Note.BAD_AMOUNT)
            return Outcome(wrong=EXPECTED.get(self.type, "有效的内容"))

    def _as_mapped(self, cell: Any) -> str:
        """The text a values table is looked up by; a truth value finds its name however it is spelt
        there.
        """
        text = as_text(cell)
        if isinstance(cell, bool) and self.mapped is not None:
            return next((name for name in sorted(self.mapped) if name.upper() == text), text)
        return text

    def _nothing(self, note: Note, shown: str) -> Outcome:
        """A mark that stands for no value: null, except in what rows are told apart by."""
        if self.identity:
            return Outcome(wrong=NO_IDENTITY)
        if self.column.categories and not self.column.nullable and self.mapped is not None:
            return Outcome(shown, None)  # listed among the unknown category values
        return Outcome(None, Note.BAD_AMOUNT if self.is_amount else note)

    def _read(self, cell: Any) -> Outcome:
        match self.type:
            case ColumnType.DATE:
                return _day(cell, self.epoch)
            case ColumnType.TIMESTAMP:
                return _timestamp(cell, self.epoch)
            case ColumnType.INT | ColumnType.REAL:
                return self._number(cell)
            case ColumnType.BOOL:
                return Outcome(_truth(cell))
            case _:
                return (
                    self._code(cell)
                    if self.column.type == ColumnType.CODE
                    else Outcome(as_text(cell))
                )

    def _number(self, cell: Any) -> Outcome:
        number = _number(cell) * self.scale
        # 12.3456 × 10000 must not become 123456.00000000001
        number = round(number, 6) if self.scale != 1 else number
        if self.most is not None and number > self.most:
            return Outcome(None, Note.BAD_AMOUNT)
        if self.column.type == ColumnType.REAL:
            return Outcome(number)
        if not number.is_integer() or abs(number) >= 2 ** 62:
            raise ValueError(number)
        return Outcome(int(number))

    def _code(self, cell: Any) -> Outcome:
        if isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) >= _EXACT:
            return Outcome(wrong=LOST_DIGITS)
        text = as_text(cell)
        if self.column.categories or self.column.type != ColumnType.CODE:
            return Outcome(text)
        if ("E" in text or "e" in text or not text.isascii()) and _SCIENTIFIC.fullmatch(
            text.translate(_WIDE)
        ):
            return Outcome(wrong=LOST_DIGITS)
        if self.column.name not in DIVISION_COLUMNS:
            return Outcome(text)
        plain = text.translate(_WIDE).lstrip("'’‘`").strip()
        nought = _TRAILING_NOUGHT.fullmatch(plain)
        plain = nought[1] if nought else plain
        return Outcome(plain) if plain == text else Outcome(plain or None, Note.CLEANED_CODE)


_NOTHING = Outcome()


def as_text(value: Any) -> str:
    """Text of a cell; a code typed as a number has no decimal point, a truth value is written as
    spreadsheets show it.
    """
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return str(value).strip()


def _day(value: Any, epoch: datetime) -> Outcome:
    moment, note = _moment(value, epoch)
    return Outcome(None if moment is None else moment.date().isoformat(), note)


def _timestamp(value: Any, epoch: datetime) -> Outcome:
    moment, note = _moment(value, epoch)
    return Outcome(None if moment is None else moment.isoformat(sep=" ", timespec="seconds"), note)


def _moment(value: Any, epoch: datetime) -> tuple[datetime | None, Note | None]:
    """The moment and what to note; (None, a note) for a date that stands for none. Raises
    ValueError.
    """
    if isinstance(value, bool | timedelta):
        raise ValueError(value)
    if isinstance(value, time):
        # serial 0 shown as a date
        return _checked(datetime(1899, 12, 30)) if value == time() else _refuse(value)
    if isinstance(value, datetime):
        return _checked(value)
    if isinstance(value, date):
        return _checked(datetime.combine(value, time()))
    if isinstance(value, int | float):
        return _from_number(float(value), epoch)
    text = unicodedata.normalize("NFKC", str(value)).strip()
    if text in NO_END:
        return None, Note.EMPTY_MARK
    if _NOUGHTS.fullmatch(text):
        return None, Note.PLACEHOLDER_DATE
    if _OFFSET.fullmatch(text):
        return datetime.fromisoformat(text.replace(" ", "T", 1).replace(" ", "")).astimezone(
            _LOCAL
        ).replace(tzinfo=None), Note.OFFSET_DATE
    match = _DAY.fullmatch(text) or _COMPACT.fullmatch(text) or _COMPACT_TIME.fullmatch(text)
    if match is not None:
        return _checked(datetime(*(int(part) for part in match.groups() if part is not None)))  # type: ignore[arg-type]
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    return _from_number(float(text), epoch)


def _refuse(value: Any) -> tuple[datetime | None, Note | None]:
    raise ValueError(value)


def _checked(moment: datetime) -> tuple[datetime | None, Note | None]:
    if EARLIEST <= moment.date() <= LATEST:
        return moment, None
    return None, Note.PLACEHOLDER_DATE


def _from_number(number: float, epoch: datetime) -> tuple[datetime | None, Note | None]:
    """A plain number as a date: a serial of a day within bounds, yyyymmdd, or seconds or
    milliseconds since 1970.
    """
    if not math.isfinite(number):
        raise ValueError(number)
    first, last = ((day - epoch.date()).days for day in (EARLIEST, LATEST))
    if first <= number < last + 1:
        return epoch + timedelta(days=number), None
    if number.is_integer():
        compact = _COMPACT.fullmatch(str(int(number))) or _COMPACT_TIME.fullmatch(str(int(number)))
        if compact is not None:
            return _checked(datetime(*(int(part) for part in compact.groups())))  # type: ignore[arg-type]
    if int(number) == 2_958_465:  # 9999-12-31
        return None, Note.PLACEHOLDER_DATE
    for unit in (1, 1000):
        moment = _since_epoch(number / unit)
        if moment is not None:
            return moment, Note.EPOCH_DATE
    raise ValueError(number)


def _since_epoch(seconds: float) -> datetime | None:
    if not 631_152_000 <= seconds < 4_133_980_800:
        return None
    return datetime.fromtimestamp(seconds, _LOCAL).replace(tzinfo=None)


def _number(value: Any) -> float:
    if isinstance(value, bool | date | time | timedelta):
        raise ValueError(value)
    if not isinstance(value, int | float):
        text = unicodedata.normalize("NFKC", str(value)).strip()
        if _GROUPED.fullmatch(text):
            text = text.replace(",", "")
        if not _NUMBER.fullmatch(text):
            raise ValueError(text)
        value = text
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(value)
    return number


def _truth(value: Any) -> int:
    text = as_text(value).lower()
    if text in _TRUE:
        return 1
    if text in _FALSE:
        return 0
    raise ValueError(value)
