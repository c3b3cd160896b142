"""A unit introduced: its place and score, and the sentence about it; and the way in for who has not
chosen one.
"""

from __future__ import annotations

from html import escape

import streamlit as st

from components.look import light_mark, plain
from components.shell import View, cached_per_view, selection
from kpi.ranking import Ranking
from kpi.sentences import certainty_words, furthest_behind, moved_words, still_early, tally
from kpi.sentences.headline import headline
from kpi.vocabulary import Division, Rollup, UnitKind
from kpi.wording import wording


def ranking_of(view: View, division: Division) -> Ranking | None:
    """The unit's row in the league: counties as a whole, zones by themselves; a county without its
    zones has none.
    """
    if division.rollup == Rollup.MANAGING and division.kind != UnitKind.ZONE:
        return None
    return view.card.place("county" if division.rollup == Rollup.COUNTY else "zone", division.code)


def show(view: View, division: Division) -> None:
    """Name, place, score, change; then the generated sentence."""
    st.html(_html(view, division))


@cached_per_view(64)
def _html(view: View, division: Division) -> str:
    return (f'<div class="lg-headline"><h1>{escape(division.name)}</h1>{_standing(view, division)}'
            f"<p>{escape(headline(view.card, division))}</p></div>")


def _standing(view: View, division: Division) -> str:
    row = ranking_of(view, division)
    if row is None:
        return ""
    rows = [other for other in view.card.ranking if other.group == row.group]
    score = "" if row.score is None else f" · {row.score:.1f}分 · {moved_words(row)}"
    sure = certainty_words(row, rows, early=still_early(view.plan, view.card.as_of))
    return f'<span class="lg-unit-place"><b>{wording.place_words(row)}</b>{score}{f" · {escape(sure)}" if sure else ""}</span>'


def choose(view: View) -> None:
    """A card per unit with its lights; pressing one opens its page."""
    with st.container(key="lg-units"):
        for division in view.members:
            with st.container(key=f"lg-tile-unit-{division.code}", gap=None):
                row = ranking_of(view, division)
                place = (
                    ""
                    if row is None
                    else f'<span class="lg-unit-rank">{wording.place_words(row)}</span>'
                )
                lights = "".join(
                    f"<li>{light_mark(light, final=view.card.final)}<b>{number}</b></li>"
                    for light, number in tally(view.card, division).items())
                st.html(
                    f'<div class="lg-tally lg-unit"><h2>{escape(division.name)}{place}</h2><ul>{lights}</ul>'
                    f"{_behind(view, division)}</div>"
                )
                st.button(f"进入{plain(division.name)}", key=f"lg-choose-unit-{division.code}",
                          on_click=selection.choose, kwargs={"division": division.code})


def _behind(view: View, division: Division) -> str:
    text = furthest_behind(view.card, division)
    return f"<p><b>差距最大</b> {'；'.join(escape(one) for one in text)}</p>" if text else ""
