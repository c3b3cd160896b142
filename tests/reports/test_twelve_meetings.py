"""A year of joint meetings with five items each: where every item stands at every meeting, and that
the minutes of a meeting, written at the end of the year, know nothing of what came later."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from docx import Document

from data_access.ledger.engine import open_ledger_engine
from data_access.ledger.store import Ledger
from kpi.follow_ups.follow_up import STATE_NAMES, Case, Event, EventKind, Item, Meeting
from kpi.follow_ups.follow_up_data import Standing
from kpi.follow_ups.follow_up_fold import Status, status
from kpi.follow_ups.follow_up_rules import Actor, Role
from kpi.plan.plan import FollowUpRules
from kpi.vocabulary.division import Rollup
from reports.minutes import minutes_docx
from tests.drawn import table
from tests.reports.test_follow_up_papers import GEOGRAPHY, PLAN

RULES = FollowUpRules()
OFFICE = Actor("bangongshi", Role.OFFICE)
MEETINGS = [date(2025, month, 15) for month in range(1, 13)]
KINDS = ("办结", "不动", "延期", "慢办", "退回")

# days after the meeting, by whom: the account of the unit is another from the second month on
PLAYED = """
    | item | after | kind     | account |
    | 办结 | 5     | progress | first   |
    | 办结 | 20    | done     | first   |
    | 办结 | 25    | closed   | office  |
    | 延期 | 40    | extended | office  |
    | 慢办 | 10    | progress | first   |
    | 慢办 | 40    | progress | second  |
    | 不动 | 70    | handed_over | office |
    | 退回 | 20    | done     | first   |
    | 退回 | 25    | returned | office  |
    | 退回 | 50    | done     | second  |
    | 退回 | 55    | closed   | office  |
"""

HEIR = "市教育局"
"""Who takes over what nobody has moved for seventy days: after the second meeting that follows."""

# on the day of the item's own meeting and of those that follow; the last one stays
STATES = """
    | item | 0    | 1      | 2    | 3    | 4    |
    | 办结 | 交办 | 销号   | 销号 | 销号 | 销号 |
    | 不动 | 交办 | 交办   | 逾期 | 逾期 | 逾期 |
    | 延期 | 交办 | 交办   | 延期 | 延期 | 逾期 |
    | 慢办 | 交办 | 办理中 | 逾期 | 逾期 | 逾期 |
    | 退回 | 交办 | 办理中 | 销号 | 销号 | 销号 |
"""


def tenth(meeting: date, months: int) -> date:
    """The tenth of the month so many months after the meeting's."""
    number = meeting.month - 1 + months
    return date(meeting.year + number // 12, number % 12 + 1, 10)


@dataclass(frozen=True)
class Played:
    """What is recorded on an item on a day, with a text no other record has."""

    day: date
    meeting: date
    kind: str
    event: EventKind
    account: str

    @property
    def text(self) -> str:
        return f"记{self.meeting:%m}{self.kind}{self.day:%m%d}"

    @property
    def reports(self) -> bool:
        """Whether it is a report of the unit's; what the office decided stands in the state."""
        return self.event in (EventKind.PROGRESS, EventKind.DONE)

    @property
    def title(self) -> str:
        return title(self.meeting, self.kind)


def title(meeting: date, kind: str) -> str:
    return f"{meeting:%m}月{kind}事项"


ALL = sorted((Played(meeting + timedelta(days=int(str(row["after"]))), meeting, str(row["item"]),
                     EventKind(str(row["kind"])), str(row["account"]))
              for meeting in MEETINGS for row in table(PLAYED)), key=lambda one: one.day)


def actor(account: str) -> Actor:
    if account == "office":
        return OFFICE
    return Actor(f"sucheng-{account}", Role.UNIT, frozenset({"宿城区"}))


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12))


def hold(ledger: Ledger, day: date) -> None:
    meeting = ledger.hold_meeting(Meeting(day, "分管副市长"), OFFICE, noon(day))
    ledger.raise_items([Item(title(day, kind), Rollup.COUNTY, "321302", "宿城区", "人社局局长",
                             tenth(day, 2), meeting=meeting.held_on) for kind in KINDS],
                       OFFICE, noon(day), assign=True)


