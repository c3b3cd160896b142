"""The definitions page's parts: search, contents, cards, and the rules in words."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

import streamlit as st

from components.indicator import definition_card
from components.look import light_mark, notices
from components.shell import View, cached_per_view
from kpi.plan import IndicatorPlan
from kpi.sentences import REASON_RULES, TERMS, counting_rules, light_rules
from kpi.sentences.plan_changes import changes_by
from kpi.vocabulary import REASON_NAMES, Reason

_SECTIONS = (("rules", "计数规则"), ("reasons", "排除的原因"), ("lights", "亮灯"), ("terms", "名词"))
_VERSIONS = ("versions", "方案的调整")
_SCROLLED = "definitions.scrolled"


def asked_for(view: View) -> str | None:
    """The indicator the address names, before the address is tidied; None when it names none."""
    return view.selection.indicator if "indicator" in st.query_params else None


def search(view: View) -> tuple[tuple[IndicatorPlan, ...], bool]:
    """The search box and the switch that unfolds: the indicators whose definition has all the
    words, and whether their cards are unfolded, as they are where words were sought.
    """
    sought = st.text_input("搜索口径", key="definitions-search", placeholder="搜索指标、单位、数据来源",
                           label_visibility="collapsed")
    unfolded = st.toggle("全部展开（打印前请打开）", key="definitions-unfolded")
    return tuple(item for item in view.plan.indicators
                 if definition_card.matches(item, sought, view.plan.definitions)
                 ), unfolded or bool(sought.strip())


def contents(view: View, items: Iterable[IndicatorPlan]) -> None:
    """Links to every card and section."""
    cards = "".join(f'<li><a href="#def-{item.code}">{escape(item.name)}</a></li>'
                    for item in items)
    sections = "".join(f'<li><a href="#def-{code}">{title}</a></li>'
                       for code, title in _sections(view))
    st.html(
        f'<nav class="lg-contents" aria-label="目录"><h2>指标</h2><ul>{cards}</ul><h2>规则</h2><ul>{sections}</ul></nav>'
    )


def cards(view: View, items: tuple[IndicatorPlan, ...], asked: str | None, *,
          unfolded: bool) -> None:
    """The cards of these indicators; where the address named one, the page scrolls to it once."""
    if not items:
        notices.empty("没有找到", "没有哪个指标的口径同时含有这些词；请换一个词，或清空搜索框。")
        return
    st.html(_cards(view, tuple(item.code for item in items), asked, unfolded))
    if asked is not None and st.session_state.get(_SCROLLED) != asked:
        st.session_state[_SCROLLED] = asked
        st.html(
            f"<script>setTimeout(() => document.getElementById('def-{asked}')?.scrollIntoView({{block: 'start'}}), 300)</script>",
            unsafe_allow_javascript=True,
        )


@cached_per_view(64)
def _cards(view: View, codes: tuple[str, ...], asked: str | None, unfolded: bool) -> str:
    made = "".join(definition_card.html(view, view.plan.indicator(code), code == asked,
                                        unfolded=unfolded) for code in codes)
    return f'<div class="lg-definition-cards">{made}</div>'


def rules(view: View) -> None:
    """Counting rules, exclusion reasons in order, lights, terms, and what of the plan has changed.
    """
    st.html(_rules(view))


@cached_per_view(16)
def _rules(view: View) -> str:
    return "".join(
        (_section("rules", [(term.name, escape(term.meaning))
                            for term in counting_rules(view.plan)], "每一行数据怎样变成数字。"),
         _section("reasons", [(f"{number}. {REASON_NAMES[reason]}", escape(REASON_RULES[reason]))
                              for number, reason in enumerate(Reason, start=1)],
                  "一行只有一个原因：按这个顺序取第一个成立的。"),
         _section("lights", [(light_mark(light), escape(text))
                             for light, text in light_rules(view.plan).items()],
                  "按未四舍五入的数比较；颜色之外另有形状和文字。", plain=False),
         _section("terms", [(term.name, escape(term.meaning)) for term in TERMS], ""),
         _versions(view)))


def _sections(view: View) -> tuple[tuple[str, str], ...]:
    return (*_SECTIONS, _VERSIONS) if changes_by(view.figures, view.card.as_of) else _SECTIONS


def _versions(view: View) -> str:
    """What each version of the plan changed, those in force by the day shown; "" with only one."""
    rows = [(f"{one.since} 起", escape("；".join(one.texts)))
            for one in changes_by(view.figures, view.card.as_of)]
    return _section("versions", rows, "每一天按当天有效的方案评判，以前各天不因调整而变。") if rows else ""


def _section(code: str, rows: list[tuple[str, str]], note: str, plain: bool = True) -> str:
    title = dict((*_SECTIONS, _VERSIONS))[code]
    body = "".join(f"<dt>{escape(name) if plain else name}</dt><dd>{text}</dd>"
                   for name, text in rows)
    paragraph = f"<p>{note}</p>" if note else ""
    return f'<section class="lg-definition lg-rules" id="def-{code}"><header><h2>{title}</h2></header>{paragraph}<dl>{body}</dl></section>'
