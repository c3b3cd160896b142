"""Texts that stand for no value, in files and databases alike; each kind of source adds its own."""

from __future__ import annotations

NOTHING = frozenset({"/", "\\", "-", "--", "—", "——", "－", "–", "无", "空", "暂无", "NULL", "null",
                     "Null", "None", "N/A", "#N/A", "\\N", "nan", "NaN"})
NO_END = frozenset({"长期", "长期有效", "永久", "永久有效", "至今", "待定", "未定"})
"""In a date: nobody has ended it."""
EMPTY_MARKS = NOTHING | NO_END
"""What reads as null in any text of a database."""
CELL_MARKS = NOTHING | {"#NULL!", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!"}
"""What reads as null in any cell of a file: a failed formula too; `NO_END` only in dates."""
