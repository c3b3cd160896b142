"""What the departments have collected, in words: on the page and in the papers alike."""

from __future__ import annotations

from collections.abc import Sequence

from kpi.departments import Collected
from kpi.forecast import ForecastState
from kpi.plan import IndicatorPlan
from kpi.scorecard import Scorecard
from kpi.sentences.standing import points, standing
from kpi.wording import wording


def department_sentence(parts: Sequence[Collected], item: IndicatorPlan,
                        card: Scorecard) -> str:
    """How much of the city's figure the departments have collected, and who is furthest behind; ""
    where nothing can be said.
    """
    city, unit = card.city_line(item.code), item.indicator.unit
    named = [one for one in parts if one.department is not None]
    total = sum(one.line.value or 0.0 for one in named)
    if not named or not city.value:
        return ""
    text = (f"{len(named)}个部门共征集{wording.count(total)}{unit}，占全市{wording.count(city.value)}"
            f"{unit}的{wording.percent(total / city.value)}")
    rest = next((one.line.value for one in parts if one.department is None), None)
    if rest:
        text += f"，未归部门{wording.count(rest)}{unit}"
    return f"{text}；{_behind(named, item, card)}。"


def _behind(named: Sequence[Collected], item: IndicatorPlan, card: Scorecard) -> str:
    judged = [(ahead, one) for one in named if one.place is not None
              and (ahead := points(one.line, item)) is not None]
    if not judged:
        return "各部门没有下达任务，只列数、不亮灯"
    ahead, last = min(judged, key=lambda pair: pair[0])
    if ahead >= 0:
        return "有任务的部门都不低于序时进度"
    worst = f"差距最大的是{last.name}，{standing(last.line, item)}"
    if last.line.final or last.line.forecast is None or last.line.forecast.state in (
            ForecastState.NO_DATA, ForecastState.STOPPED):
        return worst
    outlook = wording.forecast_words(last.line.forecast, item.indicator.unit, last.line.target,
                                     card.plan.window.deadline, card.as_of)
    return worst if outlook == wording.ABSENT else f"{worst}，{outlook}"
