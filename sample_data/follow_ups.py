"""The demonstration's ledger: three joint meetings of 2026 and what became of their items, beside
the sample's figures.

The figures decide which of the tied items are closed: 洋河 climbs over 50 % in September and falls
back to exactly
50.0 % at the end of October, so that its item is closed by the data and comes back.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time

from kpi.follow_ups import Case, Event, EventKind, Item, Meeting
from kpi.vocabulary import Rollup

SPRING, SUMMER, AUTUMN = date(2026, 3, 18), date(2026, 6, 12), date(2026, 9, 10)
_UNITS = ("市人社局", "市财政局", "市商务局", "市农业农村局", "市总工会", "宿城区", "宿豫区", "沭阳县", "泗阳县", "泗洪县")
MEETINGS = tuple(Meeting(day, "分管副市长", _UNITS) for day in (SPRING, SUMMER, AUTUMN))

_KINDS = {"交办": EventKind.ASSIGNED, "进展": EventKind.PROGRESS, "办结": EventKind.DONE,
          "退回": EventKind.RETURNED, "销号": EventKind.CLOSED}


def sample_cases() -> tuple[Case, ...]:
    """All items with their events, numbered in the order of the meetings."""
    return tuple(Case(replace(item, number=f"2026-{number:03d}"), events)
                 for number, (item, events) in enumerate(_CASES, start=1))


def _events(raised: date, *entries: tuple[str, str, str]) -> tuple[Event, ...]:
    first = Event(EventKind.RAISED, datetime.combine(raised, time(16)), "演示账户")
    return (first, *(_event(*entry) for entry in entries))


def _event(day: str, kind: str, text: str) -> Event:
    at = datetime.combine(date.fromisoformat(day), time(10))
    if kind.startswith("延期至"):
        return Event(EventKind.EXTENDED, at, "演示账户", text, date.fromisoformat(kind[3:]), "分管副市长")
    return Event(_KINDS[kind], at, "演示账户", text)


_COUNTY, _UNIT, _CITY = Rollup.COUNTY, Rollup.MANAGING, Rollup.CITY

_CASES: tuple[tuple[Item, tuple[Event, ...]], ...] = (
    (
        Item(
            "补齐乡镇驿站，覆盖率达到96%",
            _COUNTY,
            "321322",
            "沭阳县",
            "县人社局局长",
            date(2026, 7, 31),
            ("市住建局",),
            "station_coverage",
            0.96,
            SPRING,
        ),
        _events(
            SPRING,
            ("2026-03-19", "交办", ""),
            ("2026-04-20", "进展", "两处驿站完成选址，正在装修。"),
            ("2026-07-10", "办结", "29个乡镇（街道）驿站已开放。"),
        ),
    ),
    (
        Item(
            "出台零工市场星级评定办法",
            _CITY,
            "321300",
            "市人社局",
            "就业促进处处长",
            date(2026, 5, 31),
            ("市总工会",),
            meeting=SPRING,
        ),
        _events(
            SPRING,
            ("2026-03-19", "交办", ""),
            ("2026-05-12", "进展", "征求意见稿已发各县区。"),
            ("2026-05-28", "办结", "办法已印发。"),
            ("2026-06-02", "销号", "文件已核对，予以销号。"),
        ),
    ),
    (
        Item(
            "乡镇驿站攻坚，年内全覆盖",
            _COUNTY,
            "321324",
            "泗洪县",
            "县政府分管副县长",
            date(2026, 9, 30),
            ("市住建局", "市财政局"),
            "station_coverage",
            1.0,
            SPRING,
        ),
        _events(
            SPRING,
            ("2026-03-19", "交办", ""),
            ("2026-06-25", "进展", "新增2个，尚缺6个。"),
            ("2026-09-25", "延期至2026-12-15", "两处因道路施工推迟，已报请延期。"),
            ("2026-10-16", "进展", "尚缺2个，主体已完工。"),
        ),
    ),
    (
        Item(
            "第三方归集率稳定超过50%",
            _UNIT,
            "321392",
            "洋河新区",
            "人社中心主任",
            date(2026, 10, 31),
            ("市商务局",),
            "third_party_share",
            0.5,
            SUMMER,
        ),
        _events(
            SUMMER,
            ("2026-06-13", "交办", ""),
            ("2026-08-14", "进展", "与3家人力资源机构签约。"),
            ("2026-10-01", "办结", "第三方归集率已超过50%。"),
        ),
    ),
    (
        Item(
            "中心村专窗补短板",
            _COUNTY,
            "321324",
            "泗洪县",
            "县人社局局长",
            date(2026, 10, 20),
            ("市农业农村局",),
            "window_coverage",
            None,
            SUMMER,
        ),
        _events(
            SUMMER, ("2026-06-13", "交办", ""), ("2026-08-28", "进展", "新设8个专窗，尚缺8个。")
        ),
    ),
    (
        Item(
            "技能培训补进度",
            _COUNTY,
            "321323",
            "泗阳县",
            "县人社局副局长",
            date(2026, 11, 30),
            ("市教育局",),
            "training_attendances",
            None,
            SUMMER,
        ),
        _events(
            SUMMER, ("2026-06-13", "交办", ""), ("2026-09-02", "进展", "新开家政、养老护理班12期。")
        ),
    ),
    (
        Item(
            "部门岗位征集联络机制",
            _CITY,
            "321300",
            "市商务局",
            "市场运行处处长",
            date(2026, 8, 31),
            ("市住建局", "市农业农村局"),
            meeting=SUMMER,
        ),
        _events(
            SUMMER,
            ("2026-06-13", "交办", ""),
            ("2026-08-20", "办结", "机制文件已报送。"),
            ("2026-08-26", "退回", "缺联络员岗位清单，请补充。"),
            ("2026-09-08", "办结", "清单已补齐。"),
            ("2026-09-14", "销号", "材料齐全，予以销号。"),
        ),
    ),
    (
        Item(
            "仲裁积案清理",
            _COUNTY,
            "321324",
            "泗洪县",
            "仲裁院院长",
            date(2026, 11, 15),
            (),
            "arbitration_closing",
            0.9,
            AUTUMN,
        ),
        _events(
            AUTUMN, ("2026-09-11", "交办", ""), ("2026-10-12", "进展", "超60日案件由41件降到23件。")
        ),
    ),
    (
        Item(
            "速找活注册用户补进度",
            _COUNTY,
            "321311",
            "宿豫区",
            "区人社局局长",
            date(2026, 12, 10),
            ("市财政局",),
            "registered_users",
            None,
            AUTUMN,
        ),
        _events(AUTUMN, ("2026-09-11", "交办", "")),
    ),
    (
        Item(
            "电子协议签订率达到65%",
            _CITY,
            "321300",
            "市人社局",
            "劳动关系处处长",
            date(2026, 10, 31),
            (),
            "e_agreement_share",
            0.65,
            AUTUMN,
        ),
        _events(
            AUTUMN, ("2026-09-11", "交办", ""), ("2026-10-08", "办结", "全市签订率已超过65%。")
        ),
    ),
    (
        Item(
            "调解成功率止降回升",
            _UNIT,
            "321371",
            "经开区",
            "调解中心主任",
            date(2026, 11, 10),
            (),
            "mediation_success",
            0.6,
            AUTUMN,
        ),
        _events(
            AUTUMN,
            ("2026-09-11", "交办", ""),
            ("2026-10-26", "办结", "新增2名专职调解员岗位，10月成功率回升。"),
        ),
    ),
    (
        Item(
            "零工市场冬季用工对接会筹备",
            _CITY,
            "321300",
            "市总工会",
            "权益保障部部长",
            date(2026, 12, 20),
            ("市人社局",),
            meeting=AUTUMN,
        ),
        _events(AUTUMN),
    ),
)
