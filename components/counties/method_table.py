"""How places would change under the other methods of scoring."""

from __future__ import annotations

from html import escape

import streamlit as st

from components.shell import View
from components.shell.cache import cached
from kpi.plan import METHOD_NAMES
from kpi.ranking import Standing, under_every_method
from kpi.sentences import group_division, method_words


def show(view: View, group: str, chosen: str) -> None:
    """A line per method, a column per unit of the group: place and score; the method in force first
    and marked.
    """
    st.html(_table(view.key, view.card.as_of.isoformat(), group, chosen, view))


@cached(64)
def _table(key: str, as_of: str, group: str, chosen: str, _view: View) -> str:
    rows = [row for row in _view.card.ranking if row.group == group]
    rules, placed = _view.plan.scoring, under_every_method(rows, _view.plan.scoring)
    heads = "".join(f'<th scope="col"{" class=lg-here" if row.division == chosen else ""}>'
                    f"{escape(group_division(_view.card, row).short_name)}</th>" for row in rows)
    body = ""
    for method in sorted(placed, key=lambda one: one != rules.method):
        now = method == rules.method
        cells = "".join(_cell(placed[method][row.division], now) for row in rows)
        body += (
            f'<tr{" class=lg-here" if now else ""}><th scope="row">{"现行：" if now else ""}{METHOD_NAMES[method]}'
            f"<small>{escape(method_words(rules, method))}</small></th>{cells}</tr>"
        )
    return (
        '<div class="lg-league-box" tabindex="0" role="region" aria-label="各记分办法的位次"><table class="lg-methods">'
        f'<thead><tr><th scope="col">记分办法</th>{heads}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _cell(standing: Standing, now: bool) -> str:
    if standing.place is None or standing.score is None:
        return "<td>未排名</td>"
    moved = "" if now or not standing.moved else (
        f' <i class="lg-move-up">▲{standing.moved}</i>' if standing.moved > 0 else
        f' <i class="lg-move-down">▼{-standing.moved}</i>')
    return f"<td><b>{standing.place}</b>{moved}<small>{standing.score:.1f}</small></td>"
