"""Can the pages be shown at all? For the service manager and the proxy; never reads a service database."""

from __future__ import annotations

from dataclasses import dataclass

from data_access import snapshot as snapshots
from data_access.access import load_access
from data_access.settings import Settings, load_plan
from kpi.errors import InputError


@dataclass(frozen=True)
class Readiness:
    """`problem` is one plain sentence, None when ready. `snapshot` is the id of the one in force."""

    snapshot: str | None
    problem: str | None

    @property
    def ready(self) -> bool:
        return self.problem is None


def readiness(settings: Settings) -> Readiness:
    """Whether plan, access file and snapshot can be loaded."""
    try:
        load_plan(settings)
        load_access(settings)
        taken = snapshots.load_current(settings.data)
    except InputError as error:
        return Readiness(None, str(error))
    if taken is None:
        return Readiness(None, "还没有快照；请先运行 python -m data_access refresh。")
    return Readiness(taken.id, None)
