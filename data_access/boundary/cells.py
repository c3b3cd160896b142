"""What a clerk typed into a cell, as the value of a canonical type."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from kpi.definitions.shipped_datasets import ColumnType

EXCEL_EPOCH = datetime(1899, 12, 30)
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIALS = range(1, 2_958_466)  # 1900-01-01 … 9999-12-31
_TRUE, _FALSE = {"是", "true", "1", "yes", "y"}, {"否", "false", "0", "no", "n"}
EXPECTED = {ColumnType.DATE: "日期，应形如 2025-03-01", ColumnType.TIMESTAMP: "时间，应形如 2025-03-01 08:30",
            ColumnType.INT: "整数", ColumnType.REAL: "数字", ColumnType.BOOL: "是或否"}


def convert(value: Any, type_: ColumnType, epoch: datetime = EXCEL_EPOCH) -> Any:
    """The value for SQLite: ISO text for dates, 0/1 for yes and no, None for an empty cell.

    Raises ValueError when it cannot be read as that type.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    match type_:
        case ColumnType.DATE:
            return _moment(value, epoch).date().isoformat()
        case ColumnType.TIMESTAMP:
            return _moment(value, epoch).isoformat(sep=" ", timespec="seconds")
        case ColumnType.INT:
            return _whole(_number(value))
        case ColumnType.REAL:
            return _number(value)
        case ColumnType.BOOL:
            return _truth(value)
        case _:
            return as_text(value)


def as_text(value: Any) -> str:
    """Text of a cell; a code typed as a number has no decimal point."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return str(value).strip()


def _moment(value: Any, epoch: datetime) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time())
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _serial(float(value), epoch)
    text = str(value).strip()
    found = _DAY.fullmatch(text) or _COMPACT.fullmatch(text)
    if found is not None:
        return datetime(*(int(part) for part in found.groups() if part is not None))  # type: ignore[arg-type]
    return _serial(float(text), epoch)


def _serial(number: float, epoch: datetime) -> datetime:
    if int(number) not in _SERIALS:
        compact = _COMPACT.fullmatch(str(int(number)))
        if compact is None:
            raise ValueError(number)
        return datetime(*(int(part) for part in compact.groups()))  # type: ignore[arg-type]
    return epoch + timedelta(days=number)


def _number(value: Any) -> float:
    if isinstance(value, bool | date):
        raise ValueError(value)
    number = float(str(value).strip().replace(",", "").replace("，", ""))
    if number != number or number in (float("inf"), float("-inf")):
        raise ValueError(value)
    return number


def _whole(number: float) -> int:
    if not number.is_integer():
        raise ValueError(number)
    return int(number)


def _truth(value: Any) -> int:
    text = as_text(value).lower()
    if text in _TRUE:
        return 1
    if text in _FALSE:
        return 0
    raise ValueError(value)
