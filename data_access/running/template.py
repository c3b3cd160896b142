"""What an office has to hand in for a dataset: its columns as a table that opens in a spreadsheet.
"""

from __future__ import annotations

import csv
import io

from kpi.definitions import UPDATED_AT, Column, ColumnType, Definitions
from kpi.vocabulary import InputError

HEADS = ("列名", "中文列名", "类型", "可否为空", "取值", "常见叫法")
TYPE_WORDS = {ColumnType.CODE: "文字", ColumnType.TEXT: "文字", ColumnType.DATE: "日期",
              ColumnType.INT: "整数", ColumnType.REAL: "数字", ColumnType.BOOL: "是/否",
              ColumnType.TIMESTAMP: "时间"}


def template(definitions: Definitions, dataset: str) -> str:
    """CSV: a line of headings, then one line per column. Raises InputError naming the datasets
    there are.
    """
    if dataset not in definitions.datasets:
        raise InputError(f"没有数据集 {dataset}；可用的有 {'、'.join(definitions.datasets)}。")
    content = io.StringIO()
    writer = csv.writer(content, lineterminator="\n")
    writer.writerow(HEADS)
    writer.writerows(_row(column) for column in definitions.datasets[dataset].columns)
    return content.getvalue()


def _row(column: Column) -> tuple[str, ...]:
    # only says how fresh a row is: a system that does not keep it can be read all the same
    empty = "可以没有这一列" if column.name == UPDATED_AT else "可以为空" if column.nullable else "必填"
    values = "；".join(f"{value} {title}" for value, title in column.titles.items()
                      if column.categories)
    return (column.name, column.title, TYPE_WORDS[column.type], empty, values,
            "；".join(column.synonyms))
