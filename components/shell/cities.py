"""The figures of a province's cities: each city once per process, read again only when something of
it changed.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from components.shell import state
from components.shell.cache import cached
from components.shell.state import Loaded, Progress, Whole
from components.shell.wholes import whole_of
from data_access.current import Current
from data_access.province import ProvinceCurrent, check_sources, city_figures
from data_access.province import (
    load_city as read_city,
)
from data_access.province.province_current import province_current
from data_access.site import CitySite, ProvinceSite, province_file
from kpi.province import CityFigures, Province, ProvinceCard, scoped_province
from kpi.scope import Scope
from kpi.vocabulary import InputError

_log = logging.getLogger(__name__)
_province: list[tuple[str, ProvinceCurrent]] = []


@dataclass(frozen=True, eq=False)
class ProvinceLoaded:
    """The province as one scope may see it; `key` stands for all cities' snapshots and plans, and
    the scope.
    """

    current: Current
    key: str
    scope: Scope
    province: Province
    _cities: Mapping[str, Whole]
    _whole_key: str

    def on(self, as_of: date) -> ProvinceCard:
        """The province as of a day, computed once for everybody."""
        return scoped_province(_card(self._whole_key, as_of, self.province, self._cities),
                               self.scope)


def load_city(city: CitySite, progress: Progress, scope: Scope) -> Loaded:
    """One city's figures, cut to a scope. Raises InputError when nothing usable can be had."""
    return state.cut(_whole(city, progress), scope)


def load_province(site: ProvinceSite, progress: Progress, scope: Scope) -> ProvinceLoaded:
    """All cities together; one that cannot be read is left out and named. Raises InputError when
    none can be.
    """
    wholes: dict[str, Whole] = {}
    figures: list[CityFigures] = []
    for number, city in enumerate(site.cities):
        one, problem = _try(city, progress, number / len(site.cities))
        if one is not None:
            wholes[city.member.code] = one
        figures.append(city_figures(city, None if one is None else one.current, problem))
    key = _digest(site, wholes, figures)
    if not _province or _province[0][0] != key:
        _province[:] = [(key, province_current(site, Province(site.spec, tuple(figures)), key))]
    current = _province[0][1]
    return ProvinceLoaded(_cut(key, scope, current), f"{key}-{scope.key}", scope, current.province,
                          wholes, key)


def _try(city: CitySite, progress: Progress, share: float) -> tuple[Whole | None, str | None]:
    try:
        return _whole(city, lambda _text, part: progress(f"正在读取{city.member.name}",
                                                         share + part / 100)), None
    except InputError as error:
        return None, str(error)
    except Exception:
        # one city's trouble, whatever it is, must not take the others off the screen
        _log.exception("city %s failed", city.member.code)
        return None, "读取时出现没有预料到的错误，详细信息已记入服务日志。"


def _whole(city: CitySite, progress: Progress) -> Whole:
    check_sources(city)
    return whole_of(city.member.code, city.settings, lambda: read_city(city, progress))


def _digest(site: ProvinceSite, wholes: Mapping[str, Whole], figures: list[CityFigures]) -> str:
    digest = hashlib.sha256(province_file(site.settings).read_bytes())
    for city in figures:
        whole = wholes.get(city.member.code)
        digest.update(f"{city.member.code} {whole.key if whole else city.problem}".encode())
    return f"province-{digest.hexdigest()[:16]}"


@cached(32)
def _cut(key: str, scope: Scope, _current: ProvinceCurrent) -> Current:
    return _current.scoped(scope)


@cached(16)
def _card(key: str, as_of: date, _of: Province, _cities: Mapping[str, Whole]) -> ProvinceCard:
    days = {code: _of.day(code, as_of) for code in _of.read}
    return _of.on(as_of, {code: state.whole_scorecard(_cities[code], day)
                          for code, day in days.items() if day is not None})
