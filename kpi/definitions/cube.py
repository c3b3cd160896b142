"""The grain of the cube: which dated events each dataset is read as.

Every service dataset becomes cells, one row per
(status, event, day, unit, township, origin, the event's dimensions) with

* `rows` – how many source rows, `amount` – their headcount or yuan (0 where the event has none),
* `status` – "counted", or the reason (`Reason`) these rows are excluded; excluded rows only have
  the first event,
* `day` – days since 1970-01-01, `UNDATED` where the counting date is null,
* `unit` – managing unit after the counting rules, "" when only the city is known (or nothing, when
  excluded),
* `township` – its last successor's code, "" when not known,
* `origin` – "plan" when the row's own counting date lies on or after the plan's start, else
  "earlier",
* `conflicts` – how many of these rows named a unit that contradicts their township,
* `slice` – of datasets read again in part only: the number of the slice of counting dates the row
  was read with.

An event that is split by dimensions is not split by township (`township` is "") but kept a second
time by township alone, under the name `Dataset.township_event` gives; rows that are excluded are
split by neither. So there are at most as many cells as units × days × categories and townships ×
days, however many rows there are.

Later events of a row (an invalidation, a closing) are cells of their own, so that a figure as of D
is a sum of cells up to D and nothing already reported ever changes.
"""

from __future__ import annotations

from kpi.definitions.cells import (
    COUNTED,
    FOLLOW_UP,
    FOLLOW_UP_EVENTS,
    ORIGIN_EARLIER,
    ORIGIN_PLAN,
    UNDATED,
)
from kpi.definitions.dataset import Event
from kpi.definitions.definition_set import SHIPPED
from kpi.vocabulary import REASON_NAMES, Reason

__all__ = ["COUNTED", "EVENTS", "FOLLOW_UP", "FOLLOW_UP_EVENTS", "ORIGIN_EARLIER", "ORIGIN_PLAN",
           "REASON_NAMES", "UNDATED", "Event", "Reason"]

EVENTS: dict[str, tuple[Event, ...]] = {name: SHIPPED.datasets[name].events
                                        for name in SHIPPED.counted}
"""Of the datasets that come with the program, for tests; a running program asks `Dataset.events`."""
