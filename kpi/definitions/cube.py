"""The grain of the cube: which dated events each dataset is read as.

Every service dataset becomes cells, one row per
(status, event, day, unit, township, origin, the event's dimensions) with

* `rows` – how many source rows, `amount` – their headcount or yuan (0 where the event has none),
* `status` – "counted", or the reason (`Reason`) these rows are excluded; excluded rows only have the first event,
* `day` – days since 1970-01-01, `UNDATED` where the counting date is null,
* `unit` – managing unit after the counting rules, "" when only the city is known (or nothing, when excluded),
* `township` – its last successor's code, "" when not known,
* `origin` – "plan" when the row's own counting date lies on or after the plan's start, else "earlier",
* `conflicts` – how many of these rows named a unit that contradicts their township,
* `month` – of datasets read again month by month only: the month of the counting date the row was read with.

An event that is split by dimensions is not split by township (`township` is "") but kept a second time by township alone,
under the name `township_event` gives; rows that are excluded are split by neither. So there are at most as many cells as
units × days × categories and townships × days, however many rows there are.

Later events of a row (an invalidation, a closing) are cells of their own, so that a figure as of D
is a sum of cells up to D and nothing already reported ever changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kpi.definitions.shipped_datasets import DATASETS

UNDATED = -(2**31)
COUNTED = "counted"
ORIGIN_PLAN = "plan"
ORIGIN_EARLIER = "earlier"
FOLLOW_UP = "follow_up"


class Reason(StrEnum):
    """Why a row is not counted: exactly one each, the first that applies, in this order."""

    MISSING_DATE = "missing_date"
    NOT_COMPLETED = "not_completed"  # training only, in place of missing_date: not an error
    FUTURE_DATE = "future_date"
    UNKNOWN_DIVISION = "unknown_division"
    BAD_AMOUNT = "bad_amount"
    BAD_VALUE = "bad_value"
    DUPLICATE = "duplicate"
    NOT_GIG = "not_gig"


REASON_NAMES = {
    Reason.MISSING_DATE: "缺日期", Reason.NOT_COMPLETED: "尚未完成", Reason.FUTURE_DATE: "日期在读取日之后",
    Reason.UNKNOWN_DIVISION: "区划不明", Reason.BAD_AMOUNT: "数量无效", Reason.BAD_VALUE: "分类值无效",
    Reason.DUPLICATE: "重复", Reason.NOT_GIG: "非零工",
}


@dataclass(frozen=True)
class Event:
    """One dated event of a dataset and the dimensions its cells are split by."""

    name: str
    dimensions: tuple[str, ...] = ()


IN_TIME_DAYS = 60  # a case's statutory limit: 45 days and 15 more where granted

EVENTS: dict[str, tuple[Event, ...]] = {
    "service_venue": (Event("opened", ("kind", "operator", "host")), Event("closed", ("kind", "operator", "host"))),
    "worker_account": (Event("registered"), Event("deregistered"), Event("verified"), Event("verified_left")),
    "employer_account": (Event("registered"), Event("deregistered"), Event("verified"), Event("verified_left")),
    "job_posting": (Event("published", ("sector", "collector", "employer_verified")),
                    Event("invalidated", ("sector", "collector", "employer_verified"))),
    "hire": (Event("matched"), Event("signed")),
    "training_attendance": (Event("completed", ("occupation",)), Event("first_completed")),
    "dispute_case": (Event("accepted", ("stage", "is_gig")), Event("closed", ("stage", "is_gig", "outcome")),
                     Event("accepted_closed_in_time", ("stage", "is_gig"))),
    "violation": (Event("found", ("kind", "measure")), Event("closed", ("kind", "measure")),
                  Event("transferred"), Event("answered")),
    "craft_certificate": (Event("issued", ("kind",)),),
    "welfare_post": (Event("created"), Event("filled"), Event("vacated")),
    "assisted_person": (Event("registered"), Event("ended"), Event("helped"), Event("helped_ended")),
    "injury_cover": (Event("reported"), Event("covered"), Event("uncovered")),
    "fund_entry": (Event("booked", ("kind",)),),
    "practice_report": (Event("submitted"),),
}


def township_event(dataset: str, event: Event) -> str:
    """The name under which an event's cells are split by township."""
    located = any(column.name == "township_code" for column in DATASETS[dataset].columns)
    return f"{event.name}@township" if event.dimensions and located else event.name


# Not from a service database but from the dashboard's own ledger (`kpi.follow_ups.follow_up_data`).
FOLLOW_UP_EVENTS = (Event("due"), Event("due_lifted"), Event("closed_on_time"), Event("closed_lifted"), Event("raised"))
ALL_EVENTS = {**EVENTS, FOLLOW_UP: FOLLOW_UP_EVENTS}
