"""One short sentence per indicator, made from the figures alone, in the office's own phrasing.

The city's sentence over all indicators is `kpi.sentences.headline`.
"""

from __future__ import annotations

from datetime import date

from kpi.definitions import Judged, Kind
from kpi.figures import Figures, closing_change, places_needed, sufficient_places
from kpi.forecast import Forecast, ForecastState
from kpi.judging import Light, SampleSize, ScorecardLine
from kpi.plan import IndicatorPlan, Plan
from kpi.scorecard import Scorecard
from kpi.sentences.standing import against
from kpi.vocabulary import Division
from kpi.wording import change_words, phrase, places_words, wording


def sentence(plan: Plan, line: ScorecardLine, division: Division, as_of: date) -> str:
    """One indicator of one division: “截至10月31日，全市累计发布零工岗位4.68万个，完成目标的93.6%，高于序时进度1.9个百分点，…。”"""
    return f"截至{wording.chinese_date(as_of)}，{division.short_name}{told(plan, line, as_of)}。"


def told(plan: Plan, line: ScorecardLine, as_of: date, *, outlook: bool = True) -> str:
    """The sentence without day, division and full stop, for texts that say these once; `outlook`:
    with the forecast.
    """
    item = plan.indicator(line.indicator)
    head = phrase(item).said
    if line.value is None:
        return f"{head}暂无数据"
    few = f"（{wording.FEW_WORDS}）" if line.few else ""
    return "，".join(
        [
            f"{head}{wording.prose(line.value, item.indicator.unit, line.target, line.comparator)}{few}",
            *_judged(item, line),
            *(_outlook(plan, item, line, as_of) if outlook else ()),
        ]
    )


def _judged(item: IndicatorPlan, line: ScorecardLine) -> list[str]:
    if (
        line.target is None
        or line.value is None
        or line.completion is None
        or line.gap_points is None
    ):
        return []
    if line.light == Light.STALE:
        return ["数据未更新，暂不评判"]
    goal = f"目标（{wording.target_words(line.target, item.indicator.unit, line.comparator)}）"
    if item.indicator.judged == Judged.FLOOR:
        return [_against_floor(goal, line.value - line.target, line.light)]
    if item.indicator.is_share and line.target == 1:  # the value is the completion itself
        return ["已达到目标" if line.light == Light.MET
                else wording.against_pace(line.gap_points, against(item, line))]
    if line.light == Light.MET:
        return [f"完成目标的{wording.percent(line.completion, 1.0)}，已达到目标"]
    done = f"完成目标的{wording.percent(line.completion, 1.0)}"
    # the points to the target are what is missing of it, which the outlook says in its own unit
    return [done] if line.final else [done, wording.against_pace(line.gap_points)]


def _against_floor(goal: str, difference: float, light: Light) -> str:
    points = f"{abs(difference) * 100:.1f}"
    met = light == Light.MET
    if float(points) == 0:
        return f"达到{goal}" if met else f"未达到{goal}"
    return f"{'高于' if difference > 0 else '低于'}{goal}{points}个百分点"


def _outlook(plan: Plan, item: IndicatorPlan, line: ScorecardLine, as_of: date) -> list[str]:
    if line.interval is not None and line.interval.size in (
        SampleSize.NUMBERS_ONLY,
        SampleSize.GREY,
    ):
        return ["比率仅供参考"]
    forecast = line.forecast
    if line.final:
        return _missed(item, line)
    if (
        forecast is None
        or line.target is None
        or line.light == Light.STALE
        or forecast.state == ForecastState.NO_DATA
    ):
        return []
    if forecast.state == ForecastState.MET and not forecast.may_fall_back:
        return []
    text = wording.forecast_words(forecast, item.indicator.unit, line.target, plan.window.deadline,
                                  as_of)
    return [f"近期无新增记录（{text}）" if forecast.state == ForecastState.STOPPED
            else text + _chance(forecast)]


def _missed(item: IndicatorPlan, line: ScorecardLine) -> list[str]:
    """What a final result lacks; nothing of one that met its target, or is a share."""
    if (
        item.indicator.is_share
        or line.target is None
        or line.value is None
        or line.light in (Light.MET, Light.STALE)
    ):
        return []
    return [
        f"{wording.FORECAST_WORDS[ForecastState.ENDED]}，缺{wording.shortfall(line.target - line.value, item.indicator.unit)}"
    ]


def _chance(forecast: Forecast) -> str:
    if forecast.probability is None or forecast.state != ForecastState.FORECAST:
        return ""
    return f"（按期完成的{wording.likelihood(wording.forecast_chance(forecast))}）"


def closing_words(figures: Figures, card: Scorecard, indicator: str, division: Division) -> str:
    """The smallest change that brings a division to its target, in words; empty when none is needed
    or known.
    """
    item = figures.plan.indicator(indicator)
    if item.indicator.kind == Kind.COVERAGE:
        if not places_needed(card.line(indicator, division)):
            return ""
        return places_words(sufficient_places(figures, card.by_key, indicator, division,
                                              card.as_of), item)
    return change_words(item, closing_change(figures, card.by_key, indicator, division, card.as_of))
