"""How one unit's score is made, term by term."""

from __future__ import annotations

from html import escape

import streamlit as st

from components.look import light_mark
from components.shell import View, cached_per_view
from kpi.plan import ScoreMethod
from kpi.ranking import Ranking
from kpi.sentences import (
    ScorePart,
    certainty_words,
    grade_words,
    group_division,
    left_out_because,
    published_light,
    score_parts,
)
from kpi.wording import wording

_HEADS = ("指标", "亮灯", "完成率", "应达", "完成÷应达", "计分", "权重", "贡献")


def show(view: View, row: Ranking) -> None:
    """A line per indicator: its points by the method in force times its share of the weight; they
    add up to the score.
    """
    st.html(_html(view, row.division))


@cached_per_view(128)
def _html(view: View, code: str) -> str:
    row = next(one for one in view.card.ranking if one.division == code)
    body = "".join(_line(view, row, part) for part in score_parts(row))
    total = f"未排名：{certainty_words(row, ())}" if row.score is None else (
        f"得分 <b>{row.score:.1f}</b>{_grade(view, row.score)}{_uncapped(row)}")
    return (
        '<div class="lg-league-box" tabindex="0" role="region" aria-label="得分构成"><table class="lg-sheet"><thead><tr>'
        f'{"".join(f"<th scope=col>{head}</th>" for head in (*_HEADS, "占比图"))}</tr></thead><tbody>{body}</tbody></table></div>'
        f'<p class="lg-sheet-total">{total}</p>'
    )


def _uncapped(row: Ranking) -> str:
    return "" if row.uncapped is None else f"（未封顶 {wording.uncapped(row.uncapped)}）"


def _grade(view: View, score: float) -> str:
    grade = grade_words(view.plan.scoring, score)
    return f" {grade}" if grade else ""


def _line(view: View, row: Ranking, part: ScorePart) -> str:
    term, division = part.term, group_division(view.card, row)
    line = view.card.by_key.get((term.indicator, *division.key))
    name, light = (
        view.plan.indicator(term.indicator).name,
        published_light(view.plan, term) if line is None else line.light,
    )
    head = f'<th scope="row">{escape(name)}</th><td>{light_mark(light, final=view.card.final)}</td>'
    if part.points is None or part.share is None or term.ratio is None or term.points is None:
        why = left_out_because(view.card, division, term.indicator)
        return f'<tr class="lg-out">{head}<td colspan="7">○ 未计入：{escape(why)}</td></tr>'
    full = part.share * 100
    capped = (
        "<small>封顶</small> "
        if term.ratio > 1 and view.plan.scoring.method == ScoreMethod.CAPPED
        else ""
    )
    width = min(part.points / full, 1.0) if full > 0 else 0.0
    bar = (
        f'<span title="满分{full:.2f}"><i style="width:{width * 100:.1f}%"></i></span>'
        if full > 0
        else "<small>不计分</small>"
    )
    return (
        f"<tr>{head}<td>{wording.percent(term.completion, 1.0)}</td><td>{wording.percent(term.due)}</td>"
        f"<td>{capped}{term.ratio:.3f}</td><td>{term.points:.1f}</td><td>{part.share:.1%}</td><td><b>{part.points:.2f}</b></td>"
        f'<td class="lg-share">{bar}</td></tr>'
    )
