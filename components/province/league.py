"""The league table of the cities: place, change, score and a cell per indicator; of other cities
only what is published.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from html import escape
from typing import Any

import streamlit as st

from components.counties import places_drawn
from components.look import Drawn, chart
from components.province.frame import ProvinceView
from components.shell.cache import cached
from kpi.definitions import Judged
from kpi.judging import Light
from kpi.plan import IndicatorPlan
from kpi.province import ABSENCE_WORDS, Absence, Province
from kpi.ranking import Ranking, Term
from kpi.scorecard import month_steps
from kpi.sentences import (
    certainty_words,
    moved_words,
    place_title,
    published_light,
    score_parts,
    sentence,
    still_early,
)
from kpi.wording import LIGHT_SHAPES, wording

_BESIDE = timedelta(days=12)
_MOVES = {"▲": "up", "▼": "down"}


def names(view: ProvinceView) -> Mapping[str, str]:
    """Short name by city code; of all cities, names are public."""
    return {city.code: city.short_name for city in view.province.geography.counties}


def headline(view: ProvinceView) -> str:
    """“得分最高的是苏州（99.7分），最低的是连云港（94.6分）；较上月升位的有…。”"""
    called, rows = names(view), [row for row in view.card.ranking if row.place is not None]
    if not rows:
        return "暂无可排名的市。"
    first = "、".join(called[row.division] for row in rows if row.place == 1)
    text = f"得分最高的是{first}（{rows[0].score:.1f}分）"
    if len(rows) > 1:
        text += f"，最低的是{called[rows[-1].division]}（{rows[-1].score:.1f}分）"
    moves = [f"{words}的有{'、'.join(moved)}" for words, sign in (("升位", 1), ("降位", -1))
             if (moved := [called[row.division] for row in rows if (row.climbed or 0) * sign > 0])]
    return f"{text}；较上月{'，'.join(moves) or '位次没有变化'}。"


def show(view: ProvinceView, chosen: str) -> None:
    """The table; the row of the city `chosen` is marked. It scrolls sideways by itself where the
    screen is narrow.
    """
    heads = "".join(
        f'<th scope="col" title="{escape(item.indicator.formula)}">{escape(item.name)}</th>'
        for item in view.plan.core)
    rows = view.card.ranking
    body = "".join(_row(view, row, rows, row.division == chosen) for row in rows)
    st.html(
        f'<div class="lg-league-box" tabindex="0" role="region" aria-label="各市排名表"><table class="lg-league"><thead><tr>'
        f'<th scope="col">位次</th><th scope="col">市</th><th scope="col">较上月</th><th scope="col">得分</th>'
        '<th scope="col">未封顶</th>'
        f'<th scope="col">{wording.places_head(final=view.card.final)}</th>{heads}</tr></thead><tbody>{body}</tbody></table></div>'
        f"{_footnotes(view)}"
    )


def _row(view: ProvinceView, row: Ranking, rows: Sequence[Ranking], marked: bool) -> str:
    moved = moved_words(row)
    score, uncapped = (
        wording.ABSENT if row.score is None else f"{row.score:.1f}",
        wording.uncapped(row.uncapped),
    )
    sure = certainty_words(row, rows, early=still_early(view.plan, view.card.as_of))
    cells = "".join(_cell(view, row, item, term)
                    for item, term in zip(view.plan.core, row.terms, strict=True))
    return (
        f'<tr{" class=lg-here" if marked else ""}><td class="lg-place-no">{place_title(row, rows)}</td>'
        f'<th scope="row">{escape(names(view)[row.division])}</th>'
        f'<td class="lg-move lg-move-{_MOVES.get(moved[0], "same")}">{moved}</td><td class="lg-score">{score}</td>'
        f'<td class="lg-uncapped">{uncapped}</td><td class="lg-sure"><span>{wording.place_words(row)}</span>'
        f"<small>{escape(sure)}</small></td>{cells}</tr>"
    )


def _cell(view: ProvinceView, row: Ranking, item: IndicatorPlan, term: Term) -> str:
    if term.ratio is None:
        return f'<td class="lg-heat lg-heat-out">○ {left_out(view, row.division, item.code)}</td>'
    line = view.card.by_key.get((item.code, "county", row.division))
    if line is None or item.indicator.judged != Judged.FLOOR:
        shown = wording.percent(term.completion, 1.0)
    else:
        shown = wording.percent(line.value, line.target, line.comparator)
    light = line.light if line is not None else published_light(view.plan, term)
    title = (
        ""
        if line is None
        else f' title="{escape(sentence(line, item, names(view)[row.division]))}"'
    )
    return f'<td class="lg-heat lg-heat-{light.value}"{title}><i>{LIGHT_SHAPES[light]}</i> {shown}</td>'


def left_out(view: ProvinceView, city: str, indicator: str) -> str:
    """Why an indicator decides no place there: “方案无此项”, “待数据”, “案件过少或数据陈旧”."""
    absence = view.province_card.absence(indicator, city)
    if absence is not None:
        return ABSENCE_WORDS[absence]
    line = view.card.by_key.get((indicator, "county", city))
    if line is not None and line.interval is not None and line.light != Light.STALE:
        return f"仅{line.interval.cases}件，不足30件"
    return "数据陈旧" if line is not None and line.light == Light.STALE else "未计入"


def _footnotes(view: ProvinceView) -> str:
    """Who is unranked or ranked without an indicator, by name and reason."""
    notes = []
    for row in view.card.ranking:
        if row.too_soon:
            return '<ul class="lg-notes"><li>位次和得分待方案开始一段时间后计算。</li></ul>'
        if view.province_card.absence(view.plan.core[0].code, row.division) == Absence.UNREAD:
            notes.append(f"<li><b>{escape(names(view)[row.division])}</b>未排名：数据未读到</li>")
            continue
        out = [
            f"{view.plan.indicator(term.indicator).name}（{left_out(view, row.division, term.indicator)}）"
            for term in row.terms
            if term.ratio is None
        ]
        if out:
            unranked = "" if row.place is not None else "未排名，"
            notes.append(
                f"<li><b>{escape(names(view)[row.division])}</b>{unranked}未计入：{escape('、'.join(out))}</li>"
            )
    return f'<ul class="lg-notes">{"".join(notes)}</ul>' if notes else ""


def score_sheet(view: ProvinceView, row: Ranking) -> None:
    """A line per indicator: completion ÷ due by the city's own plan, capped at 1, times its share
    of the weight.
    """
    heads = "".join(f'<th scope="col">{head}</th>'
                    for head in ("指标", "完成率", "应达", "完成÷应达", "计分", "权重", "贡献"))
    body = ""
    for part in score_parts(row):
        term, name = (
            part.term,
            f'<th scope="row">{escape(view.plan.indicator(part.term.indicator).name)}</th>',
        )
        if part.points is None or part.share is None or term.ratio is None or term.points is None:
            body += f'<tr class="lg-out">{name}<td colspan="6">○ 未计入：{escape(left_out(view, row.division, term.indicator))}</td></tr>'
            continue
        capped = "<small>封顶</small> " if term.ratio > 1 else ""
        body += (
            f"<tr>{name}<td>{wording.percent(term.completion, 1.0)}</td><td>{wording.percent(term.due)}</td>"
            f"<td>{capped}{term.ratio:.3f}</td><td>{term.points:.1f}</td><td>{part.share:.1%}</td><td><b>{part.points:.2f}</b></td></tr>"
        )
    total = "未排名：可计入的指标权重不足60%" if row.score is None else f"得分 <b>{row.score:.1f}</b>"
    st.html(
        f'<div class="lg-league-box" tabindex="0" role="region" aria-label="得分构成"><table class="lg-sheet"><thead><tr>{heads}</tr>'
        f'</thead><tbody>{body}</tbody></table></div><p class="lg-sheet-total">{total}</p>'
    )


def history(view: ProvinceView, chosen: str, height: int) -> None:
    """Places at the month ends, the chosen city's line in ink."""
    drawn = _history(view.key, view.card.as_of, chosen, height, view.province)
    chart.show(drawn, "city-places", "各市逐月位次折线图，第1位在最上")


