"""What there is to tell on a day, and that nothing anybody typed is in it."""

from __future__ import annotations

from datetime import date

import pytest

from kpi.alerts.alerts import Severity
from notices.message import digest
from notices.notice import Kind, notices_due
from tests.notices.city import SENTENCE, TODAY, alert, card, item, texts

ABOUT = "事项2026-001（泗洪县，自拟事项，牵头单位：泗洪县）"
RAISED, ASSIGNED = ("2026-03-01", "raised"), ("2026-03-02", "assigned")


def test_a_red_alert_is_told_once_for_both_roll_ups_and_a_yellow_one_not_at_all() -> None:
    assert texts([], alert(), alert(rollup="managing")) == [f"red_alert: {SENTENCE}"]
    assert texts([], alert(Severity.YELLOW)) == []


@pytest.mark.parametrize(("assigned", "told"), [("2026-04-10", True), ("2026-04-03", True),
                                                ("2026-04-02", False)])
def test_an_item_given_out_is_told_for_seven_days(assigned: str, told: bool) -> None:
    said = texts([item("2026-001", "2026-06-30", RAISED, (assigned, "assigned"))])
    assert said == ([f"assigned: {ABOUT}已交办，期限6月30日。"] if told else [])


@pytest.mark.parametrize(("due", "told"), [
    ("2026-04-14", None),
    ("2026-04-13", "due_soon: 还有3天到期（4月13日）。"),
    ("2026-04-10", "due_soon: 今天到期。"),
    ("2026-04-09", "overdue: 已逾期1天（期限4月9日）。"),
])
def test_an_item_is_told_three_days_before_it_is_due_and_when_it_is_overdue(
        due: str, told: str | None) -> None:
    kind, _, rest = (told or "").partition(": ")
    assert texts([item("2026-001", due, RAISED, ASSIGNED)]) == ([f"{kind}: {ABOUT}{rest}"] if told
                                                                else [])


@pytest.mark.parametrize("ended", ["done", "closed"])
def test_an_item_reported_or_closed_is_neither_due_nor_overdue(ended: str) -> None:
    for due in ("2026-04-09", "2026-04-12"):
        assert texts([item("2026-001", due, RAISED, ASSIGNED, ("2026-04-08", ended))]) == []


def test_a_relapse_is_told() -> None:
    """Reported on 2 March, closed by the data on 15 March, relapsed on 5 April."""
    relapsed = item("2026-001", "2026-06-30", RAISED, ("2026-03-01", "assigned"),
                    ("2026-03-02", "done"), indicator="jobs_published", holding=lambda _item,
                    day: day < date(2026, 4, 5))
    assert texts([relapsed]) == ["relapse: 事项2026-001（泗洪县，发布零工岗位，牵头单位：泗洪县）销号后数据回落，4月5日起重新办理。"]


@pytest.mark.parametrize(("as_of", "month"), [(date(2026, 4, 29), "2026-03"),
                                              (date(2026, 4, 30), "2026-04"),
                                              (date(2026, 12, 31), "2026-12"),
                                              (date(2026, 1, 1), "2025-12")])
def test_a_month_is_told_of_when_its_last_day_is_in(as_of: date, month: str) -> None:
    (pack,) = notices_due(card(as_of=as_of), [], as_of, due_days=3, look_back_days=7)
    assert (pack.kind, pack.key) == (Kind.MONTHLY_PACK, f"pack:{month}")


def test_nothing_anybody_typed_gets_into_a_message() -> None:
    found = notices_due(card(),
                        [item("2026-001", "2026-04-09", RAISED, ("2026-04-08", "assigned"))], TODAY,
                        due_days=3, look_back_days=7)
    message = digest(found, "宿迁市", TODAY, sample=False)
    for private in ("张三", "李四", "wangwu", "13800000000"):
        assert private not in message.title + message.body


def test_a_message_gathers_everything_by_kind_and_says_when_it_is_synthetic() -> None:
    found = notices_due(card(alert()), [item("2026-001", "2026-04-09", RAISED, ASSIGNED),
                                        item("2026-002", "2026-04-08", RAISED, ASSIGNED)], TODAY,
                        due_days=3, look_back_days=7)
    message = digest(found, "宿迁市", TODAY, sample=True)
    assert message.title == "【演示数据】零工归宿提醒：4条"
    assert message.body == f"""宿迁市零工归宿监测平台，数据截至2026-04-10。

红色预警（1）
1. {SENTENCE}

已逾期（2）
1. {ABOUT}已逾期1天（期限4月9日）。
2. {ABOUT.replace("001", "002")}已逾期2天（期限4月8日）。

月度报表（1）
1. 2026年3月的数据已齐，可以生成月度报表和简报。

以上为演示数据，不代表实际情况。"""
