"""The league table of one peer group: places, change, score and a cell of completion per indicator.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from components.look import few_mark
from components.shell import View
from components.shell.cache import cached
from kpi.definitions import Judged
from kpi.plan import IndicatorPlan
from kpi.ranking import Ranking, Term
from kpi.scope import visible
from kpi.sentences import (
    certainty_words,
    group_division,
    left_out_because,
    moved_words,
    place_title,
    published_light,
    sentence,
    still_early,
)
from kpi.wording import LIGHT_SHAPES, wording

GROUPS = {"county": "县区", "zone": "功能区"}
_MOVES = {"▲": "up", "▼": "down"}


def rows_of(view: View, group: str) -> tuple[Ranking, ...]:
    """The rows of one group, best first."""
    return tuple(row for row in view.card.ranking if row.group == group)


def show(view: View, group: str, chosen: str | None) -> None:
    """The table; the row of the unit `chosen` is marked. It scrolls sideways by itself where the
    screen is narrow.
    """
    st.html(_table(view.key, view.card.as_of.isoformat(), group, chosen, view))


@cached(128)
def _table(key: str, as_of: str, group: str, chosen: str | None, _view: View) -> str:
    rows = rows_of(_view, group)
    heads = "".join(
        f'<th scope="col" title="{escape(item.indicator.formula)}">{escape(item.name)}</th>'
        for item in _view.plan.core)
    to_come = wording.places_head(final=_view.card.final)
    body = "".join(_row(_view, row, rows, row.division == chosen) for row in rows)
    return (
        f'<div class="lg-league-box" tabindex="0" role="region" aria-label="{GROUPS[group]}排名表"><table class="lg-league"><thead><tr>'
        f'<th scope="col">位次</th><th scope="col">单位</th><th scope="col">较上月</th><th scope="col">得分</th>'
        f'<th scope="col">未封顶</th><th scope="col">{to_come}</th>{heads}</tr></thead><tbody>{body}</tbody></table></div>'
        f"{_footnotes(_view, rows)}"
    )


def _row(view: View, row: Ranking, rows: Sequence[Ranking], marked: bool) -> str:
    division, moved = group_division(view.card, row), moved_words(row)
    terms = {term.indicator: term for term in row.terms}
    sure = certainty_words(row, rows, early=still_early(view.plan, view.card.as_of))
    cells = "".join(_cell(view, row, item, terms[item.code]) for item in view.plan.core)
    score, uncapped = (
        wording.ABSENT if row.score is None else f"{row.score:.1f}",
        wording.uncapped(row.uncapped),
    )
    return (
        f'<tr{" class=lg-here" if marked else ""}><td class="lg-place-no">{place_title(row, rows)}</td>'
        f'<th scope="row">{escape(division.short_name)}</th>'
        f'<td class="lg-move lg-move-{_MOVES.get(moved[0], "same")}">{moved}</td><td class="lg-score">{score}</td>'
        f'<td class="lg-uncapped">{uncapped}</td><td class="lg-sure">{_strip(row, len(rows))}'
        f"<span>{wording.place_words(row)}</span><small>{escape(sure)}</small></td>{cells}</tr>"
    )


def _cell(view: View, row: Ranking, item: IndicatorPlan, term: Term) -> str:
    division = group_division(view.card, row)
    line = view.card.by_key.get((item.code, *division.key))
    if line is None:
        return _published(view, term)
    text = escape(sentence(line, item, division.name))
    if term.ratio is None and not row.too_soon:
        why = left_out_because(view.card, division, item.code)
        shown = (
            f"{wording.percent(line.value)}"
            if line.value is not None and item.indicator.is_share
            else why
        )
        return f'<td class="lg-heat lg-heat-out" title="{text}未计入得分：{escape(why)}。">○ {shown}</td>'
    floor = item.indicator.judged == Judged.FLOOR
    shown = (
        wording.percent(line.value, line.target, line.comparator)
        if floor
        else wording.percent(line.completion, 1.0)
    )
    return f'<td class="lg-heat lg-heat-{line.light.value}" title="{text}"><i>{LIGHT_SHAPES[line.light]}</i> {shown}{few_mark(line)}</td>'


def _published(view: View, term: Term) -> str:
    """Completion alone, of a unit the reader may not see."""
    if term.ratio is None:
        return '<td class="lg-heat lg-heat-out">○ 未计入</td>'
    light = published_light(view.plan, term)
    return f'<td class="lg-heat lg-heat-{light.value}"><i>{LIGHT_SHAPES[light]}</i> {wording.percent(term.completion, 1.0)}</td>'


def _strip(row: Ranking, members: int) -> str:
    """The places as small boxes: the present one filled, those within the range shaded."""
    if row.place is None or row.place_interval is None:
        return ""
    low, high = row.place_interval
    boxes = "".join(
        f'<i class="{"lg-now" if place == row.place else "lg-may" if low <= place <= high else ""}"></i>'
        for place in range(1, members + 1)
    )
    return f'<span class="lg-places" aria-hidden="true">{boxes}</span>'


def _footnotes(view: View, rows: Sequence[Ranking]) -> str:
    """Who is unranked or ranked without an indicator, by name and reason."""
    notes = []
    for row in rows:
        if row.too_soon:
            return '<ul class="lg-notes"><li>未封顶得分和位次待方案开始一段时间后计算；表中为现在的完成率。</li></ul>'
        division = group_division(view.card, row)
        if not visible(view.card, division.rollup, division.code):
            continue  # why is not published
        out = [
            f"{view.plan.indicator(term.indicator).name}（{left_out_because(view.card, division, term.indicator)}）"
            for term in row.terms
            if term.ratio is None
        ]
        if out:
            head = f"<b>{escape(division.short_name)}</b>{'' if row.place is not None else '未排名，'}未计入："
            notes.append(f"<li>{head}{escape('、'.join(out))}</li>")
    return f'<ul class="lg-notes">{"".join(notes)}</ul>' if notes else ""
