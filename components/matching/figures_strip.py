"""The four figures of supply and demand, and the sentences that go with them."""

from __future__ import annotations

from html import escape

import streamlit as st

from components.shell import View
from kpi.figures import Market, market
from kpi.plan import IndicatorPlan
from kpi.sentences import fill_words, market_sentences, undated_words
from kpi.sentences.standing import standing
from kpi.wording import wording


def of(view: View) -> Market | None:
    """Supply and demand of the chosen place; None where posts are 未接入."""
    return market(view.figures, view.place, view.card.as_of)


def shown(view: View) -> list[IndicatorPlan]:
    """Those of the rule's indicators that the plan names."""
    rule = view.plan.definitions.matching
    named = () if rule is None else rule.indicators
    return [item for item in view.plan.indicators if item.code in named]


def show(view: View, known: Market) -> None:
    """A cell per figure, then what they say in a sentence each."""
    cells = "".join(_cell(view, item, known) for item in shown(view))
    texts = (*market_sentences(known, view.place), undated_words(known))
    said = "".join(f"<p>{escape(text)}</p>" for text in texts if text)
    st.html(f'<div class="lg-market"><div class="lg-market-cells">{cells}</div>{said}</div>')


def value_words(view: View, item: IndicatorPlan, known: Market) -> str:
    """The figure of the chosen place as printed here: days with a decimal, “＞90天”."""
    if item.indicator.matching is not None and item.indicator.unit == "天":
        return fill_words(known)
    line = view.card.line(item.code, view.place)
    return (standing(line, item) if line.value is None
            else wording.figure(line.value, item.indicator.unit))


def _cell(view: View, item: IndicatorPlan, known: Market) -> str:
    return (f'<div title="{escape(item.indicator.formula)}"><span>{escape(item.name)}</span>'
            f"<b>{escape(value_words(view, item, known))}</b></div>")
