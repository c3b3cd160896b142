"""What day it is: by the city's own clock, never the server's."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from data_access.site import Settings
from data_access.snapshots.embedded import sample_urls
from kpi.plan import Plan
from kpi.vocabulary.zone import zone


def local_now(plan: Plan, now: datetime | None = None) -> datetime:
    """The time in the plan's time zone, without one attached. `now`: another time than the clock's,
    with its zone.
    """
    return (now or datetime.now(UTC)).astimezone(zone(plan.time_zone)).replace(tzinfo=None)


def today_of(settings: Settings, plan: Plan, now: datetime | None = None) -> date:
    """Today in the plan's time zone; for the embedded sample the day after its end, so that it
    opens fresh.
    """
    if settings.sample:
        return sample_urls(settings.home)[1] + timedelta(days=1)
    return local_now(plan, now).date()
