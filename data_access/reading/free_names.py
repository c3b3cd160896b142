"""Values of a column that is split by but has no list of values (工种): names, or what is none."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from data_access.boundary import shown
from kpi.definitions import Column, ColumnType, Dataset
from kpi.vocabulary import Remark

NO_NAME = "no_name"
_SAMPLES = 3
_FEWEST_CODES = 3
# a list of codes is a way to name things; what is longer is a telephone or an identity number
_CODE = re.compile(r"\d{1,8}")
# figures with or without thousands, a decimal, an exponent or a unit of counting; dates and times
_NUMBER = re.compile(r"[-+−]?[\d,，]*\d(?:\.\d+)?(?:[Ee][-+]?\d+)?\s*(?:[%％]|[个人名元万天次家条]+)?")
_DATE = re.compile(r"\d{1,4}[-/.年]\d{1,2}(?:[-/.月]\d{1,4}日?)?(?:[ T].*)?")
_YES_OR_NO = frozenset(("是", "否", "有", "true", "false", "yes", "no", "y", "n", "√", "×"))


def free_name_remarks(dataset: Dataset, cells: pd.DataFrame) -> tuple[Remark, ...]:
    """One remark for each column whose values are partly no names: figures, dates, yes or no. Their
    rows are counted all the same, split by the value as it stands.

    Plain codes are names where a column has at least three and they are half of its values or more.
    `cells`: of every event; a value's rows are those of the first event split by its column.
    """
    remarks = []
    for column in map(dataset.column, dataset.dimensions):
        if column.type != ColumnType.CODE or column.categories or column.name.endswith("_id"):
            continue
        event = next(one for one in dataset.events if column.name in one.dimensions)
        rows = _rows_by_value(cells[(cells["event"] == event.name).to_numpy()], column.name)
        odd = no_names(tuple(rows))
        if odd:
            remarks.append(_remark(dataset, column, odd, rows))
    return tuple(remarks)


def no_names(values: Sequence[str]) -> tuple[str, ...]:
    """Those of a column's values that name nothing, in their order."""
    codes = {value for value in values if _CODE.fullmatch(value)}
    coded = len(codes) >= _FEWEST_CODES and 2 * len(codes) >= len(values)
    return tuple(value for value in values
                 if not (coded and value in codes) and _names_nothing(value))


def _names_nothing(value: str) -> bool:
    return bool(_NUMBER.fullmatch(value) or _DATE.fullmatch(value)
                or value.casefold() in _YES_OR_NO)


def _rows_by_value(cells: pd.DataFrame, name: str) -> Mapping[str, int]:
    words = cells[name].astype("category").array
    sums = np.bincount(words.codes[words.codes >= 0],
                       weights=cells["rows"].to_numpy()[words.codes >= 0],
                       minlength=len(words.categories))
    return {str(value): int(rows) for value, rows in zip(words.categories, sums, strict=True)
            if rows and value}


def _remark(dataset: Dataset, column: Column, odd: Sequence[str],
            rows: Mapping[str, int]) -> Remark:
    title = column.title or column.name
    # a telephone in the wrong column is counted as it stands, and quoted nowhere
    samples = "、".join(dict.fromkeys(f"“{shown(value)}”" for value in odd[:_SAMPLES]))
    more = f"等 {len(odd)} 种写法" if len(odd) > _SAMPLES else ""
    return Remark(NO_NAME, sum(rows[value] for value in odd), f"{dataset.title} {title}",
                  f"{title}写的是数字、日期或是否（{samples}{more}），不像名称，照常计入，按原样单列；"
                  "请核对是不是别的列。")
