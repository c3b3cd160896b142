"""The demonstration's monthly returns: every unit's for each month of the plan that has ended.

All are approved but those of the last month, which are at every state there is. What the service
databases know in part, 服务人次, follows what the embedded sample counts, and a little more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from kpi.returns import (
    MonthlyReturn,
    ReturnEvent,
    ReturnState,
    Step,
    last_day,
    months_due,
)
from sample_data.calendar import AS_OF, PLAN_START

_ACCOUNT = "演示账户"
_NEXT_DAY = AS_OF + timedelta(days=1)  # the demonstration's own


@dataclass(frozen=True)
class _Unit:
    """`visits`: of each month, as the sample's databases have them. `people`, `talks`: a month's
    staff and talks at the plan's start and now.
    """

    visits: tuple[int, ...]
    people: tuple[int, int]
    talks: tuple[int, int]


_UNITS = {
    "321302": _Unit((578, 735, 819, 1023, 1849, 1768, 1373, 1175, 1383, 1700, 1768, 2235, 3122,
                     1612, 1527, 2236, 2349, 2643, 2470, 2799, 2406, 4108), (32, 118), (9, 26)),
    "321311": _Unit((557, 749, 870, 549, 393, 493, 780, 658, 707, 809, 994, 775, 919, 1199, 876,
                     1259, 803, 1255, 1525, 904, 1380, 1767), (26, 58), (6, 17)),
    "321322": _Unit((2009, 1897, 1748, 2416, 2625, 3317, 4249, 3700, 3337, 3908, 4160, 4040, 4657,
                     3697, 5513, 6143, 6240, 5672, 6838, 5902, 6597, 9348), (86, 284), (22, 64)),
    "321323": _Unit((764, 810, 1257, 1220, 1287, 1201, 1133, 1125, 1957, 1699, 1441, 1974, 3023,
                     2515, 1961, 2941, 2733, 2859, 2642, 3161, 3270, 4118), (36, 130), (11, 33)),
    "321324": _Unit((741, 927, 823, 1266, 1754, 1752, 1399, 1936, 1837, 1738, 1577, 2495, 2957,
                     1775, 2615, 2916, 3807, 2710, 2582, 3115, 3556, 5391), (38, 164), (10, 31)),
    "321371": _Unit((183, 140, 181, 298, 297, 264, 358, 248, 446, 319, 424, 427, 715, 495, 583,
                     789, 570, 590, 629, 457, 749, 972), (11, 29), (3, 8)),
    "321391": _Unit((153, 128, 93, 90, 92, 151, 246, 176, 243, 231, 275, 394, 297, 238, 399, 526,
                     362, 539, 444, 429, 523, 914), (5, 21), (2, 6)),
    "321392": _Unit((93, 129, 139, 246, 272, 373, 294, 405, 550, 419, 282, 451, 325, 390, 434,
                     431, 735, 501, 550, 402, 344, 581), (7, 18), (2, 5)),
    "321393": _Unit((46, 52, 61, 66, 70, 82, 85, 96, 104, 97, 112, 118, 131, 120, 138, 149, 151,
                     163, 158, 170, 177, 192), (3, 6), (1, 3)),
}
_LATEST = {"321322": ReturnState.FILED, "321391": ReturnState.FILED,
           "321324": ReturnState.RETURNED, "321323": ReturnState.WAITING,
           "321392": ReturnState.REOPENED}
_CORRECTED = (date(2026, 6, 1), "321311")
_SENT_BACK = (date(2026, 3, 1), "321371")
_LATE = (date(2025, 9, 1), "321324")


def sample_returns() -> tuple[MonthlyReturn, ...]:
    """All returns that have any step, by month and unit."""
    months = months_due(PLAN_START, _NEXT_DAY)
    return tuple(one for number, month in enumerate(months) for unit in _UNITS
                 if (one := _return(month, unit, number, len(months) - 1)).events)


def _return(month: date, unit: str, number: int, last: int) -> MonthlyReturn:
    amounts = _amounts(unit, number, last)
    remarks = _remarks(_UNITS[unit].visits, number)
    steps = (_latest(month, _LATEST.get(unit, ReturnState.APPROVED), amounts, remarks)
             if number == last else _past(month, unit, amounts, remarks))
    return MonthlyReturn(month, unit, tuple(steps))


def _past(month: date, unit: str, amounts: Mapping[str, int],
          remarks: Mapping[str, str]) -> Iterator[ReturnEvent]:
    filed = last_day(month) + timedelta(days=8 if (month, unit) == _LATE else 2 + int(unit) % 3)
    if (month, unit) == _SENT_BACK:
        yield _filed(_at(filed, 9), {**amounts, "talk_listeners": 10 * amounts["talk_listeners"]},
                     remarks)
        yield ReturnEvent(Step.SEND_BACK, _at(filed, 15), _ACCOUNT, remarks={
            "talk_listeners": "每场平均四百多人次，请核对是否多写了一个 0。"})
        filed += timedelta(days=1)
    if (month, unit) == _CORRECTED:
        yield _filed(_at(filed, 9), {**amounts, "sent_to_work": amounts["sent_to_work"] // 2},
                     remarks)
        yield ReturnEvent(Step.APPROVE, _at(filed + timedelta(days=1), 16), _ACCOUNT)
        yield ReturnEvent(Step.REOPEN, _at(filed + timedelta(days=9), 10), _ACCOUNT,
                          text="漏报两个驿站的送工对接人次。")
        filed += timedelta(days=10)
    yield _filed(_at(filed, 10), amounts, remarks)
    yield ReturnEvent(Step.APPROVE, _at(filed + timedelta(days=1), 16), _ACCOUNT)


def _latest(month: date, state: ReturnState, amounts: Mapping[str, int],
            remarks: Mapping[str, str]) -> Iterator[ReturnEvent]:
    """The steps to this state, all on the month's last day."""
    day = last_day(month)
    if state != ReturnState.WAITING:
        yield _filed(_at(day, 14), amounts, remarks)
    if state == ReturnState.RETURNED:
        yield ReturnEvent(Step.SEND_BACK, _at(day, 16), _ACCOUNT, remarks={
            "staff_part_time": "比上月少了，请核对是否漏了新开的驿站。"})
    if state in (ReturnState.APPROVED, ReturnState.REOPENED):
        yield ReturnEvent(Step.APPROVE, _at(day, 16), _ACCOUNT)
    if state == ReturnState.REOPENED:
        yield ReturnEvent(Step.REOPEN, _at(day, 17), _ACCOUNT, text="当日下午的送工对接未计入。")


