"""Figures in words, the office's way: units, decimals, 万, 个百分点. Used by screen, workbook and brief
alike.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date

from kpi.forecast import Forecast, ForecastState
from kpi.judging import Interval, Light, SampleSize, ScorecardLine
from kpi.plan import Comparator
from kpi.ranking import Ranking

ABSENT = "—"
_SEPARATOR = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_DIGITS = "零一二三四五六七八九"
FORECAST_WORDS = {ForecastState.FORECAST: "预测", ForecastState.PRELIMINARY: "初步",
                  ForecastState.MET: "已完成", ForecastState.ENDED: "截止未完成",
                  ForecastState.STOPPED: "停更", ForecastState.NO_DATA: "待数据"}
LEAD_UNCLEAR = "领先不明显"
LIGHT_WORDS = {Light.MET: "已完成", Light.GREEN: "达序时", Light.YELLOW: "滞后", Light.RED: "严重滞后",
               Light.WATCH: "监测", Light.NO_DATA: "待数据", Light.STALE: "数据陈旧"}
# Shape, word and colour together, so that colour alone never carries the status.
LIGHT_SHAPES = {Light.MET: "●", Light.GREEN: "●", Light.YELLOW: "▲", Light.RED: "■",
                Light.WATCH: "◇", Light.NO_DATA: "○", Light.STALE: "○"}
# Chosen to keep 4.5:1 on white as text and to stay apart for colour-blind readers; tile, map, chart
# and workbook share them.
LIGHT_COLOURS = {Light.MET: "#1f5fa6", Light.GREEN: "#0b7a5e", Light.YELLOW: "#9c5c00",
                 Light.RED: "#a3123a", Light.WATCH: "#4d5d70", Light.NO_DATA: "#66727f",
                 Light.STALE: "#66727f"}
FINAL_WORDS = {**LIGHT_WORDS, Light.GREEN: "未完成", Light.YELLOW: "未完成", Light.RED: "未完成"}
"""Of the result, once the plan has ended: met or missed."""
FEW_WORDS = "样本少"
_MOST_UNCAPPED = 999.9
_MORE_DECIMALS = range(1, 7)
EARLY_END, LATE_END = 0.10, 0.05  # how near 0 and 1 a chance is printed


def light_word(light: Light, *, final: bool = False) -> str:
    """“滞后”; of the final result “未完成”."""
    return (FINAL_WORDS if final else LIGHT_WORDS)[light]


def line_word(line: ScorecardLine) -> str:
    """The word of a line's light: “已完成”, of fewer than ten cases “已完成（样本少）”."""
    few = f"（{FEW_WORDS}）" if line.few else ""
    return light_word(line.light, final=line.final) + few


def days_left_words(left: int) -> str:
    """“距截止还有61天”; “今天是截止日” on it."""
    return f"距截止还有{left}天" if left > 0 else "今天是截止日"


def percent(value: float | None, target: float | None = None,
            comparator: Comparator = Comparator.AT_LEAST) -> str:
    """A share (0–1) with one decimal; more only where rounding would contradict the comparison with
    the target.

    0.3996 against 40 % prints 39.96%, because “40.0%” would look met.
    """
    if value is None:
        return ABSENT
    return _rounded(value * 100, None if target is None else target * 100, comparator, "%")


def _rounded(value: float, target: float | None, comparator: Comparator, suffix: str) -> str:
    for decimals in _MORE_DECIMALS:
        text = f"{value:.{decimals}f}"
        if target is None or comparator.satisfied(float(text), target) == comparator.satisfied(
            value, target
        ):
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
    """A value for a sentence: from 10 000 on in 万 with two decimals (“4.68万个”), whole 万 without
    (“5万个”).
    """
    if value is None or unit == "%" or abs(value) < 10_000:
        return figure(value, unit, target, comparator)
    return f"{value / 10_000:.2f}".rstrip("0").rstrip(".") + "万" + unit


