"""Texts that stand for no value."""

from __future__ import annotations

EMPTY_MARKS = frozenset({
    "/", "\\", "-", "--", "—", "——", "－", "–", "无", "空", "暂无", "NULL", "null", "Null", "None", "N/A", "#N/A", "\\N", "nan", "NaN",
    "长期", "长期有效", "永久", "永久有效", "至今", "待定", "未定"})
