"""Figures to read beside an indicator: postings beside positions, persons beside attendances, the
same date last year.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kpi.counting import Facts
from kpi.definitions import CompanionSum, Indicator
from kpi.indicators import sum_on
from kpi.judging import closing_companions
from kpi.scorecard.months import same_date_last_year
from kpi.scorecard.scorecard import Figures
from kpi.vocabulary import Division


@dataclass(frozen=True)
class Beside:
    """One such figure. Shares (`unit` “%”) run 0–1 and carry their parts; None: not known or not
    applicable.
    """

    name: str
    value: float | None
    unit: str
    numerator: float | None = None
    denominator: float | None = None


def beside(figures: Figures, code: str, division: Division, as_of: date) -> tuple[Beside, ...]:
    """What belongs beside the indicator, as of the end of `as_of`; nothing when it is 未接入."""
    if figures.series.get(code) is None:
        return ()
    indicator = figures.plan.indicator(code).indicator
    own = tuple(_companion(companion, figures.facts, division, as_of)
                for companion in indicator.companions
                if all(figures.facts.has(dataset) for dataset in companion.datasets))
    closing = () if indicator.closing is None else _closing(figures, indicator, division, as_of)
    return (*own, *closing, *((_last_year(figures, code, division, as_of),)
                              if indicator.starts_each_year else ()))


def _companion(one: CompanionSum, facts: Facts, division: Division, day: date) -> Beside:
    part = sum_on(one.part, facts, division, day)
    if one.whole is None:
        return Beside(one.name, part, one.unit)
    whole = sum_on(one.whole, facts, division, day)
    return Beside(one.name, part / whole if whole > 0 else None, one.unit, part, whole)


def _closing(figures: Figures, indicator: Indicator, division: Division,
             as_of: date) -> tuple[Beside, ...]:
    """What keeps the yearly rate, structurally low in spring, from being misread."""
    target = figures.target(indicator.code, division)
    if target is None:
        return ()
    companions = closing_companions(indicator, figures.facts, division, figures.axis, target.value,
                                    as_of)
    days = figures.facts.definitions.datasets[indicator.datasets[0]].event(
        indicator.closing or "").days
    return (Beside("按进度要求此时应为", companions.path, "%"),
            Beside("近365天结案率", companions.rolling_year, "%"),
            Beside(f"{days}日内结案", companions.in_time, "%"))


def _last_year(figures: Figures, code: str, division: Division, as_of: date) -> Beside:
    then = figures.measure(code, division, same_date_last_year(as_of))
    return Beside("上年同日", then.value, "%", then.numerator, then.denominator)
