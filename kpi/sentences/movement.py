"""What moved a figure, in one sentence, and what to check of a day or unit that is out of line."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from kpi.explaining import Movement, MovementPart, OddDay, OddUnit, PartKind
from kpi.plan import IndicatorPlan
from kpi.vocabulary.area import CITY
from kpi.wording import wording

_NAMED = 3
PART_WORDS = {
    PartKind.LATE: "补报和更正",
    PartKind.RESET: "跨年重新起算",
    PartKind.REMOVED: "冲减和退出",
}


def part_name(part: MovementPart, way_by_unit: bool) -> str:
    """“沭阳”, “按行业”'s category, “冲减和退出”, “市本级（未分县区）”."""
    if part.kind == PartKind.REST:
        return CITY.unassigned if way_by_unit else "未分类"
    return PART_WORDS.get(part.kind, part.name)


def movement_words(movement: Movement, item: IndicatorPlan, *, by_unit: bool) -> str:
    """“9月30日至10月31日，全市发布零工岗位由4.61万个增至4.84万个，增加2,310个：沭阳+860个、泗洪+620个、宿豫+410个，其余合计+520个；
    冲减和退出−100个。”"""
    unit = item.indicator.unit
    span = f"{_day(movement.first, movement.last)}至{wording.chinese_date(movement.last)}"
    head = f"{span}，{movement.division.short_name}{item.name}"
    if not movement.parts:
        return f"{head}没有变化，仍为{wording.prose(float(movement.after), unit)}。"
    moved = (
        f"由{wording.prose(float(movement.before), unit)}变为{wording.prose(float(movement.after), unit)}，"
        f"{_moved(movement.change, unit)}"
    )
    return f"{head}{moved}：{_parts(movement, unit, by_unit)}。"


def _day(day: date, other: date) -> str:
    return wording.chinese_date(day, with_year=day.year != other.year)


def _moved(change: Fraction, unit: str) -> str:
    if change == 0:
        return "增减相抵"
    size = (
        f"{abs(float(change)) * 100:.2f}个百分点"
        if unit == "%"
        else wording.prose(abs(float(change)), unit)
    )
    return (
        f"{'上升' if unit == '%' else '增加'}{size}"
        if change > 0
        else f"{'下降' if unit == '%' else '减少'}{size}"
    )


def _parts(movement: Movement, unit: str, by_unit: bool) -> str:
    own = [
        part
        for part in movement.parts
        if part.kind in (PartKind.UNIT, PartKind.CATEGORY, PartKind.REST)
    ]
    largest = sorted(own, key=lambda part: -abs(part.value))
    named, rest = largest[:_NAMED], largest[_NAMED:]
    texts = (
        ["、".join(f"{part_name(part, by_unit)}{part_words(part.value, unit)}" for part in named)]
        if named
        else []
    )
    if rest:
        texts[0] += f"，其余合计{part_words(sum((part.value for part in rest), Fraction(0)), unit)}"
    texts += [
        f"{part_name(part, by_unit)}{part_words(part.value, unit)}"
        for part in movement.parts
        if part not in own
    ]
    return "；".join(texts)


def part_words(value: Fraction, unit: str) -> str:
    """“+860个”, “−0.31个百分点”: with a sign, of a share in points."""
    return part_number(value, unit) + ("个百分点" if unit == "%" else unit)


def part_number(value: Fraction, unit: str) -> str:
    """The same without the unit; of a share with two decimals, more where these would be zeros."""
    sign, size = "−" if value < 0 else "+", abs(float(value))
    if unit != "%":
        return sign + wording.count(size)
    texts = (f"{size * 100:.{decimals}f}" for decimals in range(2, 7))
    return sign + next((text for text in texts if float(text)), "0.00")


def odd_day_words(one: OddDay, unit: str, *, dated: bool = False) -> str:
    """`dated`: with the year. “10月9日新增0个（通常约62个）：核对是否漏报、接口中断或当日未录入”."""
    check = "核对是否补录、批量导入或重复上报" if one.high else "核对是否漏报、接口中断或当日未录入"
    head = f"{wording.chinese_date(one.day, with_year=dated)}新增{wording.count(one.value)}{unit}"
    return f"{head}（通常约{wording.count(one.usual)}{unit}）：{check}"


def odd_unit_words(one: OddUnit, unit: str) -> str:
    """“泗洪近28天新增120个（按此前13周约310个）：核对…”."""
    check = (
        "核对是否补录、批量导入，或有专项活动" if one.high else "核对是否漏报、接口中断，或工作放缓"
    )
    return (
        f"{one.division.short_name}近28天新增{wording.count(one.value)}{unit}"
        f"（按此前13周约{wording.count(one.usual)}{unit}）：{check}"
    )
