"""Can the pages be shown at all? For the service manager and the proxy; never reads a service
database.
"""

from __future__ import annotations

from dataclasses import dataclass

from data_access.accounts import load_access
from data_access.site import ProvinceSite, Settings, load_plan, province_site
from data_access.snapshots import snapshot as snapshots
from kpi.vocabulary import InputError


@dataclass(frozen=True)
class Readiness:
    """`problem` is one plain sentence, None when ready. `snapshot` is the id of the one in force.
    """

    snapshot: str | None
    problem: str | None

    @property
    def ready(self) -> bool:
        return self.problem is None


def readiness(settings: Settings) -> Readiness:
    """Whether plan, access file and snapshot can be loaded; of a province, those of any city."""
    try:
        site = province_site(settings)
        if site is not None:
            load_access(settings)
            return _any_city(site)
    except InputError as error:
        return Readiness(None, str(error))
    return one_city(settings)


def one_city(settings: Settings) -> Readiness:
    """Whether one city's plan, access file and snapshot can be loaded."""
    try:
        load_plan(settings)
        load_access(settings)
        snapshot = snapshots.load_current(settings.data)
    except InputError as error:
        return Readiness(None, str(error))
    if snapshot is None:
        return Readiness(None, "还没有快照；请先运行 python -m data_access refresh。")
    return Readiness(snapshot.id, None)


def _any_city(site: ProvinceSite) -> Readiness:
    """A province can be shown as soon as one of its cities can."""
    results = [one_city(city.settings) for city in site.cities]
    ready = [one for one in results if one.ready]
    return ready[0] if ready else results[0]