def target_words(target: float | None, unit: str, comparator: Comparator) -> str:
    """“≥40%”, “>50%”, “100%”, “≥50,000个”; “未设目标” without a target."""
    if target is None:
        return "未设目标"
    if unit == "%" and target == 1:
        return "100%"  # nothing is above it
    sign = ">" if comparator == Comparator.MORE_THAN else "≥"
    return f"{sign}{round(target * 100, 2):g}%" if unit == "%" else f"{sign}{count(target)}{unit}"


def signed_points(points: float | None) -> str:
    """“+1.9” or “−5.5” 个百分点, with a real minus sign; of less than a tenth behind “−0.04”, which no
    “+0.0” says.
    """
    if points is None:
        return ABSENT
    text = _size(points)
    return ("−" if points < 0 and float(text) else "+") + text


def _size(points: float) -> str:
    """One decimal; more only where it would hide that something is behind."""
    for decimals in _MORE_DECIMALS:
        text = f"{abs(points):.{decimals}f}"
        if points >= 0 or float(text):
            return text
    return f"{0:.1f}"


def signed(change_: float, unit: str) -> str:
    """A change in the value's own unit: “+2,310个”, “−3家”; of a share in points: “+0.3个百分点”; “持平”.
    """
    if round(change_ * 100, 1) == 0:
        return "持平"
    if unit == "%":
        return f"{signed_points(change_ * 100)}个百分点"
    return f"{'−' if change_ < 0 else '+'}{count(abs(change_))}{unit}"


def against_pace(points: float, against: str = "序时进度") -> str:
    """“高于序时进度1.9个百分点”, “低于…”, “与序时进度持平”."""
    text = _size(points)
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


def numeral(number: int) -> str:
    """“一”, “十”, “十一”, “二十三” for 0–99; digits beyond."""
    if not 0 <= number <= 99:
        return str(number)
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[ones] if ones or not tens else "")


def without_separators(text: str) -> str:
    """“4310家” for “4,310家”, as official documents write numbers in running text."""
    return _SEPARATOR.sub("", text)


def chance(probability: float | None, end: float = LATE_END) -> str:
    """A chance: “81%”, at the ends “<5%” and “>95%”, because no more is known than that; “—” when
    unknown.

    `end`: how near 0 and 1 it may come.
    """
    if probability is None:
        return ABSENT
    if probability < end:
        return f"<{end * 100:.0f}%"
    return f">{(1 - end) * 100:.0f}%" if probability > 1 - end else f"{probability * 100:.0f}%"


def likelihood(chance_text: str, link: str = "") -> str:
    """A chance in a sentence: “可能性81%”, at the ends “可能性不足5%” and “可能性超过95%”. `link`: “为”, where
    there is a number.
    """
    for sign, words in (("<", "不足"), (">", "超过")):
        if chance_text.startswith(sign):
            return f"可能性{words}{chance_text.removeprefix(sign)}"
    return f"可能性{link}{chance_text}"


def forecast_chance(forecast: Forecast | None) -> str:
    """The chance of a forecast; in the first half-year no surer than “<10%” or “>90%”, because up
    to a fifth of what was said then to be all but impossible came about."""
    if forecast is None:
        return ABSENT
    surely = forecast.state == ForecastState.MET and forecast.probability == 1
    return early_chance(forecast.probability, early=forecast.early and not surely)


def early_chance(probability: float | None, *, early: bool) -> str:
    """A chance as surely as it may be said; `early`: in the first half-year."""
    return chance(probability, EARLY_END if early else LATE_END)


def deadline_words(deadline: date, as_of: date) -> str:
    """“年底” for 31 December, else “6月30日”; with its year (“2026年底”) when that is not the year of
    `as_of`.
    """
    other = deadline.year != as_of.year
    if (deadline.month, deadline.day) == (12, 31):
        return f"{deadline.year}年底" if other else "年底"
    return chinese_date(deadline, with_year=other)


