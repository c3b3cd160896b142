"""Which venues are at work, for the map and the lists: hollow marks and names of those that only
hang a sign.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import streamlit as st

from components.shell import View, cached_per_view
from kpi.counting import IdleVenue, Work, idle_venues, work_of
from kpi.definitions import Active
from kpi.plan import Plan
from kpi.vocabulary import Division, Rollup
from kpi.wording import count

WORDS = {Work.ACTIVE: "", Work.UNKNOWN: "服务记录未接入"}


def rule_of(plan: Plan) -> Active | None:
    """The rule by which the plan tells venues at work; None where it has no such indicator."""
    return next((item.indicator.active for item in plan.indicators
                 if item.indicator.active is not None), None)


@cached_per_view(64)
def works(view: View) -> Mapping[str, Work]:
    """Of every open venue by its id; empty where services are 未接入."""
    rule = rule_of(view.plan)
    if rule is None or not view.figures.facts.has(rule.dataset):
        return {}
    return work_of(view.figures.facts, rule, view.card.as_of)


def words(view: View, work: Work | None) -> str:
    """What the map says of a venue; "" of one at work, and where services are 未接入."""
    rule = rule_of(view.plan)
    if work is None or rule is None:
        return ""
    return f"近 {rule.days} 天没有服务记录（挂牌空转）" if work == Work.IDLE else WORDS[work]


def note(view: View, division: Division) -> str:
    """“32 处，近 90 天没有服务记录” for the heading of the list."""
    rule, listed = rule_of(view.plan), idle(view, division)
    return "" if rule is None or listed is None else (
        f"{count(len(listed))} 处，近 {rule.days} 天没有服务记录")


def idle(view: View, division: Division) -> tuple[IdleVenue, ...] | None:
    """The idle venues of a division; None where no unit of it keeps records."""
    rule = rule_of(view.plan)
    if rule is None:
        return None
    return idle_venues(view.figures.facts, rule, division, view.card.as_of)


def show(view: View, division: Division) -> None:
    """Each by name with when somebody was last served there, by unit."""
    listed = idle(view, division) or ()
    if not listed:
        st.html('<p class="lg-calm-note">● 有服务记录的单位里，开放的载体都有人去。</p>')
        return
    titles = view.plan.definitions.register.column("kind").titles
    units = [unit for unit in view.geography.members(Rollup.MANAGING)
             if any(one.unit == unit.code for one in listed)]
    blocks = [(unit.short_name, [one for one in listed if one.unit == unit.code])
              for unit in units]
    known = {unit.code for unit in units}
    rest = [one for one in listed if one.unit not in known]
    blocks += [(view.geography.names.unassigned, rest)] if rest else []
    st.html('<div class="lg-idle" tabindex="0" role="region" aria-label="挂牌空转的载体">'
            + "".join(_block(name, ones, titles) for name, ones in blocks) + "</div>")


def _block(name: str, ones: list[IdleVenue], titles: Mapping[str, str]) -> str:
    rows = "".join(f"<li>{escape(one.name)}<small>{escape(titles.get(one.kind, one.kind))} · "
                   f"{_last(one)}</small></li>" for one in ones)
    return f"<h3>{escape(name)} <b>{len(ones)}</b> 处</h3><ul>{rows}</ul>"


def _last(one: IdleVenue) -> str:
    return "没有服务记录" if one.last is None else f"上次服务 {one.last}"
