"""How one unit's score is made, term by term."""

from __future__ import annotations

from html import escape

import streamlit as st

from components.look.theme import light_mark
from components.shell.frame import View
from components.shell.kept import per_view
from kpi.ranking.ranking import Ranking
from kpi.sentences.places import ScorePart, group_division, left_out_because, published_light, score_parts
from kpi.wording import wording

_HEADS = ("指标", "亮灯", "完成率", "应达", "完成÷应达", "计分", "权重", "贡献")


def show(view: View, row: Ranking) -> None:
    """A line per indicator: completion ÷ due, capped at 1, times its share of the weight; they add up to the score."""
    st.html(_html(view, row.division))


@per_view(128)
def _html(view: View, code: str) -> str:
    row = next(one for one in view.card.ranking if one.division == code)
    body = "".join(_line(view, row, part) for part in score_parts(row))
    total = "未排名：可计入的指标权重不足60%" if row.score is None else (
        f"得分 <b>{row.score:.1f}</b>" + ("" if row.uncapped is None else f"（未封顶 {row.uncapped:.1f}）"))
    return ('<div class="lg-league-box" tabindex="0" role="region" aria-label="得分构成"><table class="lg-sheet"><thead><tr>'
            f'{"".join(f"<th scope=col>{head}</th>" for head in (*_HEADS, "占比图"))}</tr></thead><tbody>{body}</tbody></table></div>'
            f'<p class="lg-sheet-total">{total}</p>')


def _line(view: View, row: Ranking, part: ScorePart) -> str:
    term, division = part.term, group_division(view.card, row)
    line = view.card.by_key.get((term.indicator, *division.key))
    name, light = view.plan.indicator(term.indicator).name, published_light(view.plan, term) if line is None else line.light
    head = f'<th scope="row">{escape(name)}</th><td>{light_mark(light)}</td>'
    if part.points is None or part.share is None or term.ratio is None or term.points is None:
        why = left_out_because(view.card, division, term.indicator)
        return f'<tr class="lg-out">{head}<td colspan="7">○ 未计入：{escape(why)}</td></tr>'
    full = part.share * 100
    capped = "<small>封顶</small> " if term.ratio > 1 else ""
    return (f"<tr>{head}<td>{wording.percent(term.completion, 1.0)}</td><td>{wording.percent(term.due)}</td>"
            f"<td>{capped}{term.ratio:.3f}</td><td>{term.points:.1f}</td><td>{part.share:.1%}</td><td><b>{part.points:.2f}</b></td>"
            f'<td class="lg-share"><span title="满分{full:.2f}"><i style="width:{part.points / full * 100:.1f}%"></i></span></td></tr>')
