"""Who may do what to an item, and what a refusal says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from kpi.follow_ups.follow_up import (
    NAME_LIMIT,
    TEXT_LIMIT,
    TITLE_LIMIT,
    Case,
    Event,
    EventKind,
    Item,
    Meeting,
    clean_item,
    clean_meeting,
)
from kpi.follow_ups.follow_up_fold import Status, status
from kpi.follow_ups.follow_up_rules import Actor, Role, acting, allowed, raising
from kpi.plan.plan import FollowUpRules
from kpi.vocabulary.division import Rollup
from kpi.vocabulary.errors import InputError

AT = datetime(2026, 3, 2, 9, 30)
ITEM = Item("补建驿站", Rollup.COUNTY, "321324", "泗洪县", "就业中心主任", date(2026, 4, 1), ("市商务局",),
            number="2026-001")
OFFICE, LEADER = Actor("bangongshi", Role.OFFICE), Actor("fenguan", Role.LEADER)
COUNTY = Actor("sihong", Role.UNIT, divisions=frozenset({"321324"}))
BUREAU = Actor("shangwu", Role.UNIT, units=frozenset({"市商务局"}))
STRANGER = Actor("shuyang", Role.UNIT, frozenset({"沭阳县"}), frozenset({"321322"}))

REACHED = {  # events that bring an item to a stage
    "立项": (EventKind.RAISED,),
    "交办": (EventKind.RAISED, EventKind.ASSIGNED),
    "办理中": (EventKind.RAISED, EventKind.ASSIGNED, EventKind.PROGRESS),
    "待核查": (EventKind.RAISED, EventKind.ASSIGNED, EventKind.DONE),
    "销号": (EventKind.RAISED, EventKind.ASSIGNED, EventKind.DONE, EventKind.CLOSED),
}

#          stage: what the office, the unit concerned and the leader may do
MAY = {
    "立项": ({"assigned", "closed", "handed_over"}, set(), set()),
    "交办": ({"progress", "done", "extended", "closed", "handed_over"}, {"progress", "done"},
           {"extended"}),
    "办理中": ({"progress", "done", "extended", "closed", "handed_over"}, {"progress", "done"},
            {"extended"}),
    "待核查": ({"progress", "returned", "closed", "handed_over"}, {"progress"}, set()),
    "销号": ({"reopened"}, set(), set()),
}


def now(stage: str) -> Status:
    events = tuple(Event(kind, AT, "bangongshi", "说明") for kind in REACHED[stage])
    found = status(Case(ITEM, events), AT.date(), FollowUpRules())
    assert found is not None
    return found


def extension(due: date, approver: str | None = "分管副市长") -> Event:
    return Event(EventKind.EXTENDED, AT, "", "汛期停工", due, approver)


@pytest.mark.parametrize("stage", MAY)
def test_each_role_may_do_at_each_stage_what_the_table_says(stage: str) -> None:
    for actor, may in zip((OFFICE, COUNTY, LEADER), MAY[stage], strict=True):
        assert {kind.value for kind in allowed(ITEM, now(stage), actor)} == may
        for kind in EventKind:
            event = Event(kind, AT, "", "说明", date(2026, 5, 1), "分管副市长", "市教育局", "科长")
            if kind.value in may:
                assert acting(ITEM, now(stage), actor, event).account == actor.account
            else:
                with pytest.raises(InputError, match=r".+；.+。"):
                    acting(ITEM, now(stage), actor, event)


def handing(unit: str | None, post: str | None) -> Event:
    return Event(EventKind.HANDED_OVER, AT, "", "机构改革", lead_unit=unit, post=post)


def test_a_hand_over_says_to_whom_and_nothing_else() -> None:
    event = acting(ITEM, now("办理中"), OFFICE, replace(handing(" 市教育局 ", "科\n长"),
                                                   due=date(2026, 9, 1), approver="某"))
    assert (event.lead_unit, event.post, event.due, event.approver) == ("市教育局", "科 长", None, None)
    plain = acting(ITEM, now("办理中"), OFFICE, replace(handing("市教育局", "科长"),
                                                   kind=EventKind.PROGRESS))
    assert (plain.lead_unit, plain.post) == (None, None)


@pytest.mark.parametrize(("unit", "post", "said"), [
    (None, "科长", "接手的牵头单位没有填写"), ("市教育局", " ", "接手的责任岗位没有填写"),
    ("市" * (NAME_LIMIT + 1), "科长", "超过"), ("泗洪县", "就业中心主任", "现在就由泗洪县的就业中心主任负责")])
def test_a_hand_over_to_nobody_or_to_the_same_is_refused(unit: str | None, post: str | None,
                                                         said: str) -> None:
    with pytest.raises(InputError, match=said):
        acting(ITEM, now("办理中"), OFFICE, handing(unit, post))


def test_an_item_belongs_to_whoever_was_in_charge_on_the_day() -> None:
    day = [datetime(2026, 3, number, 9) for number in range(1, 6)]
    case = Case(ITEM, (
        Event(EventKind.RAISED, day[0], "o"), Event(EventKind.ASSIGNED, day[0], "o"),
        Event(EventKind.HANDED_OVER, day[2], "o", "改革", lead_unit="市教育局", post="科长"),
        Event(EventKind.PROGRESS, day[3], "u", "接手"),
        Event(EventKind.HANDED_OVER, day[4], "o", "再改", lead_unit="市民政局", post="处长")))
    assert [case.until(one.date()).item.lead_unit for one in day] == [
        "泗洪县", "泗洪县", "市教育局", "市教育局", "市民政局"]
    assert (case.now.post, case.item.post) == ("处长", "就业中心主任")
    # what others may answer to are the events they saw, hand-overs are counted by themselves
    assert case.version == 3
    stood = status(case, date(2026, 3, 5), FollowUpRules())
    assert stood is not None
    assert [step.what for step in stood.steps] == ["立项", "交办", "移交", "进展", "移交"]
    assert stood.due == ITEM.due


def test_after_a_hand_over_the_new_unit_reports_and_the_old_one_no_longer() -> None:
    old = Actor("a", Role.UNIT, units=frozenset({"泗洪县"}))
    new = Actor("b", Role.UNIT, units=frozenset({"市教育局"}))
    handed = replace(ITEM, lead_unit="市教育局", responsible_units=())
    report = Event(EventKind.PROGRESS, AT, "", "进展")
    assert acting(handed, now("办理中"), new, report).text == "进展"
    with pytest.raises(InputError, match="由市教育局承办，本账户不能填报"):
        acting(handed, now("办理中"), old, report)


def test_a_unit_acts_on_its_own_items_by_name_or_by_division() -> None:
    for actor in (COUNTY, BUREAU):
        assert acting(ITEM, now("交办"), actor, Event(EventKind.PROGRESS, AT, "",
                                                    "已选址")).text == "已选址"
    assert allowed(ITEM, now("交办"), STRANGER) == ()
    with pytest.raises(InputError, match="由泗洪县、市商务局承办，本账户不能填报"):
        acting(ITEM, now("交办"), STRANGER, Event(EventKind.PROGRESS, AT, "", "已选址"))


@pytest.mark.parametrize("actor", [COUNTY, LEADER])
def test_only_the_office_raises_items(actor: Actor) -> None:
    assert raising(OFFICE, AT) == Event(EventKind.RAISED, AT, "bangongshi")
    with pytest.raises(InputError, match="账户不能立项；请由联席会议办公室操作"):
        raising(actor, AT)


def test_closing_by_hand_needs_a_reason() -> None:
    with pytest.raises(InputError, match="销号理由没有填写"):
        acting(ITEM, now("待核查"), OFFICE, Event(EventKind.CLOSED, AT, "", "  \n"))


def test_an_extension_needs_an_approver_a_reason_and_a_later_date() -> None:
    granted = acting(ITEM, now("办理中"), LEADER, extension(date(2026, 4, 2)))
    assert (granted.due, granted.approver) == (date(2026, 4, 2), "分管副市长")
    with pytest.raises(InputError, match="延期后的期限应晚于现期限 2026-04-01"):
        acting(ITEM, now("办理中"), LEADER, extension(date(2026, 4, 1)))
    with pytest.raises(InputError, match="批准延期的岗位没有填写"):
        acting(ITEM, now("办理中"), LEADER, extension(date(2026, 5, 1), None))
    with pytest.raises(InputError, match="延期理由没有填写"):
        acting(ITEM, now("办理中"), LEADER, replace(extension(date(2026, 5, 1)), text=""))


def test_texts_are_limited_and_lose_their_control_characters() -> None:
    dirty = acting(ITEM, now("交办"), COUNTY, Event(EventKind.PROGRESS, AT, "",
                                                  " 第一行\r\n第\x00二\x1b[31m行\u202e "))
    assert dirty.text == "第一行\n第二[31m行"
    assert clean_item(replace(ITEM, title="一\n二\t三")).title == "一 二三"
    for wrong in (replace(ITEM, title="长" * (TITLE_LIMIT + 1)),
                  replace(ITEM, post="岗" * (NAME_LIMIT + 1)), replace(ITEM, title="\x07"),
                  replace(ITEM, lead_unit="")):
        with pytest.raises(InputError, match=r"(超过|没有填写).*请"):
            clean_item(wrong)
    with pytest.raises(InputError, match="超过 2000 字"):
        acting(ITEM, now("交办"), COUNTY, Event(EventKind.PROGRESS, AT, "", "长" * (TEXT_LIMIT + 1)))
    with pytest.raises(InputError, match="主持岗位没有填写"):
        clean_meeting(Meeting(date(2026, 1, 15), ""))


def test_an_item_cannot_be_judged_by_the_ledger_itself_nor_by_a_number_without_an_indicator() -> (
    None
):
    with pytest.raises(InputError, match="由台账自身算出"):
        clean_item(replace(ITEM, indicator="follow_ups_closed", expected=0.9))
    with pytest.raises(InputError, match="没有选指标"):
        clean_item(replace(ITEM, expected=0.9))
