"""A unit introduced: its place and score, and the sentence about it."""

from __future__ import annotations

from html import escape

import streamlit as st

from components.shell import View, cached_per_view
from kpi.ranking import Ranking
from kpi.sentences import certainty_words, moved_words, still_early
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
