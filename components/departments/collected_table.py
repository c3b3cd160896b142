"""Every department's part of a count against its quota, and what belongs to no department."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from components.departments import department_choice
from components.look import line_mark
from components.shell import View
from kpi.departments import Collected, collected, shared_counts
from kpi.judging import ScorecardLine
from kpi.plan import IndicatorPlan, sector_names
from kpi.scorecard import month_addition
from kpi.sentences import against, department_sentence, points
from kpi.wording import wording


def counts(view: View) -> tuple[IndicatorPlan, ...]:
    """The counts that departments share; none where the plan names no sectors or the data is
    未接入.
    """
    return tuple(item for item in shared_counts(view.plan) if parts(view, item))


def parts(view: View, item: IndicatorPlan) -> tuple[Collected, ...]:
    return collected(view.figures, view.card, item)


def show(view: View, item: IndicatorPlan) -> None:
    """The sentence, and a row per department: ranked ones by place, what belongs to none, the
    city.
    """
    rows = parts(view, item)
    heads = ("名次", "部门", f"已征集（{item.indicator.unit}）", "任务", "完成率", "状态",
             f"较{against(item, rows[0].line)}（个百分点）", "本月", "每周需", "预测")
    body = "".join(_row(view, item, one) for one in rows)
    city = _cells(view, item, view.card.city_line(item.code),
                  month_addition(view.figures, item.code, view.geography.city, view.card.as_of))
    total = f'<tr class="lg-total"><td></td><th scope="row">全市</th>{city}</tr>'
    st.html(f'<p class="lg-departments-said">{escape(department_sentence(rows, item, view.card))}</p>'
            f'<div class="lg-table-box" tabindex="0" role="region" aria-label="各部门{escape(item.name)}">'
            f'<table class="lg-table lg-departments"><thead><tr>{_heads(heads)}</tr></thead>'
            f"<tbody>{body}{total}</tbody></table></div>")


def sectors_of(view: View, one: Collected) -> str:
    """“建筑装修”, in the words of the data; of what belongs to none “其他行业”."""
    if one.department is None:
        return "其他行业"
    listed = sector_names(view.plan.definitions)
    return "、".join(listed.get(name, name) for name in one.department.sectors)


def _heads(names: Sequence[str]) -> str:
    return "".join(f'<th scope="col">{escape(name)}</th>' for name in names)


def _row(view: View, item: IndicatorPlan, one: Collected) -> str:
    own = one.department is not None and department_choice.own(view, one.department)
    place = wording.ABSENT if one.place is None else str(one.place)
    added = one.added.get(view.geography.city.key)
    return (f'<tr{" class=lg-here" if own else ""}><td>{place}</td>'
            f'<th scope="row">{escape(one.name)}<small>{escape(sectors_of(view, one))}</small></th>'
            f"{_cells(view, item, one.line, added)}</tr>")


def _cells(view: View, item: IndicatorPlan, line: ScorecardLine, added: float | None) -> str:
    unit, judged = item.indicator.unit, line.target is not None
    weekly = line.needed_per_week
    first = (wording.count(line.value), wording.count(line.target) if judged else "未下达",
             wording.percent(line.completion, 1.0))
    then = (wording.signed_points(points(line, item)),
            wording.ABSENT if added is None else wording.signed(added, unit),
            wording.ABSENT if weekly is None else wording.shortfall(weekly, unit),
            wording.ABSENT if line.final and not judged else wording.forecast_words(
                line.forecast, unit, line.target, view.plan.window.deadline, view.card.as_of))
    return f"{_plain(first)}<td>{line_mark(line)}</td>{_plain(then)}"


def _plain(texts: Sequence[str]) -> str:
    return "".join(f"<td>{escape(text)}</td>" for text in texts)
