"""Why a row is not counted, and in words."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Why a row is not counted: exactly one each, the first that applies, in this order."""

    MISSING_DATE = "missing_date"
    # in place of missing_date where the dataset says so: not an error
    NOT_COMPLETED = "not_completed"
    FUTURE_DATE = "future_date"
    UNKNOWN_DIVISION = "unknown_division"
    BAD_AMOUNT = "bad_amount"
    BAD_VALUE = "bad_value"
    DUPLICATE = "duplicate"
    NOT_GIG = "not_gig"


REASON_NAMES = {
    Reason.MISSING_DATE: "缺日期", Reason.NOT_COMPLETED: "尚未完成", Reason.FUTURE_DATE: "日期在读取日之后",
    Reason.UNKNOWN_DIVISION: "区划不明", Reason.BAD_AMOUNT: "数量无效", Reason.BAD_VALUE: "分类值无效",
    Reason.DUPLICATE: "重复", Reason.NOT_GIG: "非零工",
}