@cached(64)
def _history(key: str, as_of: date, chosen: str, height: int, _of: Province) -> Drawn:
    days, walked = _walked(key, as_of, _of)
    drawn = places_drawn(_of.geography.counties, days, walked, chosen, height)
    _join_ties(drawn)
    # up to the last point: what is written behind it stands in the margin
    drawn.update_xaxes(range=[days[0] - _BESIDE, days[-1] + _BESIDE])
    return drawn


def _join_ties(drawn: Drawn) -> None:
    """Cities that end on one place share one label; two on top of each other could not be read."""
    by_place: dict[float, list[dict[str, Any]]] = defaultdict(list)
    for label in drawn.annotations:
        by_place[label["y"]].append(label)
    drawn.annotations[:] = [{**labels[-1], "text": "、".join(label["text"] for label in labels)}
                            for labels in by_place.values()]
    drawn.update_layout(margin={"r": 110})
    drawn.update_xaxes(nticks=4)


@cached(16)
def _walked(key: str, as_of: date,
            _of: Province) -> tuple[Sequence[date], Mapping[str, tuple[int | None, ...]]]:
    assert _of.window is not None
    days = month_steps(_of.window.start, as_of)
    places = [_of.places_on(day) for day in days]
    return days, {city.code: tuple(place.get(city.code) for place in places)
                  for city in _of.geography.counties}