def forecast_words(forecast: Forecast | None, unit: str, target: float | None, deadline: date,
                   as_of: date) -> str:
    """A forecast in few words for a tile: “预计12月9日完成”, “按当前进度年底缺1,120个”, “已完成（2026-09-14）”, “待数据”.

    Dates of another year than `as_of` carry their year.
    """
    if forecast is None:
        return ABSENT
    if forecast.state in (ForecastState.NO_DATA, ForecastState.STOPPED):
        why = "" if forecast.unsound is None else f"（{forecast.unsound}起的数据不是有效数字）"
        return FORECAST_WORDS[forecast.state] + why
    if forecast.may_fall_back:
        return f"已达标，按近期趋势{deadline_words(deadline, as_of)}可能回落"
    if forecast.state == ForecastState.MET:
        return FORECAST_WORDS[ForecastState.MET] + (f"（{forecast.reached}）" if forecast.reached
                                                    else "")
    text = _outlook(forecast, unit, target, deadline, as_of)
    return (
        f"{FORECAST_WORDS[ForecastState.PRELIMINARY]}：{text}"
        if forecast.state == ForecastState.PRELIMINARY
        else text
    )


def _outlook(forecast: Forecast, unit: str, target: float | None, deadline: date,
             as_of: date) -> str:
    middle = forecast.p50
    if middle is None:
        return ABSENT
    when = deadline_words(deadline, as_of)
    if target is None:
        return f"{when}预计{prose(middle, unit)}"
    if forecast.state == ForecastState.ENDED:
        return f"{FORECAST_WORDS[ForecastState.ENDED]}，缺{shortfall(target - middle, unit)}"
    if forecast.landing is not None and forecast.landing <= deadline:
        return f"预计{chinese_date(forecast.landing, with_year=forecast.landing.year != as_of.year)}完成"
    return f"按当前进度{when}缺{shortfall(target - middle, unit)}"


def shortfall(missing: float, unit: str) -> str:
    """How much is missing: “1,120个”, “3.2个百分点”; counts are rounded up, because 0.4 of a post is
    still one missing.
    """
    return (
        f"{missing * 100:.1f}个百分点"
        if unit == "%"
        else f"{math.ceil(round(max(missing, 0), 6)):,}{unit}"
    )


def range_words(forecast: Forecast | None, unit: str) -> str:
    """The 80 % range: “4.91万—5.32万个”; “—” without one."""
    if forecast is None or forecast.p10 is None or forecast.p90 is None:
        return ABSENT
    low, high = prose(forecast.p10, unit), prose(forecast.p90, unit)
    return (
        low
        if low == high
        else f"{low.removesuffix(unit)}—{high}"
        if unit != "%"
        else f"{low}—{high}"
    )


def interval_words(interval: Interval | None) -> str:
    """“80%区间 57.2%—74.9%（25件）”; with fewer than five cases only their number."""
    if interval is None:
        return ABSENT
    if interval.size == SampleSize.NUMBERS_ONLY:
        return f"仅{interval.cases}件，不计算比率"
    return f"80%区间 {percent(interval.low)}—{percent(interval.high)}（{interval.cases:,}件）"


def places_head(*, final: bool) -> str:
    """The heading over the places to come; of a final result there are none to come."""
    return "最终位次" if final else "到期位次（80%区间）"


def uncapped(score: float | None) -> str:
    """A score without its cap: “101.4”; no more than “>999.9”, which a small part due makes of
    anything.
    """
    if score is None:
        return ABSENT
    return f"{score:.1f}" if score < _MOST_UNCAPPED else f">{_MOST_UNCAPPED:.1f}"


def place_words(ranking: Ranking) -> str:
    """“第2（可能1–3）”, “第1（领先不明显）”, “未排名”."""
    if ranking.place is None:
        return "未排名"
    if ranking.place == 1 and ranking.first is not None and ranking.first < 0.5:
        return f"第1（{LEAD_UNCLEAR}）"
    between = ranking.place_interval
    if between is None or between == (ranking.place, ranking.place):
        return f"第{ranking.place}"
    low, high = between
    return f"第{ranking.place}（可能{low}）" if low == high else f"第{ranking.place}（可能{low}–{high}）"
