"""The forecast in a pace chart: from the last figure to the range it will reach by the deadline."""

from __future__ import annotations

from datetime import date

from components.look import CARD, LINE, MUTED, Drawn
from kpi.forecast import PRELIMINARY_DAYS, ForecastState
from kpi.judging import Light, ScorecardLine
from kpi.wording import wording

_DRAWN = (ForecastState.FORECAST, ForecastState.PRELIMINARY)
_NAMES = {False: "预测", True: "初步预测"}
_HINTS = {False: "", True: "初步："}
_EARLY = f"○ 初步：登记不足{PRELIMINARY_DAYS}天，区间仅供参考"


def drawable(line: ScorecardLine) -> bool:
    """Whether the line has a range ahead of it to draw; old data is shown, but nothing is made of
    it.
    """
    forecast = line.forecast
    return (forecast is not None and forecast.state in _DRAWN and line.value is not None
            and line.light != Light.STALE and None not in (forecast.p10, forecast.p50,
                                                           forecast.p90))


def top(line: ScorecardLine) -> float:
    """The highest value the band reaches, 0 without a band."""
    return (line.forecast.p90 or 0.0) if line.forecast is not None and drawable(line) else 0.0


def add(drawn: Drawn, line: ScorecardLine, unit: str, as_of: date, deadline: date) -> None:
    """The band between p10 and p90 and the middle line; nothing when there is no forecast. What
    rests on a few days only says so across the chart.
    """
    forecast = line.forecast
    if forecast is None or not drawable(line):
        return
    early = forecast.state == ForecastState.PRELIMINARY
    drawn.add_scatter(x=[as_of, deadline, deadline, as_of],
                      y=[line.value, forecast.p90, forecast.p10, line.value], mode="lines",
                      fill="toself", fillcolor="rgba(51,71,91,.16)", line={"width": 0},
                      hoverinfo="skip", name=f"{_NAMES[early]}区间")
    drawn.add_scatter(
        x=[as_of, deadline],
        y=[line.value, forecast.p50],
        mode="lines",
        hoverinfo="text",
        name=_NAMES[early],
        hovertext=[
            "",
            f"{_HINTS[early]}预计{wording.figure(forecast.p50, unit)}（八成把握在{wording.range_words(forecast, unit)}）",
        ],
        line={"color": LINE, "width": 1.5, "dash": "dash"},
    )
    if early:
        drawn.add_annotation(x=0.5, y=1, xref="paper", yref="paper", showarrow=False,
                             yanchor="top", bgcolor=CARD, text=_EARLY, font={"color": MUTED})


def brief(line: ScorecardLine, unit: str, as_of: date, deadline: date) -> tuple[str, str]:
    """For a tile: what is to be expected, and the chance of it: (“预计12月9日完成”, “可能性81%”); empty
    where there is none.
    """
    forecast = line.forecast
    if line.light == Light.STALE or forecast is None or line.target is None:
        return "", ""
    likely = "" if forecast.state != ForecastState.FORECAST or forecast.probability is None else (
        wording.likelihood(wording.forecast_chance(forecast)))
    return wording.forecast_words(forecast, unit, line.target, deadline, as_of), likely


def said(line: ScorecardLine, unit: str, as_of: date, deadline: date) -> str:
    """“预计12月9日完成；年底八成把握在4.91万—5.32万个；按期完成的可能性81%”; empty without a forecast."""
    forecast = line.forecast
    if (
        forecast is None
        or line.light == Light.STALE
        or (forecast.state == ForecastState.MET and not forecast.may_fall_back)
    ):
        return ""
    if forecast.state == ForecastState.NO_DATA and forecast.unsound is None:
        return ""
    parts = [wording.forecast_words(forecast, unit, line.target, deadline, as_of)]
    if drawable(line):
        parts.append(
            f"{wording.deadline_words(deadline, as_of)}八成把握在{wording.range_words(forecast, unit)}")
    if forecast.probability is not None and forecast.state == ForecastState.FORECAST:
        parts.append(f"按期完成的{wording.likelihood(wording.forecast_chance(forecast))}")
    return "；".join(parts)
