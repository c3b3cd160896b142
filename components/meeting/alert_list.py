"""The alerts of a page's scope, and what to say where there are none."""

from __future__ import annotations

from components.shell import View
from kpi.alerts import Alert
from kpi.judging import Light
from kpi.vocabulary import Division, Rollup

_JUDGED = {Light.MET, Light.GREEN, Light.YELLOW, Light.RED}
_BEHIND = {Light.YELLOW, Light.RED}


def worst(view: View) -> tuple[Alert, ...]:
    """The alerts of the city and of the chosen roll-up's divisions, in their own order."""
    return tuple(alert for alert in view.card.alerts
                 if alert.rollup in (Rollup.CITY, view.selection.rollup))


def of(view: View, division: Division) -> tuple[Alert, ...]:
    """The alerts of one division, worst first."""
    return tuple(alert for alert in view.card.alerts
                 if (alert.rollup, alert.division) == division.key)


ENDED = "○ 方案已到期，不再预警；到期前的预警可选较早的截至日期查看。"


def nothing(view: View) -> tuple[bool, str]:
    """What to say without alerts: whether that is good news, and the sentence. It is not without
    anything to judge, nor where something is behind that does not or cannot yet call for an alert,
    nor once the plan has ended.
    """
    if view.card.final:
        return False, ENDED
    lights = {view.card.line(item.code, place).light
              for item in view.plan.core for place in _places(view)}
    if not lights & _JUDGED:
        return False, "○ 没有可评判的数据，因此没有预警；数据接入并更新后自动判断。"
    first = view.plan.alerts.first_day
    if view.plan.window.elapsed_days(view.card.as_of) < first:
        return False, f"○ 没有预警：进度类预警从方案第{first}天起才判断，此前是否滞后请看亮灯。"
    if lights & _BEHIND:
        return False, "○ 没有预警：有指标亮灯为滞后，还没有到预警的程度。"
    return True, "● 当前没有滞后的指标和单位。"


def _places(view: View) -> tuple[Division, ...]:
    """The divisions whose alerts the page shows."""
    return (view.place,) if view.selection.division is not None else (view.place, *view.members)
