"""The province in the form every page reads: a `Current` whose plan and figures are those of the
cities together.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from data_access.current import Current
from data_access.site import ProvinceSite
from data_access.snapshots import Snapshot
from kpi.figures import Figures
from kpi.province import Province
from kpi.vocabulary import InputError


@dataclass(frozen=True, eq=False)
class ProvinceCurrent(Current):
    """`province`: the cities behind it. The snapshot holds no cells, only the state of each city's
    data.
    """

    province: Province

    def _service_figures(self) -> Figures:
        return self.province.figures

    def _figures(self) -> Figures:
        return self.province.figures

    @property
    def default_day(self) -> date:
        return self.province.default_day or self.plan.window.start

    @property
    def last_day(self) -> date:
        return self.province.last_day or self.plan.window.start


def province_current(site: ProvinceSite, province: Province, identity: str) -> ProvinceCurrent:
    """Raises InputError when none of the cities can be read, naming what is wrong with the first.
    """
    if province.window is None or province.last_day is None:
        code, why = next(iter(province.unread.items()))
        raise InputError(f"{site.spec.name}还没有一个市的数据能读到；例如{site.city(code).member.name}：{why}")
    read_at = datetime.combine(province.last_day, time(23, 59))
    snapshot = Snapshot(identity, read_at, any(city.sample for city in province.cities),
                        province.window.start, {}, {}, province.figures.facts.sources)
    return ProvinceCurrent(site.settings, province.plan, snapshot, province)