def record(ledger: Ledger, one: Played) -> None:
    (case,) = [case for case in ledger.cases() if case.item.title == one.title]
    extended = one.event == EventKind.EXTENDED
    handed = one.event == EventKind.HANDED_OVER
    event = Event(one.event, noon(one.day), "", one.text,
                  tenth(one.meeting, 4) if extended else None, "分管副市长" if extended else None,
                  HEIR if handed else None, "处长" if handed else None)
    ledger.act(case.item.number, case.version, event, actor(one.account),
               lambda given: status(given, one.day, RULES))


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Case, ...]]:
    path: Path = tmp_path_factory.mktemp("year") / "ledger.sqlite"
    ledger = Ledger(open_ledger_engine(f"sqlite:///{path}"))
    days = sorted({*MEETINGS, *(one.day for one in ALL)})
    for day in days:
        for one in ALL:
            if one.day == day:
                record(ledger, one)
        if day in MEETINGS:
            hold(ledger, day)
    yield ledger.cases()
    ledger.close()


def standing(cases: tuple[Case, ...], day: date) -> list[Standing]:
    folded: list[tuple[Case, Status | None]] = [(case, status(case, day, RULES)) for case in cases]
    return [Standing(case.until(day), now) for case, now in folded if now is not None]


def test_sixty_items_have_numbers_of_their_own(cases: tuple[Case, ...]) -> None:
    assert sorted(case.item.number for case in cases) == [f"2025-{n:03d}" for n in range(1, 61)]


@pytest.mark.parametrize("number", range(12))
def test_every_item_stands_at_every_meeting_as_drawn(cases: tuple[Case, ...],
                                                     number: int) -> None:
    drawn = {str(row["item"]): row for row in table(STATES)}
    expected = {title(meeting, kind): drawn[kind][str(min(number - then, 4))]
                for then, meeting in enumerate(MEETINGS[:number + 1]) for kind in KINDS}
    assert {one.item.title: STATE_NAMES[one.status.state]
            for one in standing(cases, MEETINGS[number])} == expected


@pytest.mark.parametrize("number", range(12))
def test_minutes_written_later_report_what_was_recorded_by_the_meeting(
        cases: tuple[Case, ...], number: int) -> None:
    day = MEETINGS[number]
    content = minutes_docx(Meeting(day, "分管副市长"), standing(cases, day), PLAN, GEOGRAPHY,
                           as_of=day, sample=False)
    text = [paragraph.text for paragraph in Document(io.BytesIO(content)).paragraphs]
    lines = {name: [line for line in text if f"{name}（" in line]
             for name in (title(meeting, kind) for meeting in MEETINGS for kind in KINDS)}
    for then, meeting in enumerate(MEETINGS):
        for kind in KINDS:
            listed = lines[title(meeting, kind)]
            assert len(listed) == (then <= number)
            late = kind == "延期" and meeting + timedelta(days=40) <= day
            due = tenth(meeting, 4 if late else 2)
            assert all(f"办结期限：{due.year}年{due.month}月{due.day}日。" in line for line in listed)
    newest = {one.title: one.text for one in ALL if one.day <= day and one.reports}
    assert sorted(one.text for one in ALL if any(one.text in line for line in text)) == sorted(
        newest.values())


@pytest.mark.parametrize("number", range(12))
def test_minutes_name_whoever_was_in_charge_on_the_day_of_the_meeting(
        cases: tuple[Case, ...], number: int) -> None:
    day = MEETINGS[number]
    content = minutes_docx(Meeting(day, "分管副市长"), standing(cases, day), PLAN, GEOGRAPHY,
                           as_of=day, sample=False)
    text = [paragraph.text for paragraph in Document(io.BytesIO(content)).paragraphs]
    for then, meeting in enumerate(MEETINGS[:number + 1]):
        (line,) = [line for line in text if f"{title(meeting, '不动')}（" in line]
        # seventy days on there have been two more meetings, and the third is the first to know
        assert (HEIR in line) == (number - then >= 3), (day, meeting)


def test_the_old_unit_can_no_longer_report_and_the_new_one_can(cases: tuple[Case, ...]) -> None:
    (case,) = [case for case in cases if case.item.title == title(MEETINGS[0], "不动")]
    for unit, may in ((HEIR, True), ("宿城区", False)):
        actor_ = Actor("x", Role.UNIT, frozenset({unit}))
        assert actor_.concerned(case.now) == may
        assert actor_.concerned(case.item) != may
