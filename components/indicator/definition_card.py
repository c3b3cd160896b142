"""One indicator's definition as a card, from the catalogue and plan the figures are computed with."""

from __future__ import annotations

from html import escape

from components.shell.frame import View
from kpi.counting.facts import SourceState
from kpi.definitions.shipped_datasets import CONNECTION_TITLES, DATASETS
from kpi.plan.plan import IndicatorPlan
from kpi.sentences.definitions import KIND_WORDS, judged_words, target_rule
from kpi.wording import wording


def matches(item: IndicatorPlan, sought: str) -> bool:
    """Whether every word sought is somewhere in the definition."""
    text = "".join([item.code, item.name, item.indicator.name, item.clause, item.lead_unit, *item.co_units, item.indicator.formula,
                    item.indicator.numerator, item.indicator.denominator or "", _sources_text(item)]).casefold()
    return all(word in text for word in sought.casefold().split())


def html(view: View, item: IndicatorPlan, marked: bool) -> str:
    """The card; `marked` when the address asked for it."""
    rows = "".join(f"<dt>{name}</dt><dd>{escape(text)}</dd>" for name, text in _rows(view, item) if text)
    target = wording.target_words(item.target, item.indicator.unit, item.comparator)
    kind = "核心指标" if item.is_core else "监测指标"
    here = " lg-here" if marked else ""
    return (f'<article class="lg-definition{here}" id="def-{item.code}"><header><h2>{escape(item.name)}</h2><span>{kind}</span>'
            f'<b>{target}</b><a href="indicator?indicator={item.code}" target="_self">看数据</a></header>'
            f"<dl>{rows}</dl></article>")


def _rows(view: View, item: IndicatorPlan) -> list[tuple[str, str]]:
    definition = item.indicator
    return [("计算", definition.formula), ("分子" if definition.denominator else "数什么", definition.numerator),
            ("分母", definition.denominator or ""), ("类型", f"{KIND_WORDS[definition.kind]}；单位：{definition.unit}"),
            ("怎样判断", judged_words(item)), ("县区目标", target_rule(item) if item.is_core else ""),
            ("方案条款", item.clause or wording.ABSENT), ("牵头单位", item.lead_unit or wording.ABSENT),
            ("配合单位", "、".join(item.co_units)), ("数据来源", _sources(view, item))]


def _sources(view: View, item: IndicatorPlan) -> str:
    known = view.figures.facts
    missing = [DATASETS[name].title for name in item.indicator.datasets if name in DATASETS and not known.has(name)]
    down = {source.name for source in known.sources.values() if source.state in (SourceState.STALE, SourceState.DOWN)}
    stale = [CONNECTION_TITLES[name] for name in dict.fromkeys(_connections(item)) if name in down]
    notes = [f"{'、'.join(missing)}未接入或没有数据"] if missing else []
    notes += [f"{'、'.join(stale)}目前读不到"] if stale else []
    return _sources_text(item) + (f"（{'；'.join(notes)}）" if notes else "")


def _sources_text(item: IndicatorPlan) -> str:
    return "；".join(f"{CONNECTION_TITLES[DATASETS[name].connection]}·{DATASETS[name].title}（{name}）"
                    for name in item.indicator.datasets if name in DATASETS) or "督办台账"


def _connections(item: IndicatorPlan) -> list[str]:
    return [DATASETS[name].connection for name in item.indicator.datasets if name in DATASETS]
