"""Every division of the roll-up in one table: figure, target, completion, standing, light, and what
else a page adds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from components.look import line_mark
from components.shell import View, cached_per_view
from kpi.scorecard import month_addition
from kpi.sentences import against, points
from kpi.vocabulary import Division
from kpi.wording import wording


@dataclass(frozen=True)
class Column:
    """One more column: its heading and the text of a division's cell."""

    name: str
    cell: Callable[[Division], str]


Columns = Callable[[View], Sequence[Column]]


def show(view: View, more: Columns = lambda _view: ()) -> None:
    """City first, then the divisions in display order; the chosen one is marked. `more` gives the
    page's own columns.
    """
    st.html(_html(view, more))


@cached_per_view(128)
def _html(view: View, more_of: Columns) -> str:
    item, more = view.item, more_of(view)
    heads = ["单位", f"{item.name}", "目标", *(["分子/分母"] if item.indicator.is_share else ["完成率"]),
             f"较{against(item, view.card.city_line(item.code))}（个百分点）", "本月",
             "状态", *(column.name for column in more)]
    rows = "".join(_row(view, division, more) for division in (view.geography.city, *view.members))
    return (
        f'<div class="lg-table-box" tabindex="0" role="region" aria-label="各单位情况表"><table class="lg-table">'
        f"<thead><tr>{''.join(f'<th scope=col>{escape(head)}</th>' for head in heads)}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _row(view: View, division: Division, more: Sequence[Column]) -> str:
    item, line = view.item, view.card.line(view.item.code, division)
    unit = item.indicator.unit
    added = month_addition(view.figures, item.code, division, view.card.as_of)
    done = (f"{wording.count(line.numerator)}/{wording.count(line.denominator)}"
            if item.indicator.is_share else wording.percent(line.completion, 1.0))
    cells = [wording.figure(line.value, unit, line.target, line.comparator),
             wording.target_words(line.target, unit, line.comparator), done,
             wording.signed_points(points(line, item)), wording.ABSENT if added is None
             else wording.signed(added, unit),
             line_mark(line), *(escape(column.cell(division)) for column in more)]
    here = (
        ' class="lg-here" aria-current="true"' if division.code == view.selection.division else ""
    )
    return f"<tr{here}><th scope=row>{escape(division.name)}</th>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
