"""Alerts, worst first, each with the sentence that proves it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from components.look import severity_mark
from components.shell import View, cached_per_view
from kpi.alerts import Alert
from kpi.judging import Light
from kpi.vocabulary import Division, Rollup

_BEHIND = (Light.YELLOW, Light.RED)
_JUDGED = (Light.MET, Light.GREEN, *_BEHIND)


def worst(view: View) -> tuple[Alert, ...]:
    """The alerts of the city and of the chosen roll-up's divisions, in their own order."""
    return tuple(alert for alert in view.card.alerts
                 if alert.rollup in (Rollup.CITY, view.selection.rollup))


def of(view: View, division: Division) -> tuple[Alert, ...]:
    """The alerts of one division, worst first."""
    return tuple(alert for alert in view.card.alerts
                 if (alert.rollup, alert.division) == division.key)


BEHIND = "○ 有滞后的指标或单位，尚未达到预警条件；条件见“预警”页的规则。"
ENDED = "○ 方案已到期，不再预警；到期前的预警可选较早的截至日期查看。"


def nothing(view: View) -> tuple[bool, str]:
    """What to say without alerts: whether that is good news, and the sentence; without anything to
    judge it is not, nor where something is behind all the same, nor once the plan has ended."""
    if view.card.final:
        return False, ENDED
    if any(view.card.line(item.code, place).light in _BEHIND for item in view.plan.core
           for place in (view.place, *view.members)):
        return False, BEHIND
    if any(view.card.line(item.code, view.place).light in _JUDGED for item in view.plan.core):
        return True, "● 当前没有滞后的指标和单位。"
    return False, "○ 没有可评判的数据，因此没有预警；数据接入并更新后自动判断。"


def show(view: View, alerts: Sequence[Alert], height: int | None = None) -> None:
    """The list as a region that scrolls beyond `height` pixels; a calm sentence when nobody is
    behind.
    """
    if not alerts:
        calm, text = nothing(view)
        st.html(f'<p class="{"lg-calm" if calm else "lg-calm-note"}">{text}</p>')
        return
    limit = "" if height is None else f' style="max-height:{max(height, 180)}px"'
    st.html(
        f'<div class="lg-fade"{limit} tabindex="0" role="region" aria-label="预警列表"><ul class="lg-alerts">'
        f"{_entries(view, tuple(alerts))}</ul></div>"
    )


@cached_per_view(128)
def _entries(view: View, alerts: tuple[Alert, ...]) -> str:
    return "".join(_entry(view, alert) for alert in alerts)


def _entry(view: View, alert: Alert) -> str:
    division = view.geography.division(Rollup(alert.rollup), alert.division)
    light = severity_mark(alert.severity)
    duty = f"<p class='lg-alert-duty'>牵头：{escape(alert.lead_unit)}</p>" if alert.lead_unit else ""
    return (
        f"<li><div class='lg-alert-head'>{light}<b>{escape(division.short_name)} · "
        f"{escape(view.plan.indicator(alert.indicator).name)}</b><span>自 {alert.since.isoformat()}</span></div>"
        f"<p>{escape(alert.evidence)}</p>{duty}</li>"
    )
