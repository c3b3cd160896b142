"""One indicator's definition as a card, from the catalogue and plan the figures are computed with.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from components.shell import View, onward
from kpi.counting import SourceState
from kpi.definitions import Definitions
from kpi.plan import IndicatorPlan
from kpi.sentences import KIND_WORDS, judged_words, target_rule, why_absent
from kpi.wording import wording

_REST = "判断、目标、依据和来源"


def matches(item: IndicatorPlan, sought: str, definitions: Definitions) -> bool:
    """Whether every word sought is somewhere in the definition."""
    text = "".join([item.code, item.name, item.indicator.name, item.clause,
                    item.lead_unit, *item.co_units, item.indicator.formula,
                    item.indicator.numerator, item.indicator.denominator or "",
                    _sources_text(item, definitions)]).casefold()
    return all(word in text for word in sought.casefold().split())


def html(view: View, item: IndicatorPlan, marked: bool, *, unfolded: bool = False) -> str:
    """The card: how it is calculated, and under a fold all the rest. `marked` when the address
    asked for it, whose fold is then open.
    """
    first, *rest = _rows(view, item)
    unfold = " open" if marked or unfolded else ""
    target = wording.target_words(item.target, item.indicator.unit, item.comparator)
    kind = ("核心指标" if item.is_core else "监测指标") + ("，本地口径" if item.indicator.local else "")
    here = " lg-here" if marked else ""
    address = escape(onward.address("indicator", indicator=item.code))
    return (
        f'<article class="lg-definition{here}" id="def-{item.code}"><header><h2>{escape(item.name)}</h2><span>{kind}</span>'
        f'<b>{target}</b><a href="{address}" target="_self">看数据</a></header>'
        f"<dl>{_list([first])}</dl><details{unfold}><summary>{_REST}</summary>"
        f"<dl>{_list(rest)}</dl></details></article>"
    )


def _list(rows: Iterable[tuple[str, str]]) -> str:
    return "".join(f"<dt>{name}</dt><dd>{escape(text)}</dd>" for name, text in rows if text)


def _rows(view: View, item: IndicatorPlan) -> list[tuple[str, str]]:
    definition = item.indicator
    return [("计算", definition.formula), ("分子" if definition.denominator else "数什么",
                                         definition.numerator),
            ("分母", definition.denominator or ""),
            ("类型", f"{KIND_WORDS[definition.kind]}；单位：{definition.unit}"),
            ("怎样判断", judged_words(item)), ("县区目标", target_rule(item) if item.is_core else ""),
            ("方案条款", item.clause or wording.ABSENT), ("牵头单位", item.lead_unit or wording.ABSENT),
            ("配合单位", "、".join(item.co_units)), ("数据来源", _sources(view, item))]


def _sources(view: View, item: IndicatorPlan) -> str:
    facts = view.figures.facts
    named = view.plan.definitions
    down = {source.name for source in facts.sources.values()
            if source.state in (SourceState.STALE, SourceState.DOWN)}
    stale = [named.connection_title(name)
             for name in dict.fromkeys(one.connection for one in item.indicator.sources)
             if name in down]
    why = why_absent(item.indicator, facts)
    notes = [why] if why else []
    notes += [f"{'、'.join(stale)}目前读不到"] if stale else []
    held = [named.title(name) for name in item.indicator.datasets if name in facts.holds]
    notes += [f"{'、'.join(held)}待核实"] if held else []
    return _sources_text(item, named) + (f"（{'；'.join(notes)}）" if notes else "")


def _sources_text(item: IndicatorPlan, named: Definitions) -> str:
    read = [named.datasets[name] for name in item.indicator.datasets if name in named.datasets]
    return (
        "；".join(
            f"{named.connection_title(one.connection)}·{one.title}（{one.name}）" for one in read
        )
        or "督办台账"
    )
