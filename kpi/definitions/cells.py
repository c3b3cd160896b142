"""The words the cells of a cube are written in, and the ledger's own events."""

from __future__ import annotations

from kpi.definitions.dataset import Event

UNDATED = -(2**31)
COUNTED = "counted"
ORIGIN_PLAN = "plan"
ORIGIN_EARLIER = "earlier"
FOLLOW_UP = "follow_up"

# Not from a service database but from the dashboard's own ledger (`kpi.follow_ups.follow_up_data`).
FOLLOW_UP_EVENTS = (Event("due"), Event("due_lifted"), Event("closed_on_time"),
                    Event("closed_lifted"), Event("raised"))
