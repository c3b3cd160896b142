"""A small city with alerts and items whose notices are known by heart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from kpi.alerts.alerts import Alert, Rule, Severity
from kpi.follow_ups.follow_up import Case, Event, EventKind, Item
from kpi.follow_ups.follow_up_data import Standing
from kpi.follow_ups.follow_up_fold import Holding, status
from kpi.plan.plan import FollowUpRules, plan_from
from kpi.scorecard.scorecard import Scorecard
from kpi.vocabulary.division import Geography, ManagingUnit, Rollup, UnitKind

PLAN = plan_from({
    "plan": {"id": "p", "title": "方案", "document": "文", "city_code": "321300", "city_name": "宿迁市",
             "start": date(2025, 1, 1), "deadline": date(2026, 12, 31)},
    "indicators": {"jobs_published": {"target": 50000, "lead_unit": "市人社局"}}})
GEOGRAPHY = Geography("321300", "宿迁市", (
    ManagingUnit("321322", "沭阳县", "沭阳", UnitKind.COUNTY, "321322", 1, 1),
    ManagingUnit("321324", "泗洪县", "泗洪", UnitKind.COUNTY, "321324", 1, 2)), ())
TODAY = date(2026, 4, 10)
SENTENCE = "截至4月10日，沭阳发布零工岗位完成目标的51.0%，低于序时进度12.0个百分点。"


def card(*alerts: Alert, as_of: date = TODAY) -> Scorecard:
    return Scorecard(as_of, PLAN, GEOGRAPHY, (), (), alerts, {})


def alert(severity: Severity = Severity.RED, rollup: str = "county",
          since: date = date(2026, 4, 1)) -> Alert:
    return Alert(Rule.BEHIND_PACE, severity, "jobs_published", rollup, "321322", since, -12.0,
                 SENTENCE, "市人社局")


def item(number: str, due: str, *events: tuple[str, str], division: str = "321324",
         indicator: str | None = None, holding: Holding = lambda _item, _day: None,
         today: date = TODAY) -> Standing:
    """An item of 泗洪 (or another county) with its events as (day, kind)."""
    unit = GEOGRAPHY.unit_by_code[division].name
    made = Item("张三负责的事", Rollup.COUNTY, division, unit, "就业中心主任李四", date.fromisoformat(due),
                indicator=indicator, number=number)
    case = Case(made, tuple(Event(EventKind(kind), datetime.fromisoformat(f"{day} 10:00"), "wangwu",
                                  "电话 13800000000") for day, kind in events))
    now = status(case, today, FollowUpRules(), holding)
    assert now is not None
    return Standing(case, now)


def texts(standings: Sequence[Standing], *alerts: Alert, today: date = TODAY) -> list[str]:
    """What there is to tell, without the monthly pack that is always there."""
    from notices.notice import Kind, notices_due

    found = notices_due(card(*alerts), standings, today, due_days=3, look_back_days=7)
    return [f"{notice.kind}: {notice.text}" for notice in found if notice.kind != Kind.MONTHLY_PACK]
