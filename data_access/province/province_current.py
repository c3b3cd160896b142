"""The province in the form every page reads: a `Current` whose plan and figures are those of the cities together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property

from data_access.current import Current
from data_access.province.province import ProvinceSite
from data_access.snapshots.snapshot import Snapshot
from kpi.province.province import Province
from kpi.scope.access import Scope
from kpi.scope.scope import scoped_figures
from kpi.scorecard.scorecard import Figures
from kpi.vocabulary.errors import InputError


@dataclass(frozen=True, eq=False)
class ProvinceCurrent(Current):
    """`province`: the cities behind it. The snapshot holds no cells, only the state of each city's data."""

    province: Province

    @cached_property
    def service_figures(self) -> Figures:
        return self.province.figures

    @cached_property
    def figures(self) -> Figures:
        return self.province.figures

    def scoped(self, scope: Scope) -> Current:
        """What a scope of cities may see of it; itself when nothing is limited."""
        if scope.everything:
            return self
        part = ProvinceCurrent(self.settings, self.plan, self.snapshot.without_cells(messages=scope.messages), self.province)
        vars(part)["figures"] = vars(part)["service_figures"] = scoped_figures(self.figures, scope)
        return part

    @property
    def default_day(self) -> date:
        return self.province.default_day or self.plan.window.start

    @property
    def last_day(self) -> date:
        return self.province.last_day or self.plan.window.start


def province_current(site: ProvinceSite, province: Province, identity: str) -> ProvinceCurrent:
    """Raises InputError when none of the cities can be read, naming what is wrong with the first."""
    if province.window is None or province.last_day is None:
        code, why = next(iter(province.unread.items()))
        raise InputError(f"{site.spec.name}还没有一个市的数据能读到；例如{site.city(code).member.name}：{why}")
    read_at = datetime.combine(province.last_day, time(23, 59))
    taken = Snapshot(identity, read_at, any(city.sample for city in province.cities), province.window.start, {}, {},
                     province.figures.facts.sources)
    return ProvinceCurrent(site.settings, province.plan, taken, province)