def _filed(at: datetime, amounts: Mapping[str, int], remarks: Mapping[str, str]) -> ReturnEvent:
    return ReturnEvent(Step.FILE, at, _ACCOUNT, dict(amounts), remarks)


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour))


def _amounts(unit: str, number: int, last: int) -> dict[str, int]:
    """What a unit reports of the plan's month `number`, counted from 0."""
    own, share = _UNITS[unit], number / last
    visits = _more(own.visits[number], 1.04 + _swing(unit, number, 1))
    talks = _more(own.talks[0] + (own.talks[1] - own.talks[0]) * share,
                  1 + 4 * _swing(unit, number, 2))
    full = _more((own.people[0] + (own.people[1] - own.people[0]) * share) * 0.6, 1)
    part = _more((own.people[0] + (own.people[1] - own.people[0]) * share) * 0.4,
                 1 + _swing(unit, number, 3))
    return {"visits": visits, "visits_offline": _more(visits, 0.5 + _swing(unit, number, 4)),
            "sent_to_work": _more(visits, 0.08 + 0.05 * share + _swing(unit, number, 5) / 4),
            "talks": talks, "talk_listeners": _more(talks, 42 + 200 * _swing(unit, number, 6)),
            "staff": full + part, "staff_full_time": full, "staff_part_time": part}


def _more(amount: float, times: float) -> int:
    return round(amount * times)


def _swing(unit: str, number: int, item: int) -> float:
    """From -0.03 to 0.03, up and down over the months, the same at every run."""
    return ((int(unit) % 17 + 5 * number + 7 * item) * 11 % 13 - 6) / 200


def _remarks(visits: tuple[int, ...], number: int) -> Mapping[str, str]:
    """The explanation of a month much unlike the one before."""
    if not number or abs(visits[number] / visits[number - 1] - 1) < 0.6:
        return {}
    more = visits[number] > visits[number - 1]
    return {"visits": "当月新开驿站并集中开展招聘活动。" if more else "上月集中开展招聘活动，当月回落。"}
