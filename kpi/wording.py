"""Figures in words, the office's way: units, decimals, 万, 个百分点. Used by screen, workbook and brief alike."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from kpi.pace import Light
from kpi.plan import Comparator

ABSENT = "—"
LIGHT_WORDS = {Light.MET: "已完成", Light.GREEN: "达序时", Light.YELLOW: "滞后", Light.RED: "严重滞后",
               Light.WATCH: "监测", Light.NO_DATA: "待数据", Light.STALE: "数据陈旧"}
# Shape, word and colour together, so that colour alone never carries the status.
LIGHT_SHAPES = {Light.MET: "●", Light.GREEN: "●", Light.YELLOW: "▲", Light.RED: "■",
                Light.WATCH: "◇", Light.NO_DATA: "○", Light.STALE: "○"}
# Chosen to keep 4.5:1 on white as text and to stay apart for colour-blind readers; tile, map, chart and workbook share them.
LIGHT_COLOURS = {Light.MET: "#1f5fa6", Light.GREEN: "#0b7a5e", Light.YELLOW: "#9c5c00", Light.RED: "#a3123a",
                 Light.WATCH: "#4d5d70", Light.NO_DATA: "#66727f", Light.STALE: "#66727f"}
_MORE_DECIMALS = range(1, 7)


def percent(value: float | None, target: float | None = None, comparator: Comparator = Comparator.AT_LEAST) -> str:
    """A share (0–1) with one decimal; more only where rounding would contradict the comparison with the target.

    0.3996 against 40 % prints 39.96%, because “40.0%” would look met.
    """
    if value is None:
        return ABSENT
    return _rounded(value * 100, None if target is None else target * 100, comparator, "%")


def _rounded(value: float, target: float | None, comparator: Comparator, suffix: str) -> str:
    for decimals in _MORE_DECIMALS:
        text = f"{value:.{decimals}f}"
        if target is None or comparator.satisfied(float(text), target) == comparator.satisfied(value, target):
            return text + suffix
    return f"{value:.{_MORE_DECIMALS[-1]}f}{suffix}"


def count(value: float | None) -> str:
    """A count with thousands separators; a fraction (an expected value) is rounded to a whole."""
    return ABSENT if value is None else f"{value:,.0f}"


def figure(value: float | None, unit: str, target: float | None = None,
           comparator: Comparator = Comparator.AT_LEAST) -> str:
    """A value with its unit for tables and tiles: “46,800个”, “53.4%”, “—”."""
    if value is None:
        return ABSENT
    return percent(value, target, comparator) if unit == "%" else count(value) + unit


def prose(value: float | None, unit: str, target: float | None = None,
          comparator: Comparator = Comparator.AT_LEAST) -> str:
    """A value for a sentence: from 10 000 on in 万 with two decimals (“4.68万个”), whole 万 without (“5万个”)."""
    if value is None or unit == "%" or abs(value) < 10_000:
        return figure(value, unit, target, comparator)
    return f"{value / 10_000:.2f}".rstrip("0").rstrip(".") + "万" + unit


def target_words(target: float | None, unit: str, comparator: Comparator) -> str:
    """“≥40%”, “>50%”, “≥50,000个”; “未设目标” without a target."""
    if target is None:
        return "未设目标"
    sign = ">" if comparator == Comparator.MORE_THAN else "≥"
    return f"{sign}{target * 100:g}%" if unit == "%" else f"{sign}{count(target)}{unit}"


def signed_points(points: float | None) -> str:
    """“+1.9” or “−5.5” 个百分点, with a real minus sign; never “-0.0”."""
    if points is None:
        return ABSENT
    text = f"{abs(points):.1f}"
    return ("−" if points < 0 and float(text) else "+") + text


def signed(change_: float, unit: str) -> str:
    """A change in the value's own unit: “+2,310个”, “−3家”; of a share in points: “+0.3个百分点”; “持平”."""
    if round(change_ * 100, 1) == 0:
        return "持平"
    if unit == "%":
        return f"{signed_points(change_ * 100)}个百分点"
    return f"{'−' if change_ < 0 else '+'}{count(abs(change_))}{unit}"


def against_pace(points: float, against: str = "序时进度") -> str:
    """“高于序时进度1.9个百分点”, “低于…”, “与序时进度持平”."""
    text = f"{abs(points):.1f}"
    if float(text) == 0:
        return f"与{against}持平"
    return f"{'高于' if points > 0 else '低于'}{against}{text}个百分点"


def change(now: float | None, base: float | None) -> str:
    """Relative change: “增长5.0%”, “下降5.0%”, “持平”; “—” when the base is missing or zero."""
    if now is None or base is None or base == 0:
        return ABSENT
    ratio = now / base - 1
    text = f"{abs(ratio) * 100:.1f}%"
    if float(text[:-1]) == 0:
        return "持平"
    return ("增长" if ratio > 0 else "下降") + text


def chinese_date(day: date, with_year: bool = False) -> str:
    """“10月31日”, or “2026年10月31日”."""
    return (f"{day.year}年" if with_year else "") + f"{day.month}月{day.day}日"


def joined(names: list[str], limit: int = 4, wrap: Callable[[str], str] = str) -> str:
    """“沭阳、泗洪等5个” – names joined with 、, cut after `limit`."""
    shown = "、".join(wrap(name) for name in names[:limit])
    return shown if len(names) <= limit else f"{shown}等{len(names)}个"
